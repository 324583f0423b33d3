/** What happens to one server: it appears, is up, hangs, stops, is lost and returns, each as state, event and fact. */
import type { Ipv4 } from "../address.js";
import { DEFAULT_PERIOD_MS } from "../beacons/beacon-ramp.js";
import type { BeaconVerdict } from "../beacons/beacon-verdict.js";
import type { EventDraft } from "../event.js";
import { AnnouncementBudget } from "../event-budget.js";
import { LATE_MS } from "../lateness.js";
import type { FactRow } from "../row.js";
import type { ServerState } from "../views.js";
import { isGone } from "./host-servers.js";
import * as events from "./server-events.js";
import { recall } from "./server-recall.js";
import { circuitWithoutBeacons, type ServerRecord } from "./server-record.js";
import type { ServerTable } from "./server-table.js";

export interface ServerSink {
  event(draft: EventDraft): void;
  /**
   * One that may come again and again.
   * @param noticedAt by the data alone, whenever the second of it was counted.
   */
  lifeEvent(draft: EventDraft, noticedAt: number): void;
  state(key: number, state: ServerState, at: number): void;
  dirty(key: number): void;
  /** Something was heard of this address that is more than a single datagram. */
  seen(address: Ipv4, at: number): void;
  /** When the host with this address last sent a heartbeat; undefined when it sends none. */
  heartbeatAt(address: Ipv4): number | undefined;
  fact(row: Omit<FactRow, "kind">): void;
  /** All addresses of the host with this one. */
  addressesOf(address: Ipv4): readonly Ipv4[];
}

/** A server that answers searches but is not heard is announced after this long: its first beacon may be on its way. */
const BEACONLESS_MS = 30_000;
/** A server heard this early was seen starting: the beacons of its ramp, or most of them, were lost at worst. */
const SEEN_STARTING_MS = 30_000;
/** A port that refuses is no proof as long as beacons come; that one of them is this late is. */
const SILENT_PERIODS = 1.25;

export class ServerLives {
  /** Since when silence counts; Infinity while blind. */
  watchedSince = Number.POSITIVE_INFINITY;
  readonly #budget = new AnnouncementBudget();

  constructor(
    private readonly table: ServerTable,
    private readonly sink: ServerSink,
    private readonly lostAfterPeriods: number,
  ) {}

  /** A beacon: one that hangs may go on sending them. */
  up(record: ServerRecord, at: number): void {
    record.lastSignAt = Math.max(record.lastSignAt, at);
    if (record.state !== "unresponsive" && record.track !== undefined) {
      this.#enter(record, "alive", at);
    }
    if (!record.confirmed) return;
    this.sink.seen(record.ip, at);
    this.sink.dirty(record.key);
  }

  /** What a further beacon of it says. */
  judge(record: ServerRecord, verdict: BeaconVerdict, at: number): void {
    if (verdict.kind === "copy" || verdict.kind === "waiting") return;
    this.#confirm(record);
    const wasLost = isGone(record);
    if (verdict.kind === "restarted") {
      record.restarts++;
      record.restartedAt = verdict.restart.startedAt;
      const watched = at - verdict.restart.startedAt <= SEEN_STARTING_MS;
      this.#return(record, at, events.restarted(record, verdict.restart, watched));
    } else if (verdict.kind === "advanced" && verdict.pause !== undefined) {
      if (!wasLost) this.sink.lifeEvent(events.paused(record, verdict.pause), at);
      this.#return(record, at, events.resumed(record, verdict.pause));
    } else if (wasLost) {
      this.#return(record, at, events.returned(record, at, "beacon"));
    }
    this.up(record, at);
  }

  /** It answered a search. */
  answered(record: ServerRecord, at: number): void {
    if (isGone(record)) this.#return(record, at, events.returned(record, at, "answer"));
    this.#showed(record, at);
  }

  /** It answered on a circuit: whatever does that does not hang. */
  answeredOnCircuit(record: ServerRecord, at: number): void {
    if (isGone(record) || record.state === "unresponsive") {
      this.#return(record, at, events.returned(record, at, "echo"));
    }
    this.#showed(record, at);
    record.circuits.begin();
  }

  /** A circuit came about, and nothing on it; once is no proof. */
  unanswered(record: ServerRecord, at: number, waitedMs: number): void {
    if (isGone(record) || record.state === "unresponsive" || !record.circuits.isUnresponsive)
      return;
    this.sink.lifeEvent(events.unresponsive(record, at, waitedMs), at);
    this.#enter(record, "unresponsive", at);
  }

  /** Its port was refused: it stopped by the time its next beacon was due, at the latest. */
  refused(record: ServerRecord, refusedAt: number): void {
    if (isGone(record)) return;
    const periodMs = record.track?.expectedMs ?? DEFAULT_PERIOD_MS;
    const sinceAt = Math.max(record.lastSignAt, this.watchedSince);
    if (!(refusedAt - sinceAt > SILENT_PERIODS * periodMs)) return;
    const at = sinceAt + periodMs;
    this.sink.lifeEvent(events.stopped(record, at, sinceAt, refusedAt), refusedAt);
    this.#tellUp(record, at, false);
    this.#enter(record, "stopped", at);
  }

