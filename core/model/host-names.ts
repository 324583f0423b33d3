/** What addresses are called, and which of them are one machine: by configuration, and by name servers where that is silent. */
import { formatIpv4, type Ipv4 } from "./address.js";
import type { HostNamed } from "./observation.js";

export interface ConfiguredHost {
  readonly name: string;
  /** One or more: the first is what the host is known by. */
  readonly addresses: readonly Ipv4[];
}

export interface HostNamesOptions {
  /** Names of addresses that name servers do not know, and addresses that are one machine. */
  readonly hosts?: readonly ConfiguredHost[];
}

const MAX_NAMES = 100_000;

export class HostNames {
  readonly #configured = new Map<Ipv4, ConfiguredHost>();
  readonly #observed = new Map<Ipv4, string>();

  constructor({ hosts = [] }: HostNamesOptions) {
    for (const host of hosts) for (const ip of host.addresses) this.#configured.set(ip, host);
  }

  fold({ host, name }: HostNamed): void {
    if (name === null) this.#observed.delete(host);
    else if (this.#observed.has(host) || this.#observed.size < MAX_NAMES) {
      this.#observed.set(host, name);
    }
  }

  nameOf(ip: Ipv4): string | null {
    return this.#configured.get(ip)?.name ?? this.#observed.get(ip) ?? null;
  }

  /** The address that stands for the host with this one. */
  primaryOf(ip: Ipv4): Ipv4 {
    return this.#configured.get(ip)?.addresses[0] ?? ip;
  }

  /** All addresses of the host with this one, the one that stands for it first. */
  addressesOf(ip: Ipv4): readonly Ipv4[] {
    return this.#configured.get(ip)?.addresses ?? [ip];
  }

  /** How hosts are sorted: by name, numbers in it by their value, those without one by address after them. */
  sortKey(ip: Ipv4): string {
    const name = this.nameOf(ip);
    const text = name === null ? `~${formatIpv4(ip)}` : name.toUpperCase();
    return text.replace(/\d+/g, (digits) => digits.padStart(10, "0"));
  }
}
