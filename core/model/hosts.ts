/** Hosts are what their servers say: which servers share an address, and whether all of them went away together. */
import { formatIpv4, type Ipv4 } from "./address.js";
import type { ServerRecord } from "./server-record.js";
import type { HostView } from "./views.js";

/** Servers of one host whose last signs are this close fell silent together, whatever their periods. */
const TOGETHER_MS = 60_000;

export class Hosts {
  readonly #servers = new Map<Ipv4, Set<ServerRecord>>();

  get size(): number {
    return this.#servers.size;
  }

  addresses(): Iterable<Ipv4> {
    return this.#servers.keys();
  }

  add(record: ServerRecord): void {
    const servers = this.#servers.get(record.ip);
    if (servers === undefined) this.#servers.set(record.ip, new Set([record]));
    else servers.add(record);
  }

  remove(record: ServerRecord): void {
    const servers = this.#servers.get(record.ip);
    servers?.delete(record);
    if (servers?.size === 0) this.#servers.delete(record.ip);
  }

  /**
   * The servers that a host lost together, when none of it is left; empty otherwise. One server alone is its own event
   * and says nothing about its host; those lost long before are mostly ports that an IOC has left for another.
   */
  lostTogether(ip: Ipv4): string[] {
    const servers = this.#of(ip).filter(isKnown);
    if (servers.some(isUp)) return [];
    const latest = Math.max(...servers.map(({ lastSignAt }) => lastSignAt));
    const together = servers.filter(({ lastSignAt }) => lastSignAt >= latest - TOGETHER_MS);
    return together.length < 2 ? [] : together.map(({ name }) => name);
  }

  view(ip: Ipv4): HostView | undefined {
    const servers = this.#of(ip);
    if (servers.length === 0) return undefined;
    const known = servers.filter(isKnown);
    return {
      host: formatIpv4(ip),
      name: null,
      state: known.length === 0 ? "unknown" : known.some(isUp) ? "alive" : "lost",
      firstSeenAt: Math.min(...servers.map(({ firstSeenAt }) => firstSeenAt)),
      lastSeenAt: Math.max(...servers.map(({ lastSeenAt }) => lastSeenAt)),
      servers: servers.map(({ name }) => name),
    };
  }

  /** By port. */
  #of(ip: Ipv4): ServerRecord[] {
    return [...(this.#servers.get(ip) ?? [])].sort((a, b) => a.key - b.key);
  }
}

function isKnown({ state }: ServerRecord): boolean {
  return state !== "unknown";
}

function isUp({ state }: ServerRecord): boolean {
  return state === "alive" || state === "paused";
}
