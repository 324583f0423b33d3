/** Which servers share an address, and whether all of them went away together. */
import { type Ipv4, keyEndpoint } from "../address.js";
import type { ServerRecord } from "./server-record.js";

/** Servers of one host whose last signs are this close fell silent together, whatever their periods. */
const TOGETHER_MS = 60_000;

export class HostServers {
  readonly #servers = new Map<Ipv4, Set<ServerRecord>>();
  /** Hosts, by the address that stands for each, that are not lost although all their servers are. */
  readonly #goingOn = new Set<Ipv4>();

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
    if (servers?.size !== 0) return;
    this.#servers.delete(record.ip);
    this.#goingOn.delete(record.ip);
  }

  /** What is true of the host from when its last server fell silent until one of them is back. */
  setGoingOn(ip: Ipv4, goesOn: boolean): void {
    if (goesOn) this.#goingOn.add(ip);
    else this.#goingOn.delete(ip);
  }

  isGoingOn(ip: Ipv4): boolean {
    return this.#goingOn.has(ip);
  }

  /**
   * The servers that a host lost together, when none of it is left; empty otherwise. One server alone is its own event
   * and says nothing about its host, nor does one that was stopped, whose host said so; those lost long before are mostly
   * ports that an IOC has left for another.
   * @param addresses of the host: where one of its networks is cut off, it is still there on the others.
   */
  lostTogether(addresses: readonly Ipv4[]): readonly ServerRecord[] {
    const servers = addresses.flatMap((ip) => this.of(ip));
    if (servers.some(isUp)) return [];
    const lost = servers.filter(({ state }) => state === "lost");
    const latest = Math.max(...lost.map(({ lastSignAt }) => lastSignAt));
    const together = lost.filter(({ lastSignAt }) => lastSignAt >= latest - TOGETHER_MS);
    // At two addresses, one port is one server.
    const ports = new Set(together.map(({ key }) => keyEndpoint(key).port));
    return ports.size < 2 ? [] : together;
  }

  /** By port. */
  of(ip: Ipv4): readonly ServerRecord[] {
    return [...(this.#servers.get(ip) ?? [])].sort((a, b) => a.key - b.key);
  }
}

/** Its process runs, as far as we know. Of one that only answers searches nothing is known. */
export function isUp({ state }: ServerRecord): boolean {
  return state === "alive" || state === "paused" || state === "unresponsive";
}

export function isGone({ state }: ServerRecord): boolean {
  return state === "lost" || state === "stopped";
}
