/** The state of now: folds observations into names, servers, clients and traffic, and says what changed. Pure and synchronous. */
import type { EventDraft, PvmonEvent } from "../event.js";
import type { AnswerSeen, Observation, SearchSeen } from "../observation.js";
import type { PvRow, Row } from "../row.js";
import { MINUTE_MS, type ProcessSample } from "../traffic/traffic.js";
import type { DirtyVisitor } from "./dirty-marks.js";
import { InventoryChanges } from "./inventory-changes.js";
import type { InventoryOptions } from "./inventory-options.js";
import { InventoryParts, type InventorySink } from "./inventory-parts.js";
import { PvPurge } from "./pv-purge.js";

const SECOND_MS = 1000;
const DAY_MS = 86_400_000;
/** The year 2255: event ids, which are times, are exact up to here. */
const LAST_TIME = Number.MAX_SAFE_INTEGER / 1000;
const DEFAULT_PURGE_AFTER_DAYS = 365;

/**
 * Time comes from outside only, by {@link fold} and {@link advance}, so that live traffic and its capture give the same
 * state and the same events.
 */
export class Inventory extends InventoryChanges {
  readonly #purge: PvPurge;
  /** The next whole second. */
  #tickAt = 0;

  constructor(options: InventoryOptions, sink: InventorySink) {
    super(new InventoryParts(options, sink));
    this.#purge = new PvPurge(this.parts.pvs, options.purgeAfterDays ?? DEFAULT_PURGE_AFTER_DAYS);
  }

  /** Takes in one observation, first the time up to it. One whose time is none (a damaged capture) is left out. */
  fold(observation: Observation): void {
    const { at } = observation;
    const { parts } = this;
    if (!(at >= 0 && at <= LAST_TIME)) return;
    this.advance(at);
    parts.traffic.observed(at);
    switch (observation.type) {
      case "searchSeen":
        this.#foldSearch(observation);
        break;
      case "answer":
        this.#foldAnswer(observation);
        break;
      case "unanswered":
        parts.pvs.unanswered(observation, parts.isGone);
        break;
      case "channel":
        parts.servers.channel(observation);
        parts.pvs.channel(observation);
        break;
      case "beacon":
        parts.traffic.beacon();
        parts.servers.beacon(observation);
        break;
      case "circuit":
        parts.servers.circuit(observation);
        break;
      case "heartbeat":
        parts.hosts.seen(observation.source, at);
        parts.apps.heartbeat(observation);
        break;
      case "pvList":
        parts.apps.pvList(observation);
        break;
      case "processMap":
        parts.apps.processMap(observation);
        break;
      case "hostMetrics":
        parts.hosts.metrics(observation);
        break;
      case "hostName":
        parts.names.fold(observation);
        break;
      case "sensor":
        parts.sensors.report(observation);
        break;
      case "ownSocket":
        parts.ownSockets.fold(observation);
        break;
      case "site":
        parts.siteFacts.fold(observation);
        break;
    }
  }

  /**
   * Lets the time pass up to `at`, UTC ms, with everything that falls due on the way, second by second. Time never
   * goes back. In a jump, what lies beyond an hour after the last observation passes minute by minute, and beyond a day
   * day by day: all that could fall due in silence has done so by then, and one odd time in a capture may be centuries off.
   */
  advance(at: number): void {
    if (!(at > this.parts.now && at <= LAST_TIME)) return;
    if (this.parts.now === 0) this.#tickAt = nextWhole(SECOND_MS, at);
    while (this.#tickAt <= at) {
      this.#tick(this.#tickAt);
      this.#tickAt = this.#nextTick(at);
    }
    this.parts.now = at;
  }

  /**
   * The machine's clock jumped by `byMs` and says `at` now: it was set, or forwards, the machine was suspended, which
   * looks the same; by 0, pvmon itself stood still, and what came meanwhile is read late. To be called before anything of
   * after the jump is folded. Time goes back with it, and with it all that the watch reckons with. Sensors are to say that
   * they were blind, so that nothing counts as lost by the jump.
   */
  clockSet(at: number, byMs: number): void {
    const { parts } = this;
    if (!(at >= 0 && at <= LAST_TIME) || parts.now === 0) return;
    parts.servers.clockSet(at, byMs);
    parts.apps.clockSet(at, byMs);
    if (at >= parts.now) return;
    parts.now = at;
    this.#tickAt = nextWhole(SECOND_MS, at);
    parts.sensors.clockSet(at);
    parts.hosts.clockSet(at);
    parts.clients.clockSet(at);
    parts.traffic.clockSet(at);
    parts.storms.clockSet(at);
  }

