/**
 * What keeps people from what they may not, and web pages of other origins from making a browser on the control network
 * change something or send packets.
 */
import type { IncomingMessage } from "node:http";
import { hostname } from "node:os";
import ipaddr from "ipaddr.js";
import { hasRole, type Role } from "pvmon";
import { ApiError } from "./errors.js";
import type { Identity } from "./identity.js";
import type { Sessions } from "./sessions.js";

const CSRF_HEADER = "x-csrf-token";

/** True for 127.0.0.0/8 and ::1, also as ::ffff:127.0.0.1. */
export function isLoopback(address: string | undefined): boolean {
  return (
    address !== undefined &&
    ipaddr.isValid(address) &&
    ipaddr.process(address).range() === "loopback"
  );
}

/** Throws unless whoever asks has the role, or a higher one. */
export function requireRole({ role, source, wrongToken }: Identity, needed: Role): void {
  if (wrongToken) throw new ApiError("wrongLogIn", "nobody has this API token");
  if (hasRole(role, needed)) return;
  if (source === "anonymous") {
    throw new ApiError(
      "logInRequired",
      `this needs the role ${needed}: log in, or send an API token; users are made by pvmon user add`,
    );
  }
  throw new ApiError("roleRequired", `this needs the role ${needed}, and yours is ${role}`);
}

/** Throws for a change that a browser may have been made to send: its cookie comes by itself, what the page was told does not. */
export async function requireCsrfToken(
  request: IncomingMessage,
  { session }: Identity,
  sessions: Pick<Sessions, "isCsrfToken">,
): Promise<void> {
  if (session === undefined) return;
  const token = request.headers[CSRF_HEADER];
  if (typeof token === "string" && (await sessions.isCsrfToken(session, token))) return;
  throw new ApiError(
    "csrfTokenMissing",
    "a change made in a session needs the header X-CSRF-Token: csrfToken of /api/v1/session",
  );
}

/** Throws when a browser says that another origin's page is behind the request. Programs other than browsers say nothing. @param host that the browser asked for */
export function requireSameOrigin(request: IncomingMessage, host: string | undefined): void {
  const { origin } = request.headers;
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

  /** Throws `hostRefused`. Requests without the header (HTTP/1.0) are no browser's, and have no host. */
  require(host: string): void {
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
