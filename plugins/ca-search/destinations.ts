/** Where a name is searched: the configured addresses, or the broadcast addresses of this machine. */
import {
  type Clock,
  type Endpoint,
  type Ipv4,
  type NetworkInterface,
  type NetworkService,
  parseEndpoint,
  parseIpv4,
} from "pvmon";

/** Interfaces come and go; asking the system for each of a thousand names would be waste. */
const STALE_MS = 5000;

export class Destinations {
  readonly #configured: readonly Endpoint[];
  readonly #port: number;
  readonly #network: NetworkService;
  readonly #clock: Clock;
  #readAt = Number.NEGATIVE_INFINITY;
  #addresses: readonly NetworkInterface[] = [];
  #own: readonly Ipv4[] = [];

  /**
   * @param texts addresses or address:port; empty for the broadcast address of each interface, loopback included.
   * @throws Error that names the address that is none.
   */
  constructor(texts: readonly string[], port: number, network: NetworkService, clock: Clock) {
    this.#configured = texts.map((text) => parseDestination(text, port));
    this.#port = port;
    this.#network = network;
    this.#clock = clock;
  }

  everywhere(): readonly Endpoint[] {
    if (this.#configured.length > 0) return this.#configured;
    const ips = this.#current()
      .filter(({ mask }) => mask !== 0xffff_ffff)
      .map(({ ip, mask }) => (ip | ~mask) >>> 0);
    return Array.from(new Set(ips), (ip) => ({ ip, port: this.#port }));
  }

  /** This machine's IPv4 addresses, loopback included; the same array until they are read again. */
  ownAddresses(): readonly Ipv4[] {
    this.#current();
    return this.#own;
  }

  #current(): readonly NetworkInterface[] {
    if (this.#clock.elapsed() - this.#readAt > STALE_MS) {
      this.#addresses = this.#network.interfaces();
      this.#own = this.#addresses.map(({ ip }) => ip);
      this.#readAt = this.#clock.elapsed();
    }
    return this.#addresses;
  }
}

function parseDestination(text: string, port: number): Endpoint {
  const ip = parseIpv4(text);
  const endpoint = ip === undefined ? parseEndpoint(text) : { ip, port };
  if (endpoint === undefined) {
    throw new Error(`destinations: "${text}" is not an IPv4 address or address:port`);
  }
  return endpoint;
}