  /** The first thing that is said of it, once it is clear what. */
  announce(record: ServerRecord, at: number): void {
    if (record.announced) return;
    const beginning = record.track?.beginning(at);
    if (beginning === "undecided") return;
    if (beginning === undefined && at - record.firstSeenAt < BEACONLESS_MS) return;
    if (!this.#budget.take(at, record.confirmed)) return;
    this.table.announce(record);
    const event = events.appeared(record, beginning === "started");
    this.sink.event(event);
    if (record.confirmed) this.#tellUp(record, event.at, true);
  }

  /** `at`: {@link silentAt}. */
  lose(record: ServerRecord, at: number): void {
    const noticedAt = at + LATE_MS;
    this.sink.lifeEvent(events.lost(record, at, this.lostAfterPeriods), noticedAt);
    this.#tellUp(record, at, false);
    this.#enter(record, "lost", at);
    const together = this.#lostTogether(record);
    if (together.length === 0) return;
    const goesOn = this.#beatsSince(record.ip, together);
    this.table.hosts.setGoingOn(this.#primaryOf(record), goesOn);
    if (!goesOn) this.sink.lifeEvent(events.hostLost(record.host, at, together), noticedAt);
  }

  /** Its row could be read only now. What happened before it was first heard is told as after any other start. */
  recall(record: ServerRecord, row: ServerRecord): void {
    const recalled = recall(record, row);
    if (recalled === undefined) return;
    const { heardAt, isBefore, hadBeacons, verdict } = recalled;
    this.table.announce(record);
    this.table.confirm(record);
    this.sink.dirty(record.key);
    // A counter that does not fit yet: the next beacon tells, as ever.
    if (!isBefore || isGone(record) || verdict?.kind === "waiting") return;
    if (isGone(row)) {
      record.state = row.state;
      record.lostAt = row.lostAt;
    }
    if (verdict !== undefined && verdict.kind !== "copy") {
      this.judge(record, verdict, heardAt);
    } else if (isGone(record)) {
      const by = hadBeacons ? "beacon" : "answer";
      this.#return(record, heardAt, events.returned(record, heardAt, by));
    } else if (!hadBeacons && record.track !== undefined) {
      this.#enter(record, row.state, heardAt);
    }
  }

  /** Nobody wants to know of it any more. */
  forget(record: ServerRecord, at: number): void {
    if (record.announced && record.confirmed && !isGone(record)) this.#tellUp(record, at, false);
    this.table.remove(record);
  }

  /** When its silence makes it lost: that of its beacons, or of the circuits by which alone it is known to be there. */
  silentAt(record: ServerRecord): number {
    const silentSince = Math.max(record.lastSignAt, this.watchedSince);
    const silentAt = silentSince + this.lostAfterPeriods * (record.track?.expectedMs ?? 0);
    const circuit = circuitWithoutBeacons(record, this.lostAfterPeriods);
    if (circuit === undefined) return silentAt;
    const closedSince = Math.max(circuit.at, this.watchedSince);
    return Math.max(silentAt, closedSince + this.lostAfterPeriods * circuit.gapMs);
  }

  /** Whether a heartbeat came when a beacon of these servers would have come too, had only they been there. */
  #beatsSince(address: Ipv4, servers: readonly ServerRecord[]): boolean {
    const heardAt = this.sink.heartbeatAt(address) ?? Number.NEGATIVE_INFINITY;
    return servers.every(
      ({ lastSignAt, track }) => heardAt > lastSignAt + (track?.expectedMs ?? DEFAULT_PERIOD_MS),
    );
  }

  /** It answered. */
  #showed(record: ServerRecord, at: number): void {
    record.lastSeenAt = Math.max(record.lastSeenAt, at);
    record.lastSignAt = Math.max(record.lastSignAt, at);
    const isNew = !record.confirmed;
    this.#confirm(record);
    this.sink.seen(record.ip, at);
    if (isNew) this.sink.state(record.key, record.state, at);
    if (isNew) this.sink.dirty(record.key);
  }

  /** Says what happened to a server that is up; the host is back when all of it was away. */
  #return(record: ServerRecord, at: number, event: EventDraft): void {
    const { hosts } = this.table;
    const primary = this.#primaryOf(record);
    const hostWasLost = this.#lostTogether(record).length > 0 && !hosts.isGoingOn(primary);
    hosts.setGoingOn(primary, false);
    this.sink.lifeEvent(event, at);
    if (hostWasLost) this.sink.lifeEvent(events.hostReturned(record.host, at, record.name), at);
    if (isGone(record)) this.#tellUp(record, event.at, true);
    record.circuits.begin();
    this.#enter(record, record.track === undefined ? "unknown" : "alive", at);
    this.up(record, at);
  }

  #lostTogether({ ip }: ServerRecord): readonly ServerRecord[] {
    return this.table.hosts.lostTogether(this.sink.addressesOf(ip));
  }

  #primaryOf({ ip }: ServerRecord): Ipv4 {
    return this.sink.addressesOf(ip)[0] ?? ip;
  }

  #enter(record: ServerRecord, state: ServerState, at: number): void {
    if (record.state === state) return;
    record.state = state;
    record.lostAt = isGone(record) ? Math.round(at) : null;
    this.sink.state(record.key, state, record.lostAt ?? at);
    if (record.confirmed) this.sink.dirty(record.key);
  }

  #confirm(record: ServerRecord): void {
    if (record.confirmed) return;
    this.table.confirm(record);
    if (record.announced) this.#tellUp(record, record.firstSeenAt, true);
  }

  #tellUp(record: ServerRecord, at: number, holds: boolean): void {
    const { name: subject } = record;
    this.sink.fact({ fact: "serverUp", subject, value: "up", at: Math.round(at), holds });
  }
}