  /**
   * Takes back what a store remembers. Before anything is folded that makes no events and no dirty records. After that
   * (the store could not be reached before) it is brought together with what was observed meanwhile, the records that
   * come of it are dirty, and a server that was started again in between is told of.
   */
  restore(rows: readonly Row[]): void {
    const { parts } = this;
    for (const row of rows) if (row.kind !== "pv") this.#restore(row);
    const pvs = rows.filter((row) => row.kind === "pv");
    parts.pvs.restore(pvs, parts.now > 0 ? (key) => parts.servers.stateOf(key) : undefined);
  }

  /** For what the host itself notices, too. */
  record(draft: EventDraft): PvmonEvent {
    return this.parts.events.record(draft);
  }

  /** The listener hears each event as it is noticed; it must be quick and must not throw. The answer ends it. */
  subscribe(listener: (event: EventDraft) => void): () => void {
    return this.parts.events.subscribe(listener);
  }

  /** How pvmon's own process does now; no observation, because a capture does not say it. */
  processSampled(sample: ProcessSample): void {
    this.parts.traffic.processSampled(sample);
  }

  /** Tells the running minute's traffic so far: call before each write, so that a crash costs no minute. */
  flushTraffic(): void {
    this.parts.traffic.flush();
  }

  /** Visits every record that changed since the last call, once. A forgotten one has no row any more. */
  drainDirty(visit: DirtyVisitor): void {
    this.parts.dirty.drain(visit);
  }

  /** What did not fit since the start. */
  refused(): { readonly names: number; readonly siteFacts: number } {
    return { names: this.parts.pvs.refused, siteFacts: this.parts.siteFacts.refused };
  }

  #foldSearch(search: SearchSeen): void {
    const { parts } = this;
    const source = parts.ownSockets.sourceOf(search);
    parts.traffic.foldSearch(search, source);
    if (source === "own") return;
    const ids = parts.pvs.foldSearch(search);
    parts.clients.foldSearch(search, ids);
    parts.storms.foldSearch(search, ids);
  }

  /** The server first: one that was lost comes back with all its PVs, as one event. */
  #foldAnswer(answer: AnswerSeen): void {
    const { parts } = this;
    parts.traffic.answer();
    parts.servers.answered(answer.server, answer.minorVersion, answer.at);
    parts.pvs.answer(answer);
  }

  #tick(at: number): void {
    const { parts } = this;
    parts.sensors.tick(at);
    const blind = parts.sensors.blind(at);
    parts.servers.tick(at, blind);
    parts.apps.tick(at, blind);
    parts.repeatedEvents.tick(at);
    if (parts.traffic.isWatched(at)) parts.forgetPvs(this.#purge.tick(at));
    parts.traffic.tick(at);
    parts.storms.tick(at, blind);
  }

  #nextTick(at: number): number {
    const { traffic } = this.parts;
    const nextDay = nextWhole(DAY_MS, this.#tickAt);
    if (nextDay <= at && !traffic.isWatched(this.#tickAt - DAY_MS)) return nextDay;
    const nextMinute = nextWhole(MINUTE_MS, this.#tickAt);
    const skips = nextMinute <= at && !traffic.isWatched(this.#tickAt);
    return skips ? nextMinute : this.#tickAt + SECOND_MS;
  }

  #restore(row: Exclude<Row, PvRow>): void {
    const { parts } = this;
    switch (row.kind) {
      case "pvForgotten":
        break;
      case "server":
        parts.servers.restore(row);
        break;
      case "client":
        parts.clients.restore(row);
        break;
      case "event":
        parts.events.restore(row.event.id);
        parts.journal.restore(row.event);
        parts.storms.restore(row.event);
        break;
      case "host":
      case "group":
      case "metrics":
        parts.hosts.restore(row);
        break;
      case "app":
        parts.apps.restore(row);
        break;
      case "forgotten":
      case "fact":
        break;
      case "traffic":
        parts.traffic.restore(row);
        break;
      case "site":
        parts.siteFacts.restore(row);
        break;
    }
  }
}

/** The first multiple of `step` after `at`. */
function nextWhole(step: number, at: number): number {
  return Math.floor(at / step) * step + step;
}
