/** Reverse proxies: what they say counts only when the connection comes from one that the site trusts. */
import type { IncomingMessage } from "node:http";
import ipaddr from "ipaddr.js";
import { RESERVED_NAMES, ROLES, type Role } from "pvmon";
import type { Config } from "./config.js";

/** What proxies add. Anybody can write them: that they are there takes the rights of this machine away, whoever sent them. */
const PROXY_HEADERS = [
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
];
/** No blanks, so that nobody can be called like the holder of a token. */
const USER = /^[^\s\p{C}]{1,200}$/u;

export interface ProxyUser {
  readonly name: string;
  readonly role: Role;
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

export class TrustedProxies {
  readonly #networks: readonly [Address, number][];
  readonly #userHeader: string;
  readonly #roleHeader: string;
  readonly #defaultRole: Role;

  /** Throws for an address that is none. */
  constructor({ addresses, userHeader, roleHeader, defaultRole }: Config["trustedProxies"]) {
    this.#networks = addresses.map(networkOf);
    this.#userHeader = userHeader.toLowerCase();
    this.#roleHeader = roleHeader.toLowerCase();
    this.#defaultRole = defaultRole;
  }

  get areConfigured(): boolean {
    return this.#networks.length > 0;
  }

  /** The connection comes from a trusted proxy. */
  isBefore({ socket: { remoteAddress } }: IncomingMessage): boolean {
    if (remoteAddress === undefined || !ipaddr.isValid(remoteAddress)) return false;
    const address = ipaddr.process(remoteAddress);
    return this.#networks.some(
      ([network, bits]) => network.kind() === address.kind() && address.match(network, bits),
    );
  }

  /** Whom a trusted proxy says the request is from; undefined when it says nobody's name. */
  user(request: IncomingMessage): ProxyUser | undefined {
    if (this.#userHeader === "" || !this.isBefore(request)) return undefined;
    const name = headerOf(request, this.#userHeader);
    if (name === undefined || !USER.test(name) || RESERVED_NAMES.has(name.toLowerCase()))
      return undefined;
    const words =
      headerOf(request, this.#roleHeader)
        ?.toLowerCase()
        .split(/[\s,;]+/) ?? [];
    const role = ROLES.findLast((known) => words.includes(known));
    return { name, role: role ?? this.#defaultRole };
  }

  /** The host and port that the browser asked for, as far as anybody says. */
  host(request: IncomingMessage): string | undefined {
    return this.hosts(request)[0];
  }

  /**
   * That, and the hosts that proxies on the way were asked for. Some proxies add theirs to what the browser sent: of what stands
   * first there, only what stands behind it says whether it is the browser's own invention.
   */
  hosts(request: IncomingMessage): readonly string[] {
    const forwarded = this.isBefore(request) ? headerOf(request, "x-forwarded-host") : undefined;
    const text = forwarded ?? request.headers.host;
    return text === undefined ? [] : text.split(",").map((host) => host.trim().toLowerCase());
  }

  /** The browser asked over https. */
  isSecure(request: IncomingMessage): boolean {
    return this.isBefore(request) && first(request, "x-forwarded-proto") === "https";
  }

  /** Where the request comes from: whom a trusted proxy had it from, or the other end of the connection. */
  address(request: IncomingMessage): string {
    const { remoteAddress = "unknown" } = request.socket;
    const hops = this.isBefore(request) ? headerOf(request, "x-forwarded-for") : undefined;
    // The last one is what the proxy itself saw; those before it were sent to it.
    const address = hops?.split(",").at(-1)?.trim() ?? remoteAddress;
    return ipaddr.isValid(address) ? ipaddr.process(address).toString() : remoteAddress;
  }
}

/** A proxy was in between, trusted or not. */
export function isProxied({ headers }: IncomingMessage): boolean {
  return PROXY_HEADERS.some((name) => headers[name] !== undefined);
}

/** A header with one value, in UTF-8; undefined when it is not there, or is no text. */
function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = name === "" ? undefined : headers[name];
  if (typeof value !== "string" || value === "") return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(value, "latin1"));
  } catch {
    return undefined;
  }
}

/** Of a list, what the proxy that is nearest to the browser said. */
function first(request: IncomingMessage, name: string): string | undefined {
  return headerOf(request, name)?.split(",", 1)[0]?.trim().toLowerCase();
}

/** @param text an address, or one with a number of bits */
function networkOf(text: string): [Address, number] {
  const [address = "", bits] = text.split("/");
  // Short forms such as 10.7 mean 10.0.0.7 to some, and something else to people.
  if (!address.includes(":") && !ipaddr.IPv4.isValidFourPartDecimal(address)) throw noNetwork(text);
  try {
    const parsed = ipaddr.parse(address);
    return bits === undefined
      ? [parsed, parsed.kind() === "ipv4" ? 32 : 128]
      : ipaddr.parseCIDR(text);
  } catch {
    throw noNetwork(text);
  }
}

function noNetwork(text: string): Error {
  return new Error(`trustedProxies.addresses: ${text} is neither an address nor a network`);
}
