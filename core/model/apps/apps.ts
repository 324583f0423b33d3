/** The applications behind the servers of hosts, as heartbeats and process maps tell. */
import { type Ipv4, parseIpv4 } from "../address.js";
import type { EventDraft } from "../event.js";
import type { HeartbeatSeen, ProcessMapRead, PvListRead } from "../observation.js";
import type { AppRow, FactRow } from "../row.js";
import type {
  AppView,
  Counts,
  Criticality,
  HeartbeatView,
  HostView,
  Page,
  PageQuery,
  PortHolder,
  ServerView,
} from "../views.js";
import { AppHeartbeats } from "./app-heartbeats.js";
import { cutText } from "./app-identity.js";
import { byCommand, hostApps, pageOfApps } from "./app-page.js";
import { AppProcesses } from "./app-processes.js";
import {
  type AppRecord,
  appRow,
  isBeating,
  mergeAppRecord,
  restoreAppRecord,
  setAppClock,
} from "./app-record.js";
import { AppRegistry } from "./app-registry.js";
import { AppViews } from "./app-views.js";
import { ProcessMaps } from "./process-maps.js";

export interface AppsOptions {
  /** Default 20,000. Further ones displace those of which a single heartbeat was seen, or are refused. */
  readonly maxApps?: number;
  /** Heartbeats missing for this many of the application's own periods make it lost. Default 3. */
  readonly lostAfterHeartbeats?: number;
}

export interface AppSink {
  event(draft: EventDraft): void;
  /**
   * One that may come again and again.
   * @param noticedAt by the data alone, whenever the second of it was counted.
   */
  lifeEvent(draft: EventDraft, noticedAt: number): void;
  dirty(app: string): void;
  /** It is no more: an operator forgot it, it turned out to be another, or it had to make room. Its row is to be deleted. */
  forgotten(app: string): void;
  fact(row: Omit<FactRow, "kind">): void;
  /** A server turned out to be this application; `since` is when its process can have begun to be that. */
  identified(server: string, app: string, since: number): void;
}

/** What applications have to know about the rest of the site. */
export interface AppSurroundings {
  /** Data time, UTC ms. */
  now(): number;
  /** By endpointKey: whether it sends beacons or answers, undefined when there is no such server. */
  serverIsUp(key: number): boolean | undefined;
  /** When the server's present life began, undefined when that is not known. */
  serverStartedAt(key: number): number | undefined;
  /** When the server was last heard, undefined when there is no such server. */
  serverSeenAt(key: number): number | undefined;
  nameOf(host: Ipv4): string | null;
  /** What hosts are sorted by. */
  sortKey(host: Ipv4): string;
  primaryOf(host: Ipv4): Ipv4;
  addressesOf(host: Ipv4): readonly Ipv4[];
  newAppsCritical(host: Ipv4): boolean;
  /**
   * An application names its PVs; `complete` as in the observation. Answers how many it has now, undefined while parts of
   * the list are still to come.
   * @param servesCa whether the list's port is that of a CA server, which then has the PVs.
   */
  pvsListed(app: string, list: PvListRead, servesCa: boolean): number | undefined;
}

/** What groups of hosts follow from. */
export type BriefApp = Pick<AppView, "critical" | "running">;

export class Apps {
  readonly #registry: AppRegistry;
  readonly #processes: AppProcesses;
  readonly #maps = new ProcessMaps();
  readonly #views: AppViews;
  readonly #heartbeats: AppHeartbeats;

