/** What all metrics are read off: counts that the inventory keeps, and short tallies of what it has few of. Names are never walked. */
import { setImmediate } from "node:timers/promises";
import {
  ANOMALY_TYPES,
  type AnomalyType,
  type Counts,
  HOST_COLOURS,
  HOST_STATES,
  type InventoryService,
  type OutboxView,
  type PluginHealth,
  type Rates,
  SERVER_STATES,
  type SensorView,
  type StatusService,
  type TopEntry,
} from "pvmon";
import type { EventTally } from "./event-tally.js";

/** Hosts looked at before others may run: some milliseconds. Each page sorts them all anew. */
const PAGE = 200;

export type Tally<K extends string = string> = ReadonlyMap<K, number>;

export interface Snapshot {
  readonly counts: Counts;
  readonly rates: Rates;
  readonly sensors: readonly SensorView[];
  readonly blind: boolean;
  readonly openAnomalies: Tally<AnomalyType>;
  readonly serverStates: Tally;
  readonly hostStates: Tally;
  readonly hostColours: Tally;
  /** Of hosts; notes about the whole site are not among them. */
  readonly pendingLogs: number;
  readonly heartbeats: { readonly beating: number; readonly lost: number };
  readonly topClients: readonly TopEntry[];
  readonly events: EventTally;
  readonly plugins: readonly PluginHealth[];
  readonly outboxes: readonly OutboxView[];
  readonly status: StatusService;
}

export async function takeSnapshot(
  inventory: InventoryService,
  status: StatusService,
  events: EventTally,
  topClients: number,
): Promise<Snapshot> {
  const hosts = await tallyHosts(inventory);
  const serverStates = await tallyServers(inventory);
  const open = inventory.anomalies().filter(({ closedAt }) => closedAt === null);
  const beats = (lost: boolean): number => inventory.listHeartbeats({ limit: 1, lost }).total;
  return {
    counts: inventory.counts(),
    rates: inventory.rates(),
    sensors: inventory.sensors(),
    blind: inventory.blind(),
    openAnomalies: tally(
      ANOMALY_TYPES,
      open.map(({ type }) => type),
    ),
    serverStates,
    ...hosts,
    heartbeats: { beating: beats(false), lost: beats(true) },
    topClients: topClients === 0 ? [] : inventory.topRequests("client", topClients),
    events,
    plugins: status.plugins(),
    outboxes: status.outboxes(),
    status,
  };
}

async function tallyServers(inventory: InventoryService): Promise<Tally> {
  const counts = new Map<string, number>();
  for (const state of SERVER_STATES) {
    counts.set(state, inventory.listServers({ limit: 1, states: [state] }).total);
    await setImmediate();
  }
  return counts;
}

async function tallyHosts(
  inventory: InventoryService,
): Promise<Pick<Snapshot, "hostStates" | "hostColours" | "pendingLogs">> {
  const states: string[] = [];
  const colours: string[] = [];
  let pendingLogs = 0;
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const from = cursor === undefined ? {} : { cursor };
    const page = inventory.listHosts({ limit: PAGE, ...from });
    for (const host of page.items) {
      states.push(host.state);
      colours.push(host.colour);
      pendingLogs += host.pendingLogs;
    }
    cursor = page.next;
    if (cursor !== null) await setImmediate();
  }
  return {
    hostStates: tally(HOST_STATES, states),
    hostColours: tally(HOST_COLOURS, colours),
    pendingLogs,
  };
}

/** Of all words, those that there are none of too: a series that vanishes looks like one that cannot be read. */
function tally<K extends string>(words: readonly K[], found: readonly string[]): Tally<K> {
  const counts = new Map<K, number>(words.map((word) => [word, 0]));
  for (const word of found) counts.set(word as K, (counts.get(word as K) ?? 0) + 1);
  return counts;
}
