/** The state of now: folds observations into names, servers, clients and traffic, and says what changed. Pure and synchronous. */
import {
  endpointKey,
  formatIpv4,
  type Ipv4,
  keyEndpoint,
  parseEndpoint,
  parseIpv4,
} from "./address.js";
import { Apps } from "./apps.js";
import { BusyNames } from "./busy-names.js";
import { Clients, DEFAULT_MAX_CLIENTS } from "./clients.js";
import type { EventDraft, EventType, PvmonEvent } from "./event.js";
import { EventIds } from "./event-id.js";
import { HostNames } from "./host-naming.js";
import { type HostChangeDraft, Hosts } from "./hosts.js";
import { DirtyIds, DirtyKeys } from "./inventory-dirty.js";
import { SiteFacts } from "./inventory-facts.js";
import type { InventoryOptions } from "./inventory-options.js";
import { OwnSockets } from "./inventory-own.js";
import { PvPurge } from "./inventory-purge.js";
import { InventoryQueries } from "./inventory-queries.js";
import { Journal, LOG_STATE_OF } from "./journal.js";
import type { AnswerSeen, Observation, SearchSeen } from "./observation.js";
import { Pvs } from "./pvs.js";
import type { FactRow, HistoryRow, Row } from "./row.js";
import { Sensors } from "./sensors.js";
import { Servers } from "./servers.js";
import { MINUTE_MS, Traffic } from "./traffic.js";
import type { AppView, Criticality, GroupView, HostView } from "./views.js";

/** Where the inventory puts what has to be kept for good, in the order of being noticed. */
export interface InventorySink {
  event(event: PvmonEvent): void;
  history(row: HistoryRow): void;
}

export interface DirtyVisitor {
  pv(id: number): void;
  /** `key` is an endpointKey. */
  server(key: number): void;
  client(client: Ipv4): void;
  /** By the address that stands for it. */
  host(host: Ipv4): void;
  app(id: string): void;
  group(id: string): void;
  health(source: string): void;
}

