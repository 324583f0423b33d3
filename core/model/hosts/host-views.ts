/** Hosts as people see them: each put together from its record, its servers, its applications and its groups. */
import { formatIpv4, type Ipv4 } from "../address.js";
import type { BriefApp } from "../apps/apps.js";
import { compareTexts, sortKeyOf, type TextPlace } from "../pages/text-order.js";
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
import type { HostRecord } from "./host-record.js";
import type { HostTable } from "./host-table.js";
import {
  type ActivityFacts,
  type HostFacts,
  isActive,
  judgeHost,
  livenessOf,
} from "./host-verdict.js";

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
  /** The same, in any order, as far as groups go by them. */
  briefAppsOf(host: Ipv4): readonly BriefApp[];
  procServsOf(host: Ipv4): HostView["procServs"];
  processMapOf(host: Ipv4): HostView["processMap"];
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
      groups: [
        ...FIXED_GROUPS.filter((id) => this.#isIn(id, record, () => facts)),
        ...this.groups.of(ip),
      ],
      expectedPorts: [...settings.expectedPorts],
      expectedApps: settings.expectedApps,
      firstSeenAt,
      lastSeenAt,
      apps: apps.filter(({ critical, running }) => running || critical !== "ignored"),
      servers: servers.map(({ name }) => name),
      heartbeats: apps.filter(({ heartbeat }) => heartbeat).map(({ id }) => id),
      procServs: site.procServsOf(ip),
      processMap: site.processMapOf(ip),
      health,
      pendingLogs: site.pendingLogs(host),
    };
  }

  /** Where a host is in the order of names. */
  placeOf({ ip }: HostRecord): TextPlace {
    return [this.site.sortKey(ip), formatIpv4(ip)];
  }

  /** By its name, case aside, or by the part before the first dot if no other has the same; of several the first by address. */
  named(text: string): HostRecord | undefined {
    const wanted = text.toLowerCase();
    const called: HostRecord[] = [];
    const similar: HostRecord[] = [];
    for (const record of this.table.values()) {
      const name = this.site.nameOf(record.ip)?.toLowerCase();
      if (name === wanted) called.push(record);
      else if (name?.split(".", 1)[0] === wanted) similar.push(record);
    }
    return this.#byName(called)[0] ?? (similar.length === 1 ? similar[0] : undefined);
  }

  /** In any order; none of a group that there is not. */
  members(id: string): readonly HostRecord[] {
    return this.#membersAmong([...this.table.values()], id);
  }

  group({ id, name }: HostGroup): GroupView {
    return { id, name, fixed: false, hosts: addressesOf(this.#byName(this.members(id))) };
  }

  /** Undefined when there is no such group. */
  groupOf(id: string): GroupView | undefined {
    const own = this.groups.get(id);
    if (own !== undefined) return this.group(own);
    if (!isFixedGroup(id)) return undefined;
    const hosts = addressesOf(this.#byName(this.members(id)));
    return { id, name: FIXED_GROUP_NAMES[id], fixed: true, hosts };
  }

  /** Fixed ones first, then by name. */
  allGroups(): readonly GroupView[] {
    const own = [...this.groups.values()]
      .map((group) => ({ group, place: [sortKeyOf(group.name), group.id] }))
      .sort((a, b) => compareTexts(a.place, b.place));
    const all = this.#byName([...this.table.values()]);
    const hostsOf = (id: string): readonly string[] => addressesOf(this.#membersAmong(all, id));
    return [
      ...FIXED_GROUPS.map((id) => {
        return { id, name: FIXED_GROUP_NAMES[id], fixed: true, hosts: hostsOf(id) };
      }),
      ...own.map(({ group: { id, name } }) => ({ id, name, fixed: false, hosts: hostsOf(id) })),
    ];
  }

  /** In their order. */
  #membersAmong(records: readonly HostRecord[], id: string): readonly HostRecord[] {
    if (!isFixedGroup(id)) {
      const hosts = this.groups.get(id)?.hosts;
      return records.filter(({ ip }) => hosts?.has(ip));
    }
    return records.filter((record) =>
      this.#isIn(id, record, () => ({
        ...record.settings,
        apps: this.site.briefAppsOf(record.ip),
        servers: portStates(this.serversOf(record.ip)),
      })),
    );
  }

  #byName(records: readonly HostRecord[]): readonly HostRecord[] {
    return records
      .map((record) => ({ record, place: this.placeOf(record) }))
      .sort((a, b) => compareTexts(a.place, b.place))
      .map(({ record }) => record);
  }

  /** @param activity asked for only where a group follows from more than what operators said. */
  #isIn(id: FixedGroup, { ip, settings }: HostRecord, activity: () => ActivityFacts): boolean {
    switch (id) {
      case "active":
        return isActive(activity());
      case "all":
        return true;
      case "unassigned":
        return !this.groups.has(ip);
      default:
        return settings.options[id];
    }
  }

  #facts(
    { settings }: HostRecord,
    servers: readonly ServerRecord[],
    apps: readonly AppView[],
    hasHealth: boolean,
  ): HostFacts {
    const blind = this.site.blind();
    return { ...settings, blind, apps, servers: portStates(servers), hasHealth };
  }
}

function addressesOf(records: readonly HostRecord[]): readonly string[] {
  return records.map(({ ip }) => formatIpv4(ip));
}

function portStates(servers: readonly ServerRecord[]): HostFacts["servers"] {
  return servers.map((server) => ({ port: portOf(server), state: server.state }));
}

function portOf({ ip, key }: ServerRecord): number {
  return key - ip * 65_536;
}
