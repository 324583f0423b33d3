/** What is found by looking: states of hosts and figures for rules about them, and whether what began by an event still lasts. */
import type { HostOptions, InventoryService, StatusService } from "pvmon";
import type { RuleConfig } from "./config.js";
import type { Alert, Subject } from "./rules/alert.js";
import type { State } from "./rules/engine.js";
import type { Rule } from "./rules/rule.js";

const PAGE = 500;
/** Options of a host are looked up again after so long. */
const OPTIONS_MS = 10_000;
const MAX_HOSTS = 10_000;

export class Looks {
  readonly #inventory: InventoryService;
  readonly #status: StatusService;
  readonly #silent: readonly (keyof HostOptions)[];
  readonly #silentHosts = new Map<string, { readonly until: number; readonly isSilent: boolean }>();

  /** @param silent options of hosts of which nothing is told */
  constructor(
    inventory: InventoryService,
    status: StatusService,
    silent: readonly (keyof HostOptions)[],
  ) {
    this.#inventory = inventory;
    this.#status = status;
    this.#silent = silent;
  }

  statesOf(rule: Rule): readonly State[] {
    return rule.figure === "none" ? this.#hostsIn(rule) : this.#figure(rule);
  }

  /** Whether the host is one of which nothing is told. */
  isSilent({ host }: Subject, now: number): boolean {
    if (host === undefined || this.#silent.length === 0) return false;
    const known = this.#silentHosts.get(host);
    if (known !== undefined && now < known.until) return known.isSilent;
    const options = this.#inventory.host(host)?.options;
    const isSilent = options !== undefined && this.#silent.some((option) => options[option]);
    if (this.#silentHosts.size >= MAX_HOSTS) this.#silentHosts.clear();
    this.#silentHosts.set(host, { until: now + OPTIONS_MS, isSilent });
    return isSilent;
  }

  /** False only when it is known to be over: it may have ended while pvmon did not run, or been forgotten. */
  lasts({ condition, subject: { kind, name } }: Alert): boolean {
    const { server, host, heartbeat, pvItem, sensors, anomalies, storm } = this.#inventory;
    switch (condition) {
      case "server.lost":
      case "server.stopped":
      case "server.unresponsive":
        return !["alive", "paused", undefined].includes(server(name)?.state);
      case "host.lost":
        return !["alive", undefined].includes(host(name)?.liveness);
      case "app.lost":
        return heartbeat(name)?.lost === true;
      case "pv.lost":
        return !["online", undefined].includes(pvItem(name)?.state);
      case "pv.duplicated":
        return pvItem(name)?.duplicate === true;
      case "storm.started":
        return storm()?.subject === name;
      case "sensor.blind":
        return sensors().some(({ id, status }) => id === name && status === "blind");
      case "plugin.degraded":
        return this.#status.plugins().some(({ id, status }) => id === name && status !== "ok");
      case "anomaly.opened":
      case "server.duplicateIdentity":
        return anomalies().some(
          ({ type, subject, closedAt }) =>
            closedAt === null && subject === name && kind === `anomaly ${type}`,
        );
      default:
        return true;
    }
  }

  #hostsIn({ hostStates }: Rule): State[] {
    const states: State[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const from = cursor === undefined ? {} : { cursor };
      const page = this.#inventory.listHosts({ limit: PAGE, ...from });
      for (const { host, name, state, problems } of page.items) {
        if (!hostStates.has(state)) continue;
        const why = problems.length === 0 ? "" : `: ${problems.join("; ")}`;
        const text = `host ${name ?? host} is in state ${state}${why}`;
        states.push({ subject: { kind: "host", name: host, host }, text });
      }
      cursor = page.next;
    }
    return states;
  }

  #figure({ figure, above }: Rule): State[] {
    const value = this.#valueOf(figure);
    if (value <= above) return [];
    const text = `${figure} is ${Math.round(value)}, above ${above}`;
    return [{ subject: { kind: "site", name: figure }, text }];
  }

  #valueOf(figure: RuleConfig["figure"]): number {
    const { pvs, servers, apps } = this.#inventory.counts();
    switch (figure) {
      case "lostPvs":
        return pvs.lost;
      case "neverAnsweredPvs":
        return pvs.neverAnswered;
      case "duplicatePvs":
        return pvs.duplicate;
      case "lostServers":
        return servers.lost;
      case "downApps":
        return apps.down;
      case "searchNamesPerSecond":
        return this.#inventory.rates().searchNamesPerSecond;
      case "waitingHistory":
        return this.#status.outboxes().reduce((sum, { history }) => sum + history, 0);
      case "none":
        return 0;
    }
  }
}