const SECOND_MS = 1000;
/** The year 2255: event ids, which are times, are exact up to here. */
const LAST_TIME = Number.MAX_SAFE_INTEGER / 1000;
const DEFAULT_MAX_SITE_FACTS = 100_000;
const DEFAULT_PURGE_AFTER_DAYS = 365;
/** Events of servers that stay the process they were, or were it to the last. */
const OF_ITS_APPLICATION: ReadonlySet<EventType> = new Set([
  "server.lost",
  "server.stopped",
  "server.unresponsive",
  "server.returned",
  "server.paused",
  "server.resumed",
]);
const OF_A_NEW_LIFE: ReadonlySet<EventType> = new Set([
  "server.discovered",
  "server.started",
  "server.restarted",
]);

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
  protected readonly names: HostNames;
  protected readonly hosts: Hosts;
  protected readonly apps: Apps;
  protected readonly journal: Journal;
  readonly #sink: InventorySink;
  readonly #facts: SiteFacts;
  readonly #ownSockets = new OwnSockets();
  readonly #purge: PvPurge;
  readonly #eventIds = new EventIds();
  readonly #listeners = new Set<(event: EventDraft) => void>();
  readonly #dirtyPvs = new DirtyIds();
  readonly #dirtyServers = new DirtyKeys();
  readonly #dirtyClients = new DirtyKeys();
  readonly #dirtyHosts = new DirtyKeys();
  readonly #dirtyApps = new DirtyKeys<string>();
  readonly #dirtyGroups = new DirtyKeys<string>();
  readonly #dirtyHealth = new DirtyKeys<string>();
  #now = 0;
  /** The next whole second. */
  #tickAt = 0;

  constructor(options: InventoryOptions, sink: InventorySink) {
    super();
    this.#sink = sink;
    const event = (draft: EventDraft): void => {
      this.record(draft);
    };
    const fact = (row: Omit<FactRow, "kind">): void => sink.history({ kind: "fact", ...row });
    this.names = new HostNames(options);
    this.journal = new Journal({ changed: (event) => sink.history({ kind: "event", event }) });
    this.pvs = new Pvs(options, {
      event,
      fact,
      dirty: (id) => this.#dirtyPvs.add(id),
      isSameServer: (one, other) => this.#isSameServer(one, other),
    });
    this.servers = new Servers(options, {
      event,
      state: (key, state, at) => this.pvs.serverChanged(key, state, at),
      dirty: (key) => this.#dirtyServers.add(key),
      seen: (address, at) => this.hosts.seen(address, at),
      heartbeatAt: (address) => this.apps.heardAt(this.names.primaryOf(address)),
      fact,
    });
    this.sensorReports = new Sensors(options, { event });
    this.clients = new Clients(options, this.pvs, {
      event,
      dirty: (client) => this.#dirtyClients.add(client),
    });
    this.apps = new Apps(
      options,
      {
        event,
        fact,
        dirty: (id) => this.#dirtyApps.add(id),
        forgotten: (id) => {
          this.pvs.unlist(id);
          this.#forgotten("app", id);
        },
        identified: (server, app, since) => this.#identified(server, app, since),
      },
      {
        now: () => this.#now,
        serverIsUp: (key) => this.servers.isUp(key),
        // Of one that has only just started its counter does not tell yet.
        serverStartedAt: (key) => this.servers.startedAt(key) ?? this.servers.restartedAt(key),
        serverSeenAt: (key) => this.servers.row(key)?.lastSeenAt,
        nameOf: (host) => this.names.nameOf(host),
        sortKey: (host) => this.names.sortKey(host),
        primaryOf: (host) => this.names.primaryOf(host),
        addressesOf: (host) => this.names.addressesOf(host),
        newAppsCritical: (host) => this.hosts.newAppsCritical(host),
        pvsListed: (app, list, servesCa) => this.pvs.listed(app, list, servesCa, this.#isGone),
      },
    );
    this.hosts = new Hosts(
      options,
      {
        dirty: (host) => this.#dirtyHosts.add(host),
        groupDirty: (id) => this.#dirtyGroups.add(id),
        healthDirty: (source) => this.#dirtyHealth.add(source),
      },
      {
        now: () => this.#now,
        blind: () => this.blind(),
        primaryOf: (host) => this.names.primaryOf(host),
        addressesOf: (host) => this.names.addressesOf(host),
        nameOf: (host) => this.names.nameOf(host),
        sortKey: (host) => this.names.sortKey(host),
        serversOf: (address) => this.servers.ofHost(address),
        appsOf: (host) => this.apps.ofHost(host),
        procServsOf: (host) => this.apps.procServs(host),
        pendingLogs: (host) => this.journal.pendingOf(host),
      },
    );
    this.traffic = new Traffic(
      options.maxClients ?? DEFAULT_MAX_CLIENTS,
      {
        row: (row) => sink.history(row),
        gauges: () => {
          const { online, lost, neverAnswered, total, duplicate, invalid } = this.pvs.counts();
          return {
            pvsOnline: online,
            pvsLost: lost,
            pvsNeverAnswered: neverAnswered,
            pvsTotal: total,
            pvsDuplicate: duplicate,
            pvsInvalid: invalid,
          };
        },
      },
      new BusyNames(this.clients.latest, this.pvs),
    );
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
      case "circuit":
        this.servers.circuit(observation);
        break;
      case "heartbeat":
        this.hosts.seen(observation.source, at);
        this.apps.heartbeat(observation);
        break;
      case "pvList":
        this.apps.pvList(observation);
        break;
      case "processMap":
        this.apps.processMap(observation);
        break;
      case "hostMetrics":
        this.hosts.metrics(observation);
        break;
      case "hostName":
        this.names.fold(observation);
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
    const event = { ...this.#completed(draft), id: this.#eventIds.next(draft.at) };
    this.journal.recorded(event);
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
    this.#dirtyHosts.drain((host) => visit.host(host));
    this.#dirtyApps.drain((id) => visit.app(id));
    this.#dirtyGroups.drain((id) => visit.group(id));
    this.#dirtyHealth.drain((source) => visit.health(source));
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

  /** Undefined when there is no such host. @throws RangeError for a number or text that cannot be. */
  setHost(host: string, change: HostChangeDraft): HostView | undefined {
    const ip = parseIpv4(host);
    return ip !== undefined && this.hosts.set(ip, change) ? this.hosts.view(ip) : undefined;
  }

  /** With its servers, applications, memberships, health and log entries. */
  forgetHost(host: string): boolean {
    const ip = parseIpv4(host);
    if (ip === undefined || !this.hosts.forget(ip)) return false;
    const primary = this.names.primaryOf(ip);
    for (const source of this.hosts.healthSources(primary)) this.forgetHealth(source);
    this.apps.forgetHost(primary);
    for (const address of this.names.addressesOf(ip)) {
      for (const { name } of [...this.servers.ofHost(address)]) this.forgetServer(name);
    }
    this.#forgotten("host", formatIpv4(primary));
    return true;
  }

  forgetServer(server: string): boolean {
    const endpoint = parseEndpoint(server);
    if (endpoint === undefined) return false;
    const key = endpointKey(endpoint.ip, endpoint.port);
    if (!this.servers.forget(key, this.#now)) return false;
    this.apps.serverForgotten(key);
    this.#forgotten("server", server);
    return true;
  }

  setApp(
    id: string,
    change: { readonly critical?: Criticality; readonly name?: string | null },
  ): AppView | undefined {
    return this.apps.set(id, change) ? this.apps.view(id) : undefined;
  }

  forgetApp(id: string): boolean {
    return this.apps.forget(id);
  }

  forgetHealth(source: string): boolean {
    const isThere = this.hosts.forgetHealth(source);
    if (isThere) this.#forgotten("metrics", source);
    return isThere;
  }

  /** @throws RangeError for a name that is empty, too long or taken. */
  createGroup(name: string, hosts: readonly string[]): GroupView {
    return this.hosts.createGroup(name, hosts);
  }

  /** @throws RangeError for a fixed group and for a bad name. */
  setGroup(
    id: string,
    change: { readonly name?: string; readonly hosts?: readonly string[] },
  ): GroupView | undefined {
    return this.hosts.setGroup(id, change);
  }

  /** @throws RangeError for a fixed group. */
  deleteGroup(id: string): boolean {
    const isThere = this.hosts.deleteGroup(id);
    if (isThere) this.#forgotten("group", id);
    return isThere;
  }

  /** Ids of log entries that nobody has acknowledged: of a host, by any of its addresses, or all; oldest first. */
  pendingLogs(host?: string): readonly string[] {
    return this.journal.pending(host === undefined ? undefined : this.#primaryOf(host));
  }

  /** Answers which of them were pending. */
  acknowledge(ids: readonly string[], who: string, at: number): readonly string[] {
    return this.journal.acknowledge(ids, who, at);
  }

  /** Whether {@link forgetLogs} knows this entry; of another one, a store has the newest state: {@link recallLogs}. */
  remembersLog(id: string): boolean {
    return this.journal.remembers(id);
  }

  recallLogs(events: readonly PvmonEvent[]): void {
    for (const event of events) this.journal.restore(event);
  }

  /** Takes entries out of the log, pending ones acknowledged; answers which were in it, as far as it remembers them. */
  forgetLogs(ids: readonly string[], who: string, at: number): readonly string[] {
    return this.journal.forget(ids, who, at);
  }

  /** Fills in what an event can only say with a look at the whole site. */
  #completed(draft: EventDraft): EventDraft {
    const host = draft.host === undefined ? undefined : this.#primaryOf(draft.host);
    const app = draft.app ?? this.#appOf(draft);
    const log = draft.log ?? LOG_STATE_OF[draft.type];
    return {
      ...draft,
      ...(host !== undefined && { host }),
      ...(app !== undefined && { app }),
      ...(log !== undefined && { log }),
    };
  }

  /** A server that goes on, or is gone, was the application that it was last; one that starts may be another one. */
  #appOf({ type, server }: EventDraft): string | undefined {
    const lasts = OF_ITS_APPLICATION.has(type);
    const endpoint = server === undefined ? undefined : parseEndpoint(server);
    if (endpoint === undefined || !(lasts || OF_A_NEW_LIFE.has(type))) return undefined;
    const app = this.apps.ofServer(endpointKey(endpoint.ip, endpoint.port));
    return app !== null && (lasts || app.confirmed) ? app.id : undefined;
  }

  #primaryOf(host: string): string {
    const ip = parseIpv4(host);
    return ip === undefined ? host : formatIpv4(this.names.primaryOf(ip));
  }

  /** By configuration, or by their beacons. */
  #isSameServer(one: number, other: number): boolean {
    const [a, b] = [keyEndpoint(one), keyEndpoint(other)];
    if (a.port !== b.port) return false;
    if (this.names.primaryOf(a.ip) === this.names.primaryOf(b.ip)) return true;
    return this.servers.isSame(one, other, this.#now);
  }

  #identified(server: string, app: string, since: number): void {
    this.journal.identified(server, app, since);
    const endpoint = parseEndpoint(server);
    if (endpoint !== undefined && this.hosts.identified(endpoint.ip, endpoint.port)) {
      this.apps.set(app, { critical: "critical" });
    }
  }

  #forgotten(of: "server" | "host" | "app" | "group" | "metrics", key: string): void {
    this.#sink.history({ kind: "forgotten", of, key });
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
    const blind = this.sensorReports.blind(at);
    this.servers.tick(at, blind);
    this.apps.tick(at, blind);
    if (this.traffic.isWatched(at)) this.#forget(this.#purge.tick(at));
    this.traffic.tick(at);
  }

  #forget(ids: readonly number[]): void {
    if (ids.length === 0) return;
    for (const id of ids) {
      const row = this.pvs.row(id);
      if (row !== undefined) {
        this.#sink.history({ kind: "pvForgotten", name: row.name, at: this.#now });
      }
      this.pvs.forget(id, this.#now);
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
        this.journal.restore(row.event);
        break;
      case "host":
      case "group":
      case "metrics":
        this.hosts.restore(row);
        break;
      case "app":
        this.apps.restore(row);
        break;
      case "forgotten":
      case "fact":
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
