/**
 * Who may ask for what, as long as there is no log-in: changes come from this machine only, and no web page of another
 * origin may make a browser on this machine (or on the control network) change something or send packets.
 */
import type { IncomingMessage } from "node:http";
import { hostname } from "node:os";
import ipaddr from "ipaddr.js";
import { ApiError } from "./errors.js";

/** True for 127.0.0.0/8 and ::1, also as ::ffff:127.0.0.1. */
export function isLoopback(address: string | undefined): boolean {
  return (
    address !== undefined &&
    ipaddr.isValid(address) &&
    ipaddr.process(address).range() === "loopback"
  );
}

/** What proxies add. Anybody can write them, so what they say counts for nothing; that they are there takes a right away. */
const PROXY_HEADERS = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];

/** Throws unless the connection itself comes from this machine, and not from a proxy on it. */
export function requireLoopback({ socket, headers }: IncomingMessage): void {
  const proxied = PROXY_HEADERS.some((name) => headers[name] !== undefined);
  if (isLoopback(socket.remoteAddress) && !proxied) return;
  throw new ApiError(
    "changesRefused",
    "changes are accepted only from the machine that pvmon runs on: ask there, or through an ssh tunnel",
  );
}

/** Throws when a browser says that another origin's page is behind the request. Programs other than browsers say nothing. */
export function requireSameOrigin(request: IncomingMessage): void {
  const { origin, host } = request.headers;
  const site = request.headers["sec-fetch-site"];
  const sameOrigin = origin === undefined || hostOf(origin) === host?.toLowerCase();
  if (sameOrigin && (site === undefined || site === "same-origin" || site === "none")) return;
  throw new ApiError("crossOrigin", "a page of another origin may not ask for this");
}

/** The other origin whose page is behind the request, when it is one of those that may ask. */
export function allowedOrigin(
  { headers: { origin } }: IncomingMessage,
  allowed: ReadonlySet<string>,
): string | undefined {
  return origin !== undefined && allowed.has(origin.toLowerCase()) ? origin : undefined;
}

/** Throws when there is a body, or the announcement of one, that is not JSON: an HTML form can then not be behind it. */
export function requireJson(request: IncomingMessage): void {
  const type = request.headers["content-type"];
  const hasBody =
    request.headers["transfer-encoding"] !== undefined ||
    Number(request.headers["content-length"] ?? 0) > 0;
  if (type === undefined ? !hasBody : /^application\/json\s*(;|$)/i.test(type)) return;
  throw new ApiError("notJson", "send the body as JSON, with Content-Type: application/json");
}

/**
 * Refuses Host headers that are names nobody configured (DNS rebinding: a web page points its own name at this
 * address, and the browser then believes that both are one origin). Addresses cannot be rebound and are accepted.
 */
export class HostCheck {
  readonly #names: ReadonlySet<string>;

  constructor(hostNames: readonly string[]) {
    this.#names = new Set(
      ["localhost", hostname(), ...hostNames].map((name) => name.toLowerCase()),
    );
  }

  /** Throws `hostRefused`. Requests without the header (HTTP/1.0) are no browser's. */
  require(request: IncomingMessage): void {
    const { host } = request.headers;
    if (host === undefined) return;
    const name = host
      .toLowerCase()
      .replace(/:\d*$/, "")
      .replace(/^\[(.*)\]$/, "$1");
    if (this.#names.has(name) || ipaddr.isValid(name)) return;
    throw new ApiError(
      "hostRefused",
      "this server does not go by that name: add it to hostNames in the configuration of http-api",
    );
  }
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
