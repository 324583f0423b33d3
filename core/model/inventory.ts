/** The state of now: folds observations into names, servers, clients and traffic, and says what changed. Pure and synchronous. */
import type { Ipv4 } from "./address.js";
import { Clients, DEFAULT_MAX_CLIENTS } from "./clients.js";
import type { EventDraft, PvmonEvent } from "./event.js";
import { EventIds } from "./event-id.js";
import { DirtyIds, DirtyKeys } from "./inventory-dirty.js";
import { SiteFacts } from "./inventory-facts.js";
import type { InventoryOptions } from "./inventory-options.js";
import { OwnSockets } from "./inventory-own.js";
import { PvPurge } from "./inventory-purge.js";
import { InventoryQueries } from "./inventory-queries.js";
import type { AnswerSeen, Observation, SearchSeen } from "./observation.js";
import { Pvs } from "./pvs.js";
import type { PvForgottenRow, Row, SiteRow, TrafficRow } from "./row.js";
import { Sensors } from "./sensors.js";
import { Servers } from "./servers.js";
import { MINUTE_MS, Traffic } from "./traffic.js";

/** Where the inventory puts what has to be kept for good, in the order of being noticed. */
export interface InventorySink {
  event(event: PvmonEvent): void;
  history(row: TrafficRow | PvForgottenRow | SiteRow): void;
}

export interface DirtyVisitor {
  pv(id: number): void;
  /** `key` is an endpointKey. */
  server(key: number): void;
  client(client: Ipv4): void;
}

const SECOND_MS = 1000;
/** The year 2255: event ids, which are times, are exact up to here. */
const LAST_TIME = Number.MAX_SAFE_INTEGER / 1000;
const DEFAULT_MAX_SITE_FACTS = 100_000;
const DEFAULT_PURGE_AFTER_DAYS = 365;

/**
 * Time comes from outside only, by {@link fold} and {@link advance}, so that live traffic and its capture give the same
 * state and the same events.
 */
export class Inventory extends InventoryQueries {
  protected readonly pvs: Pvs;
  protected readonly servers: Servers;
  protected readonly sensorReports: Sensors;
  protected readonly clients: Clients;
  protected readonly traffic: Traffic;
  readonly #sink: InventorySink;
  readonly #facts: SiteFacts;
  readonly #ownSockets = new OwnSockets();
  readonly #purge: PvPurge;
  readonly #eventIds = new EventIds();
  readonly #listeners = new Set<(event: EventDraft) => void>();
  readonly #dirtyPvs = new DirtyIds();
  readonly #dirtyServers = new DirtyKeys();
  readonly #dirtyClients = new DirtyKeys();
  #now = 0;
  /** The next whole second. */
  #tickAt = 0;

  constructor(options: InventoryOptions, sink: InventorySink) {
    super();
    this.#sink = sink;
    const event = (draft: EventDraft): void => {
      this.record(draft);
    };
    this.pvs = new Pvs(options, { event, dirty: (id) => this.#dirtyPvs.add(id) });
    this.servers = new Servers(options, {
      event,
      state: (key, state, at) => this.pvs.serverChanged(key, state, at),
      dirty: (key) => this.#dirtyServers.add(key),
    });
    this.sensorReports = new Sensors(options, { event });
    this.clients = new Clients(options, this.pvs, {
      event,
      dirty: (client) => this.#dirtyClients.add(client),
    });
    this.traffic = new Traffic(options.maxClients ?? DEFAULT_MAX_CLIENTS, {
      row: (row) => sink.history(row),
      gauges: () => {
        const { online, lost, neverAnswered, total } = this.pvs.counts();
        return {
          pvsOnline: online,
          pvsLost: lost,
          pvsNeverAnswered: neverAnswered,
          pvsTotal: total,
        };
      },
    });
    this.#facts = new SiteFacts(options.maxSiteFacts ?? DEFAULT_MAX_SITE_FACTS, {
      event,
      row: (row) => sink.history(row),
    });
    this.#purge = new PvPurge(this.pvs, options.purgeAfterDays ?? DEFAULT_PURGE_AFTER_DAYS);
  }

  get now(): number {
    return this.#now;
  }

