/** All CA servers: what their beacons and answers say about them, in events, states, views and rows. */
import { type Endpoint, endpointKey, type Ipv4 } from "../address.js";
import { beaconSource, type Ipv4Range, isWithin } from "../beacons/beacon-source.js";
import { BeaconTrack } from "../beacons/beacon-track.js";
import { DELIVERY_MS, LATE_MS, TOLD_AFTER_MS } from "../lateness.js";
import type { BeaconSeen, ChannelSeen, CircuitChecked } from "../observation.js";
import type { ServerRow } from "../row.js";
import type { AnomalyView, Counts, Page, ServerState, ServerView } from "../views.js";
import { ANOMALY_QUIET_MS, Anomalies, type AnomalySighting } from "./anomalies.js";
import { isUp } from "./host-servers.js";
import * as anomalies from "./server-anomalies.js";
import { ServerLives, type ServerSink } from "./server-lives.js";
import {
  type ServerLookup,
  type ServerSelection,
  serverCounts,
  serverPage,
} from "./server-page.js";
import {
  restoreServerRecord,
  type ServerRecord,
  serverRow,
  serverView,
  setServerClock,
} from "./server-record.js";
import { ServerRoutes } from "./server-routes.js";
import { ServerTable } from "./server-table.js";

export type { Ipv4Range } from "../beacons/beacon-source.js";
export type { ServerSink } from "./server-lives.js";

export interface ServersOptions {
  /** Default 20,000. Further ones displace servers of which a single beacon was seen, or are refused. */
  readonly maxServers?: number;
  /** Default 1,000. */
  readonly maxAnomalies?: number;
  /** Beacons missing for this many of the server's own periods make it lost. Default 3. */
  readonly lostAfterPeriods?: number;
  /** Where beacons may come from; empty (the default) for everywhere. Others are an anomaly and ignored. */
  readonly beaconNetworks?: readonly Ipv4Range[];
  /** Addresses of our own host: beacons from them with the address field filled come through its repeater. 127/8 always counts. */
  readonly ownAddresses?: readonly Ipv4[];
}

export class Servers {
  readonly #table: ServerTable;
  readonly #anomalies: Anomalies;
  readonly #routes: ServerRoutes;
  readonly #lives: ServerLives;
  readonly #networks: readonly Ipv4Range[];
  readonly #ownAddresses: ReadonlySet<Ipv4>;
  /** No tick before this has anything to do. */
  #dueAt = Number.NEGATIVE_INFINITY;

  constructor(options: ServersOptions, sink: ServerSink) {
    this.#table = new ServerTable(options.maxServers ?? 20_000);
    this.#anomalies = new Anomalies(options.maxAnomalies ?? 1_000, (draft) => sink.event(draft));
    this.#routes = new ServerRoutes((draft) => sink.event(draft));
    this.#lives = new ServerLives(this.#table, sink, options.lostAfterPeriods ?? 3);
    this.#networks = options.beaconNetworks ?? [];
    this.#ownAddresses = new Set(options.ownAddresses);
  }

