/** Hosts as operators see them: what they said of each, and what follows from its servers and applications. */
import { type Ipv4, parseIpv4 } from "../address.js";
import type { HostMetricsRead } from "../observation.js";
import { pageInOrder } from "../pages/page.js";
import { sortKeyOf, textOrder } from "../pages/text-order.js";
import type { GroupRow, HostRow, MetricsRow } from "../row.js";
import { isUp } from "../servers/host-servers.js";
import type { GroupView, HostHealth, HostView, Page, PageQuery } from "../views.js";
import { type GroupChange, type HostGroup, HostGroups, isFixedGroup } from "./host-groups.js";
import { HostHealths } from "./host-health.js";
import {
  changedSettings,
  type HostChangeDraft,
  type HostRecord,
  hostRow,
  isSet,
  restoreHostRecord,
  takeOver,
} from "./host-record.js";
import { HostTable } from "./host-table.js";
import { type HostSurroundings, HostViews } from "./host-views.js";

export type { HostChangeDraft } from "./host-record.js";
export type { HostSurroundings } from "./host-views.js";

export interface HostsOptions {
  /** Default 20,000. Further ones displace hosts that were barely seen and of which nothing runs, or are left out. */
  readonly maxHosts?: number;
}

export interface HostSink {
  /** The record of a host has changed; `host` is the address that stands for it. */
  dirty(host: Ipv4): void;
  groupDirty(id: string): void;
  healthDirty(source: string): void;
}

/** A second sign of a host this much later is none of the copies of one datagram. */
const CONFIRMED_AFTER_MS = 1_000;
/** A host is heard every few seconds: storing each time would be most of what a store does. */
const STORE_SEEN_EVERY_MS = 60_000;

export class Hosts {
  readonly #table: HostTable;
  readonly #groups = new HostGroups();
  readonly #health: HostHealths;
  readonly #views: HostViews;