  constructor(
    options: AppsOptions,
    sink: AppSink,
    private readonly site: AppSurroundings,
  ) {
    this.#registry = new AppRegistry(options.maxApps ?? 20_000, sink, site);
    this.#processes = new AppProcesses(this.#registry);
    this.#views = new AppViews(this.#registry.servers, site);
    this.#heartbeats = new AppHeartbeats(
      options.lostAfterHeartbeats ?? 3,
      this.#registry,
      this.#processes,
      sink,
      site,
    );
  }

  heartbeat(heartbeat: HeartbeatSeen): void {
    this.#heartbeats.heard(heartbeat);
  }

  processMap(map: ProcessMapRead): void {
    const host = this.site.primaryOf(map.host);
    this.#heartbeats.loseSilent(host, map.at);
    this.#processes.take(host, this.#maps.take(host, map), map);
  }

  /** Of an application whose heartbeats are known; others are left out. */
  pvList(list: PvListRead): void {
    this.#heartbeats.pvList(list);
  }

  /** Once per whole second of data time. */
  tick(at: number, blind: boolean): void {
    this.#heartbeats.tick(at, blind);
  }

  /** See `Inventory.clockSet`. */
  clockSet(at: number, byMs: number): void {
    for (const record of this.#registry.table.values()) setAppClock(record, at, byMs);
    this.#heartbeats.restored();
  }

  /** The application that a server is. */
  ofServer(key: number): ServerView["app"] {
    return this.#registry.servers.view(key);
  }

  /** Hosts with an application. */
  hosts(): Iterable<Ipv4> {
    return this.#registry.table.hosts();
  }

  /** When a heartbeat of an application of the host was last heard; undefined when none sends any. */
  heardAt(host: Ipv4): number | undefined {
    const times = [...this.#registry.table.ofHost(host)]
      .filter(({ confirmed }) => confirmed)
      .flatMap(({ heartbeat }) => heartbeat?.track.heardAt ?? []);
    return times.length === 0 ? undefined : Math.max(...times);
  }

  /** All of a host, ignored ones too, by command. */
  ofHost(host: Ipv4): readonly AppView[] {
    return byCommand(this.#registry.table.ofHost(host)).map((record) => this.#views.app(record));
  }

  /** All of a host, in any order, without the cost of whole views. */
  briefly(host: Ipv4): readonly BriefApp[] {
    return [...this.#registry.table.ofHost(host)].map((record) => ({
      critical: record.critical,
      running: this.#views.isRunning(record),
    }));
  }

  view(id: string): AppView | undefined {
    const record = this.#registry.table.get(id);
    return record && this.#views.app(record);
  }

  /** By host and command. @throws CursorError for a cursor that no page gave. */
  list(query: PageQuery & { readonly host?: string; readonly running?: boolean }): Page<AppView> {
    const { running } = query;
    const keep = (record: AppRecord): boolean =>
      running === undefined || this.#views.isRunning(record) === running;
    return pageOfApps(this.#hostApps(query.host), query, keep, (app) => this.#views.app(app));
  }

  heartbeatView(id: string): HeartbeatView | undefined {
    const record = this.#registry.table.get(id);
    return record?.heartbeat && this.#views.heartbeat(record, record.heartbeat);
  }

  /** By host and command. @throws CursorError for a cursor that no page gave. */
  listHeartbeats(
    query: PageQuery & { readonly host?: string; readonly lost?: boolean },
  ): Page<HeartbeatView> {
    const { lost } = query;
    const keep = (record: AppRecord): boolean =>
      record.heartbeat !== undefined && (lost === undefined || lost !== isBeating(record));
    return pageOfApps(this.#hostApps(query.host), query, keep, (record) =>
      this.#views.heartbeat(record, record.heartbeat!),
    );
  }

  portHolder(host: Ipv4, port: number): PortHolder | undefined {
    return this.#maps.portHolder(host, port);
  }

  procServs(host: Ipv4): HostView["procServs"] {
    return this.#maps.procServs(host);
  }

  mapOf(host: Ipv4): HostView["processMap"] {
    return this.#maps.brief(host);
  }

  /** Those that are ignored count only while they run. */
  counts(): Counts["apps"] {
    let running = 0;
    let down = 0;
    for (const record of this.#registry.table.values()) {
      if (this.#views.isRunning(record)) running++;
      else if (record.critical !== "ignored") down++;
    }
    return { running, down };
  }

  /** False when there is no such application. */
  set(
    id: string,
    { critical, name }: { readonly critical?: Criticality; readonly name?: string | null },
  ): boolean {
    const record = this.#registry.table.get(id);
    if (record === undefined) return false;
    if (critical !== undefined) record.critical = critical;
    if (name !== undefined) record.name = cutText(name ?? "") || null;
    record.said = {
      ...record.said,
      ...(critical !== undefined && { critical }),
      ...(name !== undefined && { name: record.name }),
    };
    this.#registry.confirm(record);
    return true;
  }

  /** It comes back when it is heard again. */
  forget(id: string): boolean {
    const record = this.#registry.table.get(id);
    if (record === undefined) return false;
    this.#registry.remove(record, this.site.now());
    return true;
  }

  /** With all its applications. */
  forgetHost(host: Ipv4): void {
    for (const { id } of [...this.#registry.table.ofHost(host)]) this.forget(id);
    this.#maps.forget(host);
  }

  /** `key` is an endpointKey. */
  serverForgotten(key: number): void {
    this.#registry.servers.serverForgotten(key, this.site.now());
  }

  row(id: string): AppRow | undefined {
    const record = this.#registry.table.get(id);
    return record && appRow(record, this.#views.portOf(record));
  }

  /** Makes no events, and nothing dirty but what a row only adds to. A row that makes no sense is left out. */
  restore(row: AppRow): void {
    const record = restoreAppRecord(row, (host) => this.site.primaryOf(host));
    if (record === undefined) return;
    const known = this.#registry.table.get(record.id);
    if (known !== undefined) {
      if (mergeAppRecord(known, record)) this.#registry.confirm(known);
    } else if (!this.#registry.table.add(record, record.lastSeenAt)) {
      return;
    }
    const holder = known ?? record;
    if (row.port !== null && holder.ports.size === 0) {
      this.#registry.servers.restore(holder, row.port, record.lastSeenAt);
    }
    this.#heartbeats.restored();
  }

  /** Of one host, or of all. */
  #hostApps(address: string | undefined): ReturnType<typeof hostApps>[] {
    const { table } = this.#registry;
    const ip = address === undefined ? undefined : parseIpv4(address);
    if (address !== undefined && ip === undefined) return [];
    const hosts = ip === undefined ? [...table.hosts()] : [this.site.primaryOf(ip)];
    return hosts.map((host) => hostApps(host, this.site.sortKey(host), table.ofHost(host)));
  }
}
