/** What addresses are called, and which of them are one machine: by configuration, and by name servers where that is silent. */
import { formatIpv4, type Ipv4 } from "../address.js";
import type { HostNamed } from "../observation.js";
import { sortKeyOf } from "../pages/text-order.js";

export interface ConfiguredHost {
  readonly name: string;
  /** One or more: the first is what the host is known by. */
  readonly addresses: readonly Ipv4[];
}

export interface HostNamesOptions {
  /** Names of addresses that name servers do not know, and addresses that are one machine. No address is in two of them. */
  readonly hosts?: readonly ConfiguredHost[];
}

const MAX_NAMES = 100_000;
/** The most that a name can have in the DNS (RFC 1035, section 2.3.4). */
const MAX_NAME_LENGTH = 253;

export class HostNames {
  readonly #configured = new Map<Ipv4, ConfiguredHost>();
  /** The one that has been known for longest first. */
  readonly #observed = new Map<Ipv4, string>();

  constructor({ hosts = [] }: HostNamesOptions) {
    for (const host of hosts) for (const ip of host.addresses) this.#configured.set(ip, host);
  }

  /** A name that is none is left out; when there are too many, the one known for longest makes room. */
  fold({ host, name }: HostNamed): void {
    if (name !== null && (name === "" || name.length > MAX_NAME_LENGTH)) return;
    if (name === null) {
      this.#observed.delete(host);
      return;
    }
    if (this.#observed.size >= MAX_NAMES && !this.#observed.has(host)) this.#forgetOldest();
    this.#observed.set(host, name);
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

  /** How hosts are sorted: by name, those without one by address after them. */
  sortKey(ip: Ipv4): string {
    return sortKeyOf(this.nameOf(ip) ?? `~${formatIpv4(ip)}`);
  }

  #forgetOldest(): void {
    for (const oldest of this.#observed.keys()) {
      this.#observed.delete(oldest);
      return;
    }
  }
}
