/** Hosts as people see them: each put together from its record, its servers, its applications and its groups. */
import { formatIpv4, type Ipv4 } from "../address.js";
import { compareTexts, type TextPlace } from "../pages/text-order.js";
import type { ServerRecord } from "../servers/server-record.js";
import {
  type AppView,
  FIXED_GROUPS,
  type FixedGroup,
  type GroupView,
  type HostView,
} from "../views.js";
import { FIXED_GROUP_NAMES, type HostGroup, type HostGroups, isFixedGroup } from "./host-groups.js";
import type { HostHealths } from "./host-health.js";
import { sortKeyOf } from "./host-naming.js";
import type { HostRecord } from "./host-record.js";
import type { HostTable } from "./host-table.js";
import { type HostFacts, isActive, judgeHost, livenessOf } from "./host-verdict.js";

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

export class HostViews {
  constructor(
    private readonly site: HostSurroundings,
    private readonly table: HostTable,
    private readonly groups: HostGroups,
    private readonly health: HostHealths,
  ) {}

  /** By port, of all addresses. */
  serversOf(host: Ipv4): readonly ServerRecord[] {
    const servers = this.site.addressesOf(host).flatMap((ip) => this.site.serversOf(ip));
    return servers.sort((a, b) => portOf(a) - portOf(b) || a.key - b.key);
  }

  view(record: HostRecord): HostView {
    const { site } = this;
    const { ip, firstSeenAt, lastSeenAt, settings } = record;
    const host = formatIpv4(ip);
    const servers = this.serversOf(ip);
    const apps = site.appsOf(ip);
    const health = this.health.ofHost(ip, site.now());
    const facts = this.#facts(record, servers, apps, health !== null);
    return {
      host,
      addresses: site.addressesOf(ip).map(formatIpv4),
      name: site.nameOf(ip),
      ...judgeHost(facts),
      liveness: livenessOf(facts),
      description: settings.description,
      options: { ...settings.options },
      groups: [...this.#fixedGroups(facts, ip), ...this.groups.of(ip)],
      expectedPorts: [...settings.expectedPorts],
      expectedApps: settings.expectedApps,
      firstSeenAt,
      lastSeenAt,
      apps: apps.filter(({ critical, running }) => running || critical !== "ignored"),
      servers: servers.map(({ name }) => name),
      heartbeats: apps.filter(({ heartbeat }) => heartbeat).map(({ id }) => id),
      procServs: site.procServsOf(ip),
      health,
      pendingLogs: site.pendingLogs(host),
    };
  }

  /** Where a host is in the order of names. */
  placeOf({ ip }: HostRecord): TextPlace {
    return [this.site.sortKey(ip), formatIpv4(ip)];
  }

  /** In any order; none of a group that there is not. */
  members(id: string): readonly HostRecord[] {
    const records = [...this.table.values()];
    if (isFixedGroup(id)) return records.filter((record) => this.#fixedOf(record).includes(id));
    const hosts = this.groups.get(id)?.hosts;
    return records.filter(({ ip }) => hosts?.has(ip));
  }

  group({ id, name }: HostGroup): GroupView {
    return { id, name, fixed: false, hosts: this.#byName(this.members(id)) };
  }

  /** Undefined when there is no such group. */
  groupOf(id: string): GroupView | undefined {
    const own = this.groups.get(id);
    if (own !== undefined) return this.group(own);
    if (!isFixedGroup(id)) return undefined;
    return { id, name: FIXED_GROUP_NAMES[id], fixed: true, hosts: this.#byName(this.members(id)) };
  }

  /** Fixed ones first, then by name. */
  allGroups(): readonly GroupView[] {
    const own = [...this.groups.values()]
      .map((group) => ({ group, place: [sortKeyOf(group.name), group.id] }))
      .sort((a, b) => compareTexts(a.place, b.place));
    const fixed = new Map(FIXED_GROUPS.map((id): [FixedGroup, HostRecord[]] => [id, []]));
    for (const record of this.table.values()) {
      for (const id of this.#fixedOf(record)) fixed.get(id)?.push(record);
    }
    return [
      ...[...fixed].map(([id, records]) => {
        return { id, name: FIXED_GROUP_NAMES[id], fixed: true, hosts: this.#byName(records) };
      }),
      ...own.map(({ group }) => this.group(group)),
    ];
  }

  /** Addresses. */
  #byName(records: readonly HostRecord[]): readonly string[] {
    const sorted = records
      .map((record) => ({ record, place: this.placeOf(record) }))
      .sort((a, b) => compareTexts(a.place, b.place));
    return sorted.map(({ record }) => formatIpv4(record.ip));
  }

  #fixedOf(record: HostRecord): readonly FixedGroup[] {
    const { ip } = record;
    const facts = this.#facts(record, this.serversOf(ip), this.site.appsOf(ip), false);
    return this.#fixedGroups(facts, ip);
  }

  #facts(
    { settings }: HostRecord,
    servers: readonly ServerRecord[],
    apps: readonly AppView[],
    hasHealth: boolean,
  ): HostFacts {
    return {
      ...settings,
      blind: this.site.blind(),
      apps,
      servers: servers.map((server) => ({ port: portOf(server), state: server.state })),
      hasHealth,
    };
  }

  #fixedGroups(facts: HostFacts, host: Ipv4): readonly FixedGroup[] {
    const { options } = facts;
    const isIn: Readonly<Record<FixedGroup, boolean>> = {
      active: isActive(facts),
      all: true,
      unassigned: this.groups.of(host).length === 0,
      maintenance: options.maintenance,
      development: options.development,
      decommissioned: options.decommissioned,
      hidden: options.hidden,
    };
    return FIXED_GROUPS.filter((id) => isIn[id]);
  }
}

function portOf({ ip, key }: ServerRecord): number {
  return key - ip * 65_536;
}
