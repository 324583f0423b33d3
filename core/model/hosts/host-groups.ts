/** Groups of hosts that users made: their names, their members, and ids that stay when the name changes. */
import { formatIpv4, type Ipv4, parseIpv4 } from "../address.js";
import type { GroupRow } from "../row.js";
import { FIXED_GROUPS, type FixedGroup } from "../views.js";

export interface HostGroup {
  readonly id: string;
  name: string;
  /** Addresses that stand for hosts. */
  hosts: ReadonlySet<Ipv4>;
  /** Made since pvmon started, by somebody who may not have seen one of before that a store had. */
  readonly isNew: boolean;
}

export interface GroupChange {
  readonly name?: string;
  readonly hosts?: ReadonlySet<Ipv4>;
}

const MAX_GROUPS = 1_000;
const MAX_NAME_LENGTH = 100;
const MAX_ID_LENGTH = 40;

export const FIXED_GROUP_NAMES: Readonly<Record<FixedGroup, string>> = {
  active: "Active",
  all: "All",
  unassigned: "Unassigned",
  maintenance: "Maintenance",
  development: "Development",
  decommissioned: "Decommissioned",
  hidden: "Hidden",
};

export class HostGroups {
  readonly #groups = new Map<string, HostGroup>();

  get(id: string): HostGroup | undefined {
    return this.#groups.get(id);
  }

  values(): Iterable<HostGroup> {
    return this.#groups.values();
  }

  /** Whether any has this host. */
  has(host: Ipv4): boolean {
    for (const { hosts } of this.#groups.values()) if (hosts.has(host)) return true;
    return false;
  }

  /** Ids of those with this host. */
  of(host: Ipv4): readonly string[] {
    return [...this.#groups.values()].filter(({ hosts }) => hosts.has(host)).map(({ id }) => id);
  }

  /** @throws RangeError for a name that is empty, too long or taken, and when there are too many groups. */
  create(name: string, hosts: ReadonlySet<Ipv4>): HostGroup {
    if (this.#groups.size >= MAX_GROUPS) {
      throw new RangeError(`there are ${MAX_GROUPS} groups already: delete one first`);
    }
    const trimmed = this.#checkedName(name);
    const group = { id: this.#freeId(trimmed), name: trimmed, hosts, isNew: true };
    this.#groups.set(group.id, group);
    return group;
  }

  /** @throws RangeError for a name that is empty, too long or taken. */
  change(group: HostGroup, { name, hosts = group.hosts }: GroupChange): void {
    if (name !== undefined) group.name = this.#checkedName(name, group);
    group.hosts = hosts;
  }

  delete(id: string): boolean {
    return this.#groups.delete(id);
  }

  /** Answers the ids of the groups that it was in. */
  removeHost(host: Ipv4): readonly string[] {
    const ids = this.of(host);
    for (const id of ids) {
      const group = this.#groups.get(id)!;
      group.hosts = new Set([...group.hosts].filter((member) => member !== host));
    }
    return ids;
  }

  row(id: string): GroupRow | undefined {
    const group = this.#groups.get(id);
    if (group === undefined) return undefined;
    return { kind: "group", group: id, name: group.name, hosts: [...group.hosts].map(formatIpv4) };
  }

  /**
   * A row that makes no sense is left out, and a member that is no address.
   * @returns whether its members came to those of a group that was made before the row could be read.
   */
  restore({ group: id, name, hosts }: GroupRow, primaryOf: (ip: Ipv4) => Ipv4): boolean {
    if (typeof id !== "string" || id === "" || isFixedGroup(id)) return false;
    if (typeof name !== "string" || name.trim() === "" || name.length > MAX_NAME_LENGTH)
      return false;
    if (!Array.isArray(hosts)) return false;
    const addresses = hosts.map((host) => parseIpv4(String(host)));
    const members = addresses.filter((ip) => ip !== undefined).map(primaryOf);
    const known = this.#groups.get(id);
    if (known?.isNew === true) known.hosts = new Set([...known.hosts, ...members]);
    else this.#groups.set(id, { id, name, hosts: new Set(members), isNew: false });
    return known?.isNew === true;
  }

  #checkedName(name: string, itself?: HostGroup): string {
    const trimmed = name.trim();
    if (trimmed === "") throw new RangeError("a group needs a name");
    if (trimmed.length > MAX_NAME_LENGTH) {
      throw new RangeError(`the name of a group has at most ${MAX_NAME_LENGTH} characters`);
    }
    const others = [...this.#groups.values()].filter((group) => group !== itself);
    const taken = [...Object.values(FIXED_GROUP_NAMES), ...others.map((group) => group.name)];
    const same = taken.find((other) => other.toLowerCase() === trimmed.toLowerCase());
    if (same !== undefined) throw new RangeError(`there is a group "${same}" already`);
    return trimmed;
  }

  /** A short text of the name, with a number where another group has it. */
  #freeId(name: string): string {
    const plain = name.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "");
    const words = plain.replace(/[^a-z0-9]+/g, "-").slice(0, MAX_ID_LENGTH);
    const base = words.replace(/^-+|-+$/g, "") || "group";
    const isTaken = (id: string): boolean => this.#groups.has(id) || isFixedGroup(id);
    if (!isTaken(base)) return base;
    let number = 2;
    while (isTaken(`${base}-${number}`)) number++;
    return `${base}-${number}`;
  }
}

export function isFixedGroup(id: string): id is FixedGroup {
  return FIXED_GROUPS.some((fixed) => fixed === id);
}