  /** Takes in one observation, first the time up to it. One whose time is none (a damaged capture) is left out. */
  fold(observation: Observation): void {
    const { at } = observation;
    if (!(at >= 0 && at <= LAST_TIME)) return;
    this.advance(at);
    this.traffic.observed(at);
    switch (observation.type) {
      case "searchSeen":
        this.#foldSearch(observation);
        break;
      case "answer":
        this.#foldAnswer(observation);
        break;
      case "unanswered":
        this.pvs.unanswered(observation, this.#isGone);
        break;
      case "channel":
        this.servers.channel(observation);
        this.pvs.channel(observation);
        break;
      case "beacon":
        this.traffic.beacon();
        this.servers.beacon(observation);
        break;
      case "sensor":
        this.sensorReports.report(observation);
        break;
      case "ownSocket":
        this.#ownSockets.fold(observation);
        break;
      case "site":
        this.#facts.fold(observation);
        break;
    }
  }

  /**
   * Lets the time pass up to `at`, UTC ms, with everything that falls due on the way, second by second. Time never
   * goes back. In a jump, what lies beyond an hour after the last observation passes minute by minute: all that
   * could fall due in silence has done so by then.
   */
  advance(at: number): void {
    if (!(at > this.#now && at <= LAST_TIME)) return;
    if (this.#now === 0) this.#tickAt = nextWhole(SECOND_MS, at);
    while (this.#tickAt <= at) {
      this.#tick(this.#tickAt);
      const nextMinute = nextWhole(MINUTE_MS, this.#tickAt);
      const skips = nextMinute <= at && !this.traffic.isWatched(this.#tickAt);
      this.#tickAt = skips ? nextMinute : this.#tickAt + SECOND_MS;
    }
    this.#now = at;
  }

  /** Takes back what a store remembers, before anything is folded. Makes no events and no dirty records. */
  restore(rows: readonly Row[]): void {
    for (const row of rows) this.#restore(row);
  }

  /** Gives an event its id and tells everybody: for what the host itself notices, too. */
  record(draft: EventDraft): PvmonEvent {
    const event = { ...draft, id: this.#eventIds.next(draft.at) };
    this.#sink.event(event);
    for (const listener of this.#listeners) listener(event);
    return event;
  }

  /** The listener hears each event as it is noticed; it must be quick and must not throw. The answer ends it. */
  subscribe(listener: (event: EventDraft) => void): () => void {
    const own = (event: EventDraft): void => listener(event);
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  /** Tells the running minute's traffic so far: call before each write, so that a crash costs no minute. */
  flushTraffic(): void {
    this.traffic.flush();
  }

  /** Visits every record that changed since the last call, once. A forgotten one has no row any more. */
  drainDirty(visit: DirtyVisitor): void {
    this.#dirtyPvs.drain((id) => visit.pv(id));
    this.#dirtyServers.drain((key) => visit.server(key));
    this.#dirtyClients.drain((client) => visit.client(client));
  }

  /** What did not fit since the start. */
  refused(): { readonly names: number; readonly siteFacts: number } {
    return { names: this.pvs.refused, siteFacts: this.#facts.refused };
  }

  /** Drops names and all that is known of them; answers which were there. */
  forget(names: readonly string[]): string[] {
    const there = new Map<string, number>();
    for (const name of names) {
      const id = this.pvs.idOf(name);
      if (id >= 0) there.set(name, id);
    }
    this.#forget([...there.values()]);
    return [...there.keys()];
  }

  #foldSearch(search: SearchSeen): void {
    const source = this.#ownSockets.sourceOf(search);
    this.traffic.foldSearch(search, source);
    if (source === "own") return;
    this.clients.foldSearch(search, this.pvs.foldSearch(search));
  }

  /** The server first: one that was lost comes back with all its PVs, as one event. */
  #foldAnswer(answer: AnswerSeen): void {
    this.traffic.answer();
    this.servers.answered(answer.server, answer.minorVersion, answer.at);
    this.pvs.answer(answer);
  }

  /** Whether a server that had a PV at `since` is no longer that server: lost, stopped, or started again. */
  readonly #isGone = (key: number, since: number): boolean => {
    const state = this.servers.stateOf(key);
    const restartedAt = this.servers.restartedAt(key) ?? 0;
    return state === "lost" || state === "stopped" || restartedAt > since;
  };

  #tick(at: number): void {
    this.sensorReports.tick(at);
    this.servers.tick(at, this.sensorReports.blind(at));
    if (this.traffic.isWatched(at)) this.#forget(this.#purge.tick(at));
    this.traffic.tick(at);
  }

  #forget(ids: readonly number[]): void {
    if (ids.length === 0) return;
    for (const id of ids) {
      const row = this.pvs.row(id);
      if (row !== undefined) this.#sink.history({ kind: "pvForgotten", name: row.name });
      this.pvs.forget(id);
    }
    this.clients.forgetNames(new Set(ids));
  }

  #restore(row: Row): void {
    switch (row.kind) {
      case "pv":
        this.pvs.restore(row);
        break;
      case "pvForgotten":
        break;
      case "server":
        this.servers.restore(row);
        break;
      case "client":
        this.clients.restore(row);
        break;
      case "event":
        this.#eventIds.restore(row.event.id);
        break;
      case "traffic":
        this.traffic.restore(row);
        break;
      case "site":
        this.#facts.restore(row);
        break;
    }
  }
}

/** The first multiple of `step` after `at`. */
function nextWhole(step: number, at: number): number {
  return Math.floor(at / step) * step + step;
}
