/** What operators do to the log: they write notes in it, acknowledge its entries and take them out. */
import type { PvmonEvent } from "../model/event.js";
import type { Inventory } from "../model/inventory/inventory.js";
import { OperationError } from "../plugin/errors.js";
import type {
  By,
  Clock,
  HistoryService,
  LogSelection,
  OperationsService,
} from "../plugin/services.js";
import { changeEvent, cut, MAX_TEXT, shortened } from "./operation-events.js";

/** What operations on the log need of the inventory. */
export type LoggingInventory = Pick<
  Inventory,
  "acknowledge" | "forgetLogs" | "host" | "pendingLogs" | "recallLogs" | "record" | "remembersLog"
>;

/** Entries looked up and taken out at a time. */
const LOGS_AT_ONCE = 1000;

export class LogOperations
  implements Pick<OperationsService, "note" | "acknowledge" | "forgetLogs">
{
  /** @param history a store's events, asked for at each use: undefined while there is no store. */
  constructor(
    private readonly inventory: LoggingInventory,
    private readonly clock: Pick<Clock, "now">,
    private readonly history: () => Pick<HistoryService, "events"> | undefined,
  ) {}

  note(
    { text, host, pending = false }: Parameters<OperationsService["note"]>[0],
    { who, why }: By,
  ): PvmonEvent {
    const said = text.trim();
    if (said === "" || said.length > MAX_TEXT) {
      throw new OperationError(
        `a note has 1 to ${MAX_TEXT} characters; this one has ${said.length}`,
      );
    }
    if (host !== undefined && this.inventory.host(host) === undefined) {
      throw new OperationError(`there is no host ${host} to write a note about`);
    }
    return this.inventory.record({
      at: this.clock.now(),
      type: "operator.noted",
      severity: "info",
      subject: host ?? "site",
      text: said,
      evidence: { who: cut(who), why: why === undefined ? null : cut(why) },
      ...(host !== undefined && { host }),
      ...(pending && { log: "pending" }),
    });
  }

  acknowledge(selection: LogSelection, by: By): number {
    const host = "host" in selection ? selection.host : undefined;
    const ids = "ids" in selection ? selection.ids : this.inventory.pendingLogs(host);
    const acknowledged = this.inventory.acknowledge(ids, by.who, this.clock.now());
    this.#changed("acknowledge", "acknowledged", acknowledged, by, host);
    return acknowledged.length;
  }

  async forgetLogs(ids: readonly string[], by: By): Promise<number> {
    const distinct = [...new Set(ids)];
    const forgotten: string[] = [];
    for (let first = 0; first < distinct.length; first += LOGS_AT_ONCE) {
      const some = distinct.slice(first, first + LOGS_AT_ONCE);
      await this.#recall(some.filter((id) => !this.inventory.remembersLog(id)));
      forgotten.push(...this.inventory.forgetLogs(some, by.who, this.clock.now()));
    }
    this.#changed("forgetLogs", "took out of the log", forgotten, by);
    return forgotten.length;
  }

  /** Old entries are in the stores only. */
  async #recall(ids: readonly string[]): Promise<void> {
    const history = this.history();
    if (ids.length === 0 || history === undefined) return;
    const { items } = await history.events({ ids, limit: ids.length });
    const asked = new Set(ids);
    this.inventory.recallLogs(items.filter(({ id }) => asked.has(id)));
  }

  #changed(change: string, verb: string, ids: readonly string[], by: By, host?: string): void {
    if (ids.length === 0) return;
    const subject = ids.length === 1 ? "1 log entry" : `${ids.length} log entries`;
    const about = { change, verb, subject, ...(host !== undefined && { host }) };
    const evidence = { count: ids.length, ids: shortened(ids) };
    this.inventory.record(changeEvent(about, evidence, by, this.clock.now()));
  }
}
