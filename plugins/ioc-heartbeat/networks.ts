/** Whose heartbeats count, by the site's CIDR lists. */
import ipaddr from "ipaddr.js";
import { formatIpv4, type Ipv4 } from "pvmon";

export interface NetworkLists {
  /** Empty: everybody. */
  readonly allow: readonly string[];
  readonly ignore: readonly string[];
}

export class Networks {
  readonly #allow: readonly [ipaddr.IPv4, number][];
  readonly #ignore: readonly [ipaddr.IPv4, number][];

  /** Throws when a CIDR text cannot be parsed. */
  constructor({ allow, ignore }: NetworkLists) {
    this.#allow = allow.map(parse);
    this.#ignore = ignore.map(parse);
  }

  accepts(ip: Ipv4): boolean {
    if (this.#allow.length === 0 && this.#ignore.length === 0) return true;
    const address = ipaddr.IPv4.parse(formatIpv4(ip));
    const isIn = (networks: readonly [ipaddr.IPv4, number][]) =>
      networks.some(([network, prefix]) => address.match(network, prefix));
    return (this.#allow.length === 0 || isIn(this.#allow)) && !isIn(this.#ignore);
  }
}

function parse(text: string): [ipaddr.IPv4, number] {
  return ipaddr.IPv4.parseCIDR(text.includes("/") ? text : `${text}/32`);
}
