/** OPERATIONS: what an operator may change, each change kept as an event with who, what and why. */
import type { Evidence, PvmonEvent } from "../model/event.js";
import type { Inventory } from "../model/inventory/inventory.js";
import type { AppView, GroupView, HostView } from "../model/views.js";
import { OperationError } from "../plugin/errors.js";
import type {
  By,
  Clock,
  HistoryService,
  HostChange,
  LogSelection,
  OperationsService,
} from "../plugin/services.js";
import { type LoggingInventory, LogOperations } from "./log-operations.js";
import {
  type About,
  changeEvent,
  differences,
  type Fields,
  shortened,
} from "./operation-events.js";
import {
  appFields,
  appOf,
  appText,
  groupFields,
  groupText,
  hostFields,
  hostText,
} from "./operation-subjects.js";

/** What operations need of the inventory. */
export type Operated = LoggingInventory &
  Pick<
    Inventory,
    | "app"
    | "createGroup"
    | "deleteGroup"
    | "forget"
    | "forgetApp"
    | "forgetHealth"
    | "forgetHost"
    | "forgetServer"
    | "group"
    | "server"
    | "setApp"
    | "setGroup"
    | "setHost"
  >;

/** @param history a store's events, asked for at each use: undefined while there is no store. */
export function serveOperations(
  inventory: Operated,
  clock: Pick<Clock, "now">,
  history: () => Pick<HistoryService, "events"> | undefined = () => undefined,
): OperationsService {
  return new Operations(inventory, clock, new LogOperations(inventory, clock, history));
}

class Operations implements OperationsService {
  constructor(
    private readonly inventory: Operated,
    private readonly clock: Pick<Clock, "now">,
    private readonly logs: LogOperations,
  ) {}

  forgetPvs(names: readonly string[], by: By): readonly string[] {
    const forgotten = this.inventory.forget(names);
    const [first] = forgotten;
    if (first === undefined) return forgotten;
    const isOne = forgotten.length === 1;
    const what = { change: "forgetPvs", subject: isOne ? first : `${forgotten.length} PVs` };
    const evidence = { count: forgotten.length, names: shortened(forgotten) };
    this.#changed({ ...what, verb: "forgot", ...(isOne && { pv: first }) }, evidence, by);
    return forgotten;
  }

  setHost(host: string, change: HostChange, by: By): HostView | undefined {
    const before = this.inventory.host(host);
    const after = this.#attempt(() => this.inventory.setHost(host, change));
    if (before === undefined || after === undefined) return after;
    const what = { change: "setHost", verb: "changed", subject: hostText(after), host: after.host };
    this.#differ(what, hostFields(before), hostFields(after), by);
    return after;
  }

  forgetHost(host: string, by: By): boolean {
    const before = this.inventory.host(host);
    const pending = this.inventory.pendingLogs(host);
    if (before === undefined || !this.inventory.forgetHost(host)) return false;
    const acknowledged = this.inventory.acknowledge(pending, by.who, this.clock.now());
    const { servers, apps, groups } = before;
    const what = { change: "forgetHost", verb: "forgot", subject: hostText(before) };
    this.#gone(
      { ...what, host: before.host },
      {
        ...hostFields(before),
        servers: shortened(servers),
        apps: shortened(apps.map(({ id }) => id)),
        groups: shortened(groups),
      },
      by,
      { acknowledged: acknowledged.length },
    );
    return true;
  }

  forgetServer(server: string, by: By): boolean {
    const before = this.inventory.server(server);
    if (before === undefined || !this.inventory.forgetServer(server)) return false;
    const { host, state, pvs, app } = before;
    const what = { change: "forgetServer", verb: "forgot", subject: `server ${server}` };
    const fields = { state, pvs, app: app?.id ?? null };
    this.#gone({ ...what, host, server, ...(app && { app: app.id }) }, fields, by);
    return true;
  }

  setApp(
    id: string,
    change: Parameters<OperationsService["setApp"]>[1],
    by: By,
  ): AppView | undefined {
    const before = this.inventory.app(id);
    const after = this.#attempt(() => this.inventory.setApp(id, change));
    if (before === undefined || after === undefined) return after;
    const what = { change: "setApp", verb: "changed", subject: appText(after), ...appOf(after) };
    this.#differ(what, appFields(before), appFields(after), by);
    return after;
  }

  forgetApp(id: string, by: By): boolean {
    const before = this.inventory.app(id);
    if (before === undefined || !this.inventory.forgetApp(id)) return false;
    const what = { change: "forgetApp", verb: "forgot", subject: appText(before) };
    const { command, directory } = before;
    this.#gone({ ...what, ...appOf(before) }, { ...appFields(before), command, directory }, by);
    return true;
  }

  forgetHealth(source: string, by: By): boolean {
    if (!this.inventory.forgetHealth(source)) return false;
    this.#changed(
      { change: "forgetHealth", verb: "forgot", subject: `the health of ${source}` },
      { source },
      by,
    );
    return true;
  }

  createGroup(name: string, hosts: readonly string[], by: By): GroupView {
    const group = this.#attempt(() => this.inventory.createGroup(name, hosts));
    const what = { change: "createGroup", verb: "made", subject: groupText(group) };
    this.#differ(what, { name: null, hosts: [] }, groupFields(group), by, { group: group.id });
    return group;
  }

  setGroup(
    id: string,
    change: Parameters<OperationsService["setGroup"]>[1],
    by: By,
  ): GroupView | undefined {
    const before = this.inventory.group(id);
    const after = this.#attempt(() => this.inventory.setGroup(id, change));
    if (before === undefined || after === undefined) return after;
    const what = { change: "setGroup", verb: "changed", subject: groupText(after) };
    this.#differ(what, groupFields(before), groupFields(after), by, { group: id });
    return after;
  }

  deleteGroup(id: string, by: By): boolean {
    const before = this.inventory.group(id);
    if (!this.#attempt(() => this.inventory.deleteGroup(id)) || before === undefined) return false;
    const what = { change: "deleteGroup", verb: "deleted", subject: groupText(before) };
    this.#gone(what, groupFields(before), by, { group: id });
    return true;
  }

  note(note: Parameters<OperationsService["note"]>[0], by: By): PvmonEvent {
    return this.logs.note(note, by);
  }

  acknowledge(selection: LogSelection, by: By): number {
    return this.logs.acknowledge(selection, by);
  }

  forgetLogs(ids: readonly string[], by: By): Promise<number> {
    return this.logs.forgetLogs(ids, by);
  }

  /** Nothing is told when nothing is different. */
  #differ(about: About, before: Fields, after: Fields, by: By, also: Evidence = {}): void {
    const different = differences(before, after);
    if (different !== undefined) this.#changed(about, { ...also, ...different }, by);
  }

  #gone(about: About, before: Fields, by: By, also: Evidence = {}): void {
    this.#changed(about, { ...also, ...differences(before, {}) }, by);
  }

  #changed(about: About, evidence: Evidence, by: By): void {
    this.inventory.record(changeEvent(about, evidence, by, this.clock.now()));
  }

  /** The model throws a RangeError for what cannot be. */
  #attempt<T>(change: () => T): T {
    try {
      return change();
    } catch (error) {
      if (error instanceof RangeError) throw new OperationError(error.message);
      throw error;
    }
  }
}