  beacon(beacon: BeaconSeen): void {
    const source = beaconSource(beacon, this.#ownAddresses);
    if (!isWithin(source.ip, this.#networks)) {
      this.#saw(anomalies.wrongNetwork(source, beacon));
      return;
    }
    const record = this.#admit(source, beacon.at);
    if (record === undefined) return;
    record.lastSeenAt = Math.max(record.lastSeenAt, beacon.at);
    record.minorVersion = beacon.minorVersion;
    if (record.track === undefined) {
      record.track = new BeaconTrack(beacon.at, beacon.sequence);
      this.#lives.up(record, beacon.at);
    } else {
      const verdict = record.track.observe(beacon.at, beacon.sequence);
      this.#lives.judge(record, verdict, beacon.at);
      if (verdict.kind === "interleaved") {
        this.#saw(anomalies.duplicateIdentity(record, verdict.otherSequence, beacon.at));
      }
    }
    this.#lives.announce(record, beacon.at);
    this.#dueWhenSilent(record);
    if (source.mismatch) this.#saw(anomalies.addressMismatch(record, beacon));
  }

  /** A search reply of this server: it is up, whatever its beacons say. `minorVersion` -1 when the reply does not say. */
  answered(server: Endpoint, minorVersion: number, at: number): void {
    const record = this.#admit(server, at);
    if (record === undefined) return;
    if (minorVersion >= 0) record.minorVersion = minorVersion;
    this.#lives.answered(record, at);
    this.#dueWhenSilent(record);
  }

  /** A channel created or refused shows that the server is up, and that it answers on circuits. */
  channel({ server, outcome, at }: ChannelSeen): void {
    if (outcome !== "unreachable") this.#answeredOnCircuit(server, at);
  }

  /** What a circuit to it said. Of a server that nobody knows, only an echo says anything. */
  circuit({ server, outcome, at, afterMs }: CircuitChecked): void {
    const isEcho = outcome === "echoed";
    const record = isEcho ? this.#answeredOnCircuit(server, at) : this.#known(server, at);
    record?.circuits.observe(outcome, at);
    if (record === undefined || !record.confirmed) return;
    if (outcome === "unresponsive") this.#lives.unanswered(record, at, afterMs);
    else if (outcome === "refused") this.#lives.refused(record, at);
    this.#dueWhenSilent(record);
  }

  /** Whether two servers of one port are one that is heard under two addresses; that is told once. */
  isSame(one: number, other: number, at: number): boolean {
    const [a, b] = [this.#table.get(one), this.#table.get(other)];
    return a !== undefined && b !== undefined && this.#routes.isSame(a, b, at);
  }

  /** Whether it is up; undefined when there is no such server. */
  isUp(key: number): boolean | undefined {
    const record = this.#table.get(key);
    return record && isUp(record);
  }

  /** When its present life began; undefined when that is not known. */
  startedAt(key: number): number | undefined {
    return this.#table.get(key)?.track?.start?.at;
  }

  /** It comes back when it is heard again. */
  forget(key: number, at: number): boolean {
    const record = this.#table.get(key);
    if (record === undefined) return false;
    this.#lives.forget(record, at);
    return true;
  }

  /** Once per whole second of data time, after the observations before it. Returns at once when nothing is due. */
  tick(at: number, blind: boolean): void {
    if (blind) {
      this.#lives.watchedSince = Number.POSITIVE_INFINITY;
    } else if (this.#lives.watchedSince > at) {
      this.#lives.watchedSince = at;
      this.#dueAt = at;
    }
    if (at < this.#dueAt) return;
    for (const record of this.#table.unannounced) this.#lives.announce(record, at - DELIVERY_MS);
    if (!blind) {
      this.#loseSilent(at);
      this.#anomalies.tick(at);
    }
    this.#dueAt = this.#nextDueAt(at);
  }

  /** See `Inventory.clockSet`. */
  clockSet(at: number, byMs: number): void {
    for (const record of this.#table.values()) setServerClock(record, at, byMs);
    this.#anomalies.clockSet(at);
    this.#dueAt = Number.NEGATIVE_INFINITY;
  }

  stateOf(key: number): ServerState | undefined {
    return this.#table.get(key)?.state;
  }

  /** When it was last heard, undefined when there is no such server. */
  seenAt(key: number): number | undefined {
    return this.#table.get(key)?.lastSeenAt;
  }

  /** When the last restart was, undefined when none was seen. */
  restartedAt(key: number): number | undefined {
    return this.#table.get(key)?.restartedAt ?? undefined;
  }

  /** `pvs`: names whose latest owner it is. */
  view(key: number, pvs: number): ServerView | undefined {
    const record = this.#table.get(key);
    return record && serverView(record, pvs, this.#anomalies.openFor(record.name));
  }

  list(query: ServerSelection, lookup: ServerLookup): Page<ServerView> {
    return serverPage(this.#table.sorted(), query, this.#anomalies, lookup);
  }

  /** By port. */
  ofHost(ip: Ipv4): readonly ServerRecord[] {
    return this.#table.hosts.of(ip);
  }

  /** Addresses that have servers. */
  hosts(): Iterable<Ipv4> {
    return this.#table.hosts.addresses();
  }

  anomalies(): AnomalyView[] {
    return this.#anomalies.views();
  }

  counts(): Counts["servers"] {
    return serverCounts(this.#table.values());
  }

  row(key: number): ServerRow | undefined {
    const record = this.#table.get(key);
    return record && serverRow(record);
  }

  /** Of a server that nothing is known of makes no events, states or dirty marks. Rows that make no sense are left out. */
  restore(row: ServerRow): void {
    const record = restoreServerRecord(row);
    if (record === undefined) return;
    const known = this.#table.get(record.key);
    if (known === undefined) this.#table.restore(record);
    else this.#lives.recall(known, record);
    this.#dueAt = Number.NEGATIVE_INFINITY;
  }

  #answeredOnCircuit(server: Endpoint, at: number): ServerRecord | undefined {
    const record = this.#admit(server, at);
    if (record === undefined) return undefined;
    this.#lives.answeredOnCircuit(record, at);
    this.#dueWhenSilent(record);
    return record;
  }

  /** By the data alone, so that live traffic and its capture say the same whenever the second is counted. */
  #known({ ip, port }: Endpoint, at: number): ServerRecord | undefined {
    const key = endpointKey(ip, port);
    const record = this.#table.get(key);
    if (record !== undefined && isWatched(record)) this.#loseIfSilent(record, at);
    return this.#table.get(key);
  }

  #admit({ ip, port }: Endpoint, at: number): ServerRecord | undefined {
    const known = this.#known({ ip, port }, at);
    if (known !== undefined) return known;
    const { record, displaced } = this.#table.admit({ ip, port }, at);
    if (displaced) this.#saw(anomalies.beaconFlood(at, this.#table.size));
    if (record !== undefined) this.#due(at + LATE_MS);
    return record;
  }

  #loseSilent(at: number): void {
    const silent = [...this.#table.values()]
      .filter(isWatched)
      .map((record) => ({ record, silentAt: this.#lives.silentAt(record) }))
      .filter(({ silentAt }) => silentAt + TOLD_AFTER_MS <= at)
      .sort((a, b) => a.silentAt - b.silentAt || a.record.key - b.record.key);
    for (const { record } of silent) this.#loseIfSilent(record, at);
  }

  /** A beacon may be late by {@link LATE_MS}; one that comes later ends a loss. */
  #loseIfSilent(record: ServerRecord, at: number): void {
    const silentAt = this.#lives.silentAt(record);
    if (silentAt + LATE_MS >= at) return;
    if (record.confirmed) {
      this.#lives.lose(record, silentAt);
    } else {
      // One beacon and then nothing: forged, or a server that we saw the very end of.
      if (!record.announced) this.#saw(anomalies.beaconFlood(at, this.#table.size));
      this.#table.remove(record);
    }
  }

  #dueWhenSilent(record: ServerRecord): void {
    if (isWatched(record)) this.#due(this.#lives.silentAt(record) + TOLD_AFTER_MS);
  }

  #nextDueAt(at: number): number {
    let dueAt = this.#anomalies.nextDueAt();
    if (this.#table.unannounced.size > 0) dueAt = Math.min(dueAt, at + 1_000);
    for (const record of this.#table.values()) {
      if (isWatched(record)) dueAt = Math.min(dueAt, this.#lives.silentAt(record) + TOLD_AFTER_MS);
    }
    return dueAt;
  }

  #due(at: number): void {
    this.#dueAt = Math.min(this.#dueAt, at);
  }

  #saw(sighting: AnomalySighting): void {
    this.#anomalies.saw(sighting);
    this.#due(sighting.at + ANOMALY_QUIET_MS);
  }
}

/** Its silence says something. */
function isWatched({ state }: ServerRecord): boolean {
  return state === "alive" || state === "unresponsive";
}
