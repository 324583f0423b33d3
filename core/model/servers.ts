/** All CA servers: what their beacons and answers say about them, in events, states, views and rows. */
import { type Endpoint, endpointKey, type Ipv4 } from "./address.js";
import { ANOMALY_QUIET_MS, Anomalies, type AnomalySighting } from "./anomalies.js";
import { beaconSource, type Ipv4Range, isWithin } from "./beacon-source.js";
import type { BeaconVerdict } from "./beacon-verdict.js";
import { BeaconTrack, LATE_MS } from "./beacon-watch.js";
import type { EventDraft } from "./event.js";
import { isUp } from "./host-servers.js";
import type { BeaconSeen, ChannelSeen, CircuitChecked } from "./observation.js";
import type { FactRow, ServerRow } from "./row.js";
import * as anomalies from "./server-anomalies.js";
import * as events from "./server-events.js";
import { type ServerQuery, serverPage } from "./server-queries.js";
import { restoreServerRecord, type ServerRecord, serverRow, serverView } from "./server-record.js";
import { AnnouncementBudget, ServerTable } from "./server-table.js";
import type { AnomalyView, Counts, Page, ServerState, ServerView } from "./views.js";

export type { Ipv4Range } from "./beacon-source.js";

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

export interface ServerSink {
  event(draft: EventDraft): void;
  state(key: number, state: ServerState, at: number): void;
  dirty(key: number): void;
  /** Something was heard of this address. */
  seen(address: Ipv4, at: number): void;
  fact(row: Omit<FactRow, "kind">): void;
}

/** A server that answers searches but is not heard is announced after this long: its first beacon may be on its way. */
const BEACONLESS_MS = 30_000;
/** A packet reaches us at most this much after its time, by way of tcpdump's buffers: silence is judged after that. */
const DELIVERY_MS = 1_000;
const TOLD_AFTER_MS = LATE_MS + DELIVERY_MS;
/** A server heard this early was seen starting: the beacons of its ramp, or most of them, were lost at worst. */
const SEEN_STARTING_MS = 30_000;

export class Servers {
  readonly #table: ServerTable;
  readonly #anomalies: Anomalies;
  readonly #budget = new AnnouncementBudget();
  readonly #lostAfterPeriods: number;
  readonly #networks: readonly Ipv4Range[];
  readonly #ownAddresses: ReadonlySet<Ipv4>;
  /** Since when silence counts; Infinity while blind. */
  #watchedSince = Number.POSITIVE_INFINITY;
  /** No tick before this has anything to do. */
  #dueAt = Number.NEGATIVE_INFINITY;