  constructor(
    { maxHosts = 20_000 }: HostsOptions,
    private readonly sink: HostSink,
    private readonly site: HostSurroundings,
  ) {
    this.#table = new HostTable(maxHosts, {
      isKept: (record) => isSet(record) || this.#groups.of(record.ip).length > 0,
      isUsed: ({ ip }) =>
        this.#views.serversOf(ip).length > 0 ||
        site.briefAppsOf(ip).length > 0 ||
        this.#health.sourcesOf(ip).length > 0,
      isRunning: ({ ip }) =>
        this.#views.serversOf(ip).some(isUp) || site.briefAppsOf(ip).some(({ running }) => running),
    });
    this.#health = new HostHealths(maxHosts, site);
    this.#views = new HostViews(site, this.#table, this.#groups, this.#health);
  }

  get size(): number {
    return this.#table.size;
  }

  /** Something was seen of an address: it is a host from now on. */
  seen(address: Ipv4, at: number): void {
    const ip = this.site.primaryOf(address);
    const record = this.#table.get(ip);
    if (record === undefined) {
      this.#table.admit(ip, at);
      return;
    }
    if (at <= record.lastSeenAt) return;
    record.lastSeenAt = at;
    if (!record.confirmed) {
      if (at - record.firstSeenAt >= CONFIRMED_AFTER_MS) this.#confirm(record);
    } else if (at - record.storedSeenAt >= STORE_SEEN_EVERY_MS) this.#dirty(record);
  }

  /** See `Inventory.clockSet`. */
  clockSet(at: number): void {
    for (const record of this.#table.values()) {
      record.firstSeenAt = Math.min(record.firstSeenAt, at);
      record.lastSeenAt = Math.min(record.lastSeenAt, at);
      record.storedSeenAt = Math.min(record.storedSeenAt, at);
    }
    this.#health.clockSet(at);
  }

  /** One with too much in it is left out. */
  metrics(reading: HostMetricsRead): void {
    const taken = this.#health.fold(reading);
    if (taken === undefined) return;
    this.seen(reading.server.ip, reading.at);
    if (taken.store) this.sink.healthDirty(reading.source);
  }

  /** A server turned out to be an application: an expected port is that application's from now on. True when it was expected. */
  identified(address: Ipv4, port: number): boolean {
    const record = this.#recordOf(address);
    if (record === undefined || !record.settings.expectedPorts.includes(port)) return false;
    const expectedPorts = record.settings.expectedPorts.filter((expected) => expected !== port);
    record.settings = { ...record.settings, expectedPorts };
    this.#confirm(record);
    return true;
  }

  newAppsCritical(address: Ipv4): boolean {
    return this.#recordOf(address)?.settings.options.newAppsCritical ?? true;
  }

  view(address: Ipv4): HostView | undefined {
    const record = this.#recordOf(address);
    return record && this.#views.view(record);
  }

  /** By its name, case aside, or by the part before the first dot if no other host has the same. */
  named(name: string): HostView | undefined {
    const record = this.#views.named(name);
    return record && this.#views.view(record);
  }

  /** By name; none of a group that there is not. @throws CursorError for a cursor that no page gave. */
  list(query: PageQuery & { readonly group?: string }): Page<HostView> {
    const { group } = query;
    const records = group === undefined ? this.#table.values() : this.#views.members(group);
    return pageInOrder(
      records,
      query,
      textOrder(2, (record) => this.#views.placeOf(record)),
      (record) => this.#views.view(record),
    );
  }

  /** By source. @throws CursorError for a cursor that no page gave. */
  listHealth(query: PageQuery & { readonly lost?: boolean }): Page<HostHealth> {
    const views = this.#health.views(this.site.now());
    return pageInOrder(
      views.filter(({ lost }) => query.lost === undefined || lost === query.lost),
      query,
      textOrder(2, ({ source }) => [sortKeyOf(source), source]),
      (view) => view,
    );
  }

  /** Fixed ones first, then by name. */
  groups(): readonly GroupView[] {
    return this.#views.allGroups();
  }

  group(id: string): GroupView | undefined {
    return this.#views.groupOf(id);
  }

  /** False when there is no such host. @throws RangeError for a port or number that is none, and for what is too long. */
  set(address: Ipv4, change: HostChangeDraft): boolean {
    const record = this.#recordOf(address);
    if (record === undefined) return false;
    record.settings = changedSettings(record.settings, change);
    const options = { ...record.said.options, ...change.options };
    record.said = { ...record.said, ...change, options };
    this.#confirm(record);
    return true;
  }

  /** With its memberships. Its health has sources of its own: see {@link healthSources}. */
  forget(address: Ipv4): boolean {
    const record = this.#recordOf(address);
    if (record === undefined) return false;
    this.#table.remove(record);
    for (const id of this.#groups.removeHost(record.ip)) this.sink.groupDirty(id);
    return true;
  }

  /** Under which names the health of a host comes. */
  healthSources(address: Ipv4): readonly string[] {
    return this.#health.sourcesOf(this.site.primaryOf(address));
  }

  forgetHealth(source: string): boolean {
    return this.#health.forget(source);
  }

  /** @throws RangeError for a name that is empty, too long or taken, and for a host that there is not. */
  createGroup(name: string, hosts: readonly string[]): GroupView {
    const members = this.#known(hosts);
    const group = this.#groups.create(name, new Set(members.map(({ ip }) => ip)));
    return this.#groupChanged(group, members);
  }

  /** Undefined when there is no such group. @throws RangeError for a fixed group, a bad name and a host that there is not. */
  setGroup(
    id: string,
    change: { readonly name?: string; readonly hosts?: readonly string[] },
  ): GroupView | undefined {
    refuseFixed(id);
    const group = this.#groups.get(id);
    if (group === undefined) return undefined;
    const { hosts, ...name } = change;
    const members = hosts && this.#known(hosts);
    const own: GroupChange = {
      ...name,
      ...(members && { hosts: new Set(members.map(({ ip }) => ip)) }),
    };
    this.#groups.change(group, own);
    return this.#groupChanged(group, members ?? []);
  }

  /** @throws RangeError for a fixed group. */
  deleteGroup(id: string): boolean {
    refuseFixed(id);
    return this.#groups.delete(id);
  }

  row(address: Ipv4): HostRow | undefined {
    const record = this.#recordOf(address);
    return record && hostRow(record);
  }

  groupRow(id: string): GroupRow | undefined {
    return this.#groups.row(id);
  }

  healthRow(source: string): MetricsRow | undefined {
    return this.#health.row(source);
  }

  /** Makes nothing dirty but what a row only adds to. A row that makes no sense is left out. */
  restore(row: HostRow | GroupRow | MetricsRow): void {
    if (row.kind === "group") {
      const isMerged = this.#groups.restore(row, (ip) => this.site.primaryOf(ip));
      if (isMerged) this.sink.groupDirty(row.group);
    } else if (row.kind === "metrics") this.#health.restore(row);
    else this.#restoreHost(row);
  }

  #restoreHost(row: HostRow): void {
    const restored = restoreHostRecord(row);
    if (restored === undefined) return;
    const ip = this.site.primaryOf(restored.ip);
    const known = this.#table.get(ip);
    if (known === undefined) {
      this.#table.restore({ ...restored, ip });
      return;
    }
    takeOver(known, restored);
    if (!known.isStored) this.#confirm(known);
    known.isStored = true;
  }

  #recordOf(address: Ipv4): HostRecord | undefined {
    const record = this.#table.get(this.site.primaryOf(address));
    return record && this.#table.isThere(record) ? record : undefined;
  }

  #confirm(record: HostRecord): void {
    this.#table.confirm(record);
    this.#dirty(record);
  }

  #dirty(record: HostRecord): void {
    record.storedSeenAt = record.lastSeenAt;
    this.sink.dirty(record.ip);
  }

  /** @throws RangeError */
  #known(hosts: readonly string[]): readonly HostRecord[] {
    return hosts.map((host) => {
      const ip = parseIpv4(host);
      const record = ip === undefined ? undefined : this.#recordOf(ip);
      if (record === undefined) throw new RangeError(`there is no host "${host}"`);
      return record;
    });
  }

  /** Members are kept from now on, however little was seen of them. */
  #groupChanged(group: HostGroup, members: readonly HostRecord[]): GroupView {
    for (const record of members) if (!record.confirmed) this.#confirm(record);
    this.sink.groupDirty(group.id);
    return this.#views.group(group);
  }
}

/** @throws RangeError */
function refuseFixed(id: string): void {
  if (isFixedGroup(id)) {
    throw new RangeError(`"${id}" follows from the options and the state of hosts`);
  }
}
