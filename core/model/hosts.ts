/** Hosts as operators see them: what they said of each, and what follows from its servers and applications. */
import type { Ipv4 } from "./address.js";
import type { HostMetricsRead } from "./observation.js";
import type { GroupRow, HostRow, MetricsRow } from "./row.js";
import type { ServerRecord } from "./server-record.js";
import type {
  AppView,
  GroupView,
  HostHealth,
  HostOptions,
  HostView,
  Page,
  PageQuery,
} from "./views.js";

export interface HostsOptions {
  /** Hosts kept at most. Default 20,000. */
  readonly maxHosts?: number;
}

export interface HostSink {
  /** The record of a host has changed; `host` is the address that stands for it. */
  dirty(host: Ipv4): void;
  groupDirty(id: string): void;
  healthDirty(source: string): void;
}

/** What hosts are put together from. All take the address that stands for the host. */
export interface HostSurroundings {
  /** Data time, UTC ms. */
  now(): number;
  blind(): boolean;
  primaryOf(host: Ipv4): Ipv4;
  addressesOf(host: Ipv4): readonly Ipv4[];
  nameOf(host: Ipv4): string | null;
  sortKey(host: Ipv4): string;
  /** Of one address. */
  serversOf(address: Ipv4): readonly ServerRecord[];
  appsOf(host: Ipv4): readonly AppView[];
  procServsOf(host: Ipv4): HostView["procServs"];
  pendingLogs(host: string): number;
}

export interface HostChangeDraft {
  readonly description?: string;
  readonly options?: Partial<HostOptions>;
  readonly expectedPorts?: readonly number[];
  readonly expectedApps?: number | null;
}

export class Hosts {
  constructor(
    readonly options: HostsOptions,
    readonly sink: HostSink,
    readonly site: HostSurroundings,
  ) {}

  get size(): number {
    return 0;
  }

  /** Something was seen of an address: it is a host from now on. */
  seen(_address: Ipv4, _at: number): void {}

  metrics(_metrics: HostMetricsRead): void {}

  /** A server turned out to be an application: an expected port is that application's from now on. True when it was expected. */
  identified(_address: Ipv4, _port: number): boolean {
    return false;
  }

  newAppsCritical(_address: Ipv4): boolean {
    return true;
  }

  view(_address: Ipv4): HostView | undefined {
    return undefined;
  }

  list(_query: PageQuery & { readonly group?: string }): Page<HostView> {
    return { items: [], total: 0, next: null };
  }

  listHealth(_query: PageQuery & { readonly lost?: boolean }): Page<HostHealth> {
    return { items: [], total: 0, next: null };
  }

  groups(): readonly GroupView[] {
    return [];
  }

  group(_id: string): GroupView | undefined {
    return undefined;
  }

  /** False when there is no such host. */
  set(_address: Ipv4, _change: HostChangeDraft): boolean {
    return false;
  }

  /** With its memberships and health. */
  forget(_address: Ipv4): boolean {
    return false;
  }

  forgetHealth(_source: string): boolean {
    return false;
  }

  /** @throws RangeError for a name that is empty, too long or taken. */
  createGroup(_name: string, _hosts: readonly string[]): GroupView {
    throw new RangeError("no groups yet");
  }

  /** Undefined when there is no such group. @throws RangeError for a fixed group and a bad name. */
  setGroup(
    _id: string,
    _change: { readonly name?: string; readonly hosts?: readonly string[] },
  ): GroupView | undefined {
    return undefined;
  }

  /** @throws RangeError for a fixed group. */
  deleteGroup(_id: string): boolean {
    return false;
  }

  row(_address: Ipv4): HostRow | undefined {
    return undefined;
  }

  groupRow(_id: string): GroupRow | undefined {
    return undefined;
  }

  healthRow(_source: string): MetricsRow | undefined {
    return undefined;
  }

  /** Makes no dirty marks. A row that makes no sense is left out. */
  restore(_row: HostRow | GroupRow | MetricsRow): void {}
}
