/** The applications behind the servers of hosts, as heartbeats and process maps tell. */
import type { Ipv4 } from "./address.js";
import type { EventDraft } from "./event.js";
import type { HeartbeatSeen, ProcessMapRead, PvListRead } from "./observation.js";
import type { AppRow, FactRow } from "./row.js";
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
} from "./views.js";

export interface AppsOptions {
  /** Applications kept at most; further ones are refused. Default 20,000. */
  readonly maxApps?: number;
  /** Heartbeats missing for this many of the application's own periods make it lost. Default 3. */
  readonly lostAfterHeartbeats?: number;
}

export interface AppSink {
  event(draft: EventDraft): void;
  dirty(app: string): void;
  fact(row: Omit<FactRow, "kind">): void;
  /** A server turned out to be this application; `since` is when its process can have begun to be that. */
  identified(server: string, app: string, since: number): void;
}

/** What applications have to know about the rest of the site. */
export interface AppSurroundings {
  /** By endpointKey: whether it sends beacons or answers, undefined when there is no such server. */
  serverIsUp(key: number): boolean | undefined;
  /** When the server's present life began, undefined when that is not known. */
  serverStartedAt(key: number): number | undefined;
  nameOf(host: Ipv4): string | null;
  primaryOf(host: Ipv4): Ipv4;
  newAppsCritical(host: Ipv4): boolean;
  /** An application names its PVs; `complete` as in the observation. Answers how many it has now. */
  pvsListed(app: string, list: PvListRead): number;
}

export class Apps {
  constructor(
    readonly options: AppsOptions,
    readonly sink: AppSink,
    readonly site: AppSurroundings,
  ) {}

  heartbeat(_heartbeat: HeartbeatSeen): void {}

  processMap(_map: ProcessMapRead): void {}

  pvList(_list: PvListRead): void {}

  /** Once per whole second of data time. */
  tick(_at: number, _blind: boolean): void {}

  /** The application that a server is. */
  ofServer(_key: number): ServerView["app"] {
    return null;
  }

  /** Hosts with an application. */
  hosts(): Iterable<Ipv4> {
    return [];
  }

  /** All of a host, ignored ones too, by command. */
  ofHost(_host: Ipv4): readonly AppView[] {
    return [];
  }

  view(_id: string): AppView | undefined {
    return undefined;
  }

  list(_query: PageQuery & { readonly host?: string; readonly running?: boolean }): Page<AppView> {
    return { items: [], total: 0, next: null };
  }

  heartbeatView(_id: string): HeartbeatView | undefined {
    return undefined;
  }

  listHeartbeats(
    _query: PageQuery & { readonly host?: string; readonly lost?: boolean },
  ): Page<HeartbeatView> {
    return { items: [], total: 0, next: null };
  }

  portHolder(_host: Ipv4, _port: number): PortHolder | undefined {
    return undefined;
  }

  procServs(_host: Ipv4): HostView["procServs"] {
    return [];
  }

  counts(): Counts["apps"] {
    return { running: 0, down: 0 };
  }

  /** False when there is no such application. */
  set(
    _id: string,
    _change: { readonly critical?: Criticality; readonly name?: string | null },
  ): boolean {
    return false;
  }

  forget(_id: string): boolean {
    return false;
  }

  row(_id: string): AppRow | undefined {
    return undefined;
  }

  /** Makes no events and no dirty marks. A row that makes no sense is left out. */
  restore(_row: AppRow): void {}
}