  constructor(
    options: ServersOptions,
    private readonly sink: ServerSink,
  ) {
    this.#table = new ServerTable(options.maxServers ?? 20_000);
    this.#anomalies = new Anomalies(options.maxAnomalies ?? 1_000, (draft) => sink.event(draft));
    this.#lostAfterPeriods = options.lostAfterPeriods ?? 3;
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
      this.#up(record, beacon.at);
    } else {
      this.#judge(record, record.track.observe(beacon.at, beacon.sequence), beacon.at);
    }
    this.#announce(record, beacon.at);
    if (source.mismatch) this.#saw(anomalies.addressMismatch(record, beacon));
  }

  /** A search reply of this server: it is up, whatever its beacons say. `minorVersion` -1 when the reply does not say. */
  answered(server: Endpoint, minorVersion: number, at: number): void {
    const record = this.#admit(server, at);
    if (record === undefined) return;
    record.lastSeenAt = Math.max(record.lastSeenAt, at);
    if (minorVersion >= 0) record.minorVersion = minorVersion;
    if (record.state === "lost") this.#return(record, at, events.returned(record, at, "answer"));
    record.lastSignAt = Math.max(record.lastSignAt, at);
    if (!record.confirmed) {
      this.#table.confirm(record);
      this.sink.state(record.key, record.state, at);
      this.sink.dirty(record.key);
    }
  }

  /** A channel created or refused shows that the server is up. */
  channel(channel: ChannelSeen): void {
    if (channel.outcome !== "unreachable") this.answered(channel.server, -1, channel.at);
  }

  /** What a circuit to it said. */
  circuit(_circuit: CircuitChecked): void {}

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
  forget(key: number): boolean {
    const record = this.#table.get(key);
    if (record !== undefined) this.#table.remove(record);
    return record !== undefined;
  }

  /** Once per whole second of data time, after the observations before it. Returns at once when nothing is due. */
  tick(at: number, blind: boolean): void {
    if (blind) {
      this.#watchedSince = Number.POSITIVE_INFINITY;
    } else if (this.#watchedSince > at) {
      this.#watchedSince = at;
      this.#dueAt = at;
    }
    if (at < this.#dueAt) return;
    for (const record of this.#table.unannounced) this.#announce(record, at - DELIVERY_MS);
    if (!blind) {
      this.#loseSilent(at);
      this.#anomalies.tick(at);
    }
    this.#dueAt = this.#nextDueAt(at);
  }

  stateOf(key: number): ServerState | undefined {
    return this.#table.get(key)?.state;
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

  /** By address and port. */
  list(query: ServerQuery, pvsOf: (key: number) => number): Page<ServerView> {
    return serverPage(this.#table.sorted(), query, this.#anomalies, pvsOf);
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
    let alive = 0;
    let lost = 0;
    for (const { state } of this.#table.values()) {
      if (state === "alive" || state === "paused") alive++;
      else if (state === "lost") lost++;
    }
    return { alive, lost };
  }

  row(key: number): ServerRow | undefined {
    const record = this.#table.get(key);
    return record && serverRow(record);
  }

  /** Makes no events, states or dirty marks. Rows that make no sense are left out. */
  restore(row: ServerRow): void {
    const record = restoreServerRecord(row);
    if (record !== undefined) this.#table.restore(record);
    this.#dueAt = Number.NEGATIVE_INFINITY;
  }

  #admit({ ip, port }: Endpoint, at: number): ServerRecord | undefined {
    const key = endpointKey(ip, port);
    const heard = this.#table.get(key);
    // By the data alone, so that live traffic and its capture say the same whenever the second is counted.
    if (heard?.state === "alive") this.#loseIfSilent(heard, at);
    const known = this.#table.get(key);
    if (known !== undefined) return known;
    const { record, displaced } = this.#table.admit({ ip, port }, at);
    if (displaced) this.#saw(anomalies.beaconFlood(at, this.#table.size));
    if (record !== undefined) this.#due(at + LATE_MS);
    return record;
  }

  #judge(record: ServerRecord, verdict: BeaconVerdict, at: number): void {
    if (verdict.kind === "copy" || verdict.kind === "waiting") return;
    if (!record.confirmed) this.#table.confirm(record);
    const wasLost = record.state === "lost";
    if (verdict.kind === "restarted") {
      record.restarts++;
      record.restartedAt = verdict.restart.startedAt;
      const watched = at - verdict.restart.startedAt <= SEEN_STARTING_MS;
      this.#return(record, at, events.restarted(record, verdict.restart, watched));
    } else if (verdict.kind === "advanced" && verdict.pause !== undefined) {
      if (!wasLost) this.sink.event(events.paused(record, verdict.pause));
      this.#return(record, at, events.resumed(record, verdict.pause));
    } else if (wasLost) {
      this.#return(record, at, events.returned(record, at, "beacon"));
    }
    if (verdict.kind === "interleaved") {
      this.#saw(anomalies.duplicateIdentity(record, verdict.otherSequence, at));
    }
    this.#up(record, at);
  }

  /** Says what happened to a server that is up; the host is back when all of it was away. */
  #return(record: ServerRecord, at: number, event: EventDraft): void {
    const hostWasLost = this.#table.hosts.lostTogether(record.ip).length > 0;
    this.sink.event(event);
    if (hostWasLost) this.sink.event(events.hostReturned(record.host, at, record.name));
    this.#up(record, at);
  }

  #up(record: ServerRecord, at: number): void {
    record.lastSignAt = Math.max(record.lastSignAt, at);
    if (record.state !== "alive") {
      record.state = "alive";
      record.lostAt = null;
      this.sink.state(record.key, "alive", at);
    }
    if (record.confirmed) this.sink.dirty(record.key);
    this.#due(this.#silentAt(record) + TOLD_AFTER_MS);
  }

  #announce(record: ServerRecord, at: number): void {
    if (record.announced) return;
    const beginning = record.track?.beginning(at);
    if (beginning === "undecided") return;
    if (beginning === undefined && at - record.firstSeenAt < BEACONLESS_MS) return;
    if (!this.#budget.take(at, record.confirmed)) return;
    this.#table.announce(record);
    this.sink.event(events.appeared(record, beginning === "started"));
  }

  #loseSilent(at: number): void {
    const silent = [...this.#table.values()]
      .filter(({ state }) => state === "alive")
      .map((record) => ({ record, silentAt: this.#silentAt(record) }))
      .filter(({ silentAt }) => silentAt + TOLD_AFTER_MS <= at)
      .sort((a, b) => a.silentAt - b.silentAt || a.record.key - b.record.key);
    for (const { record } of silent) this.#loseIfSilent(record, at);
  }

  /** A beacon may be late by {@link LATE_MS}; one that comes later ends a loss. */
  #loseIfSilent(record: ServerRecord, at: number): void {
    const silentAt = this.#silentAt(record);
    if (silentAt + LATE_MS >= at) return;
    if (record.confirmed) this.#lose(record, silentAt);
    else this.#forget(record, at);
  }

  #lose(record: ServerRecord, at: number): void {
    record.state = "lost";
    record.lostAt = Math.round(at);
    this.sink.event(events.lost(record, at, this.#lostAfterPeriods));
    this.sink.state(record.key, "lost", record.lostAt);
    this.sink.dirty(record.key);
    const together = this.#table.hosts.lostTogether(record.ip);
    if (together.length > 0) this.sink.event(events.hostLost(record.host, at, together));
  }

  /** One beacon and then nothing: forged, or a server that we saw the very end of. */
  #forget(record: ServerRecord, at: number): void {
    if (!record.announced) this.#saw(anomalies.beaconFlood(at, this.#table.size));
    this.#table.remove(record);
  }

  /** When its silence makes it lost. */
  #silentAt({ track, lastSignAt }: ServerRecord): number {
    const silentSince = Math.max(lastSignAt, this.#watchedSince);
    return silentSince + this.#lostAfterPeriods * (track?.expectedMs ?? 0);
  }

  #nextDueAt(at: number): number {
    let dueAt = this.#anomalies.nextDueAt();
    if (this.#table.unannounced.size > 0) dueAt = Math.min(dueAt, at + 1_000);
    for (const record of this.#table.values()) {
      if (record.state === "alive") dueAt = Math.min(dueAt, this.#silentAt(record) + TOLD_AFTER_MS);
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
