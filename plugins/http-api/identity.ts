/** Who is behind a request, and what they may: the one place where that is found out. Everything is changed in this name. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AccessService, By, Clock, Role } from "pvmon";
import { isLoopback } from "./guard.js";
import { isProxied, type TrustedProxies } from "./proxies.js";
import { readSessionCookie, setSessionCookie } from "./session-cookie.js";
import type { Session, Sessions } from "./sessions.js";

export const SOURCES = ["user", "token", "proxy", "loopback", "anonymous"] as const;
export type Source = (typeof SOURCES)[number];

export interface Identity {
  /** As records of changes have it; null for nobody in particular. */
  readonly who: string | null;
  readonly role: Role | null;
  readonly source: Source;
  /** Of a `user`. */
  readonly session?: Session;
  /** A token came with the request that nobody has; it is then no other identity instead. */
  readonly wrongToken?: true;
}

export class Identities {
  constructor(
    private readonly access: AccessService,
    readonly sessions: Sessions,
    readonly proxies: TrustedProxies,
    private readonly clock: Clock,
  ) {}

  /** A token, a proxy's user, a session, this machine itself, anybody: the first that there is. Never rejects. */
  async of(request: IncomingMessage): Promise<Identity> {
    const token = bearerToken(request);
    const holder = token === undefined ? undefined : this.access.tokenHolder(token);
    if (holder !== undefined) {
      return { who: `token ${holder.name}`, role: holder.role, source: "token" };
    }
    const proxied = this.proxies.user(request);
    if (proxied !== undefined) return { who: proxied.name, role: proxied.role, source: "proxy" };
    const { anonymous, ...policy } = await this.access.policy();
    if (token !== undefined) {
      return { who: null, role: null, source: "anonymous", wrongToken: true };
    }
    const cookie = readSessionCookie(request);
    const session = cookie === undefined ? undefined : await this.sessions.read(cookie);
    if (session !== undefined) {
      return { who: session.name, role: session.role, source: "user", session };
    }
    // Once somebody can be told from everybody, a proxy on this machine that does not say it is one must not be everything.
    const isFirstRun = !(policy.hasUsers || policy.hasTokens || this.proxies.areConfigured);
    const loopback =
      policy.loopback === undefined ? (isFirstRun ? "admin" : null) : policy.loopback;
    if (loopback !== null && this.#isThisMachine(request)) {
      return { who: "loopback", role: loopback, source: "loopback" };
    }
    return { who: null, role: anonymous, source: "anonymous" };
  }

  /** Sets the cookie anew for a session that is used, and takes one away that is of no use. */
  async refresh(
    identity: Identity,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<Identity> {
    const { session, source, wrongToken } = identity;
    // With a token or a proxy's user it was not looked at.
    const isUseless = (source === "anonymous" || source === "loopback") && !wrongToken;
    if (isUseless && readSessionCookie(request) !== undefined) this.forget(request, response);
    const renewed = session && this.sessions.renewed(session);
    if (renewed === undefined) return identity;
    const isRemembered = await this.remember(renewed, request, response);
    return isRemembered ? { ...identity, session: renewed } : identity;
  }

  /** Gives the browser the cookie of a session. False when it cannot be signed. */
  async remember(
    session: Session,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<boolean> {
    const value = await this.sessions.write(session);
    if (value === undefined) return false;
    const seconds = Math.max(1, Math.floor((session.expiresAt - this.clock.now()) / 1000));
    setSessionCookie(response, value, seconds, this.proxies.isSecure(request));
    return true;
  }

  forget(request: IncomingMessage, response: ServerResponse): void {
    setSessionCookie(response, "", 0, this.proxies.isSecure(request));
  }

  #isThisMachine(request: IncomingMessage): boolean {
    return (
      isLoopback(request.socket.remoteAddress) &&
      !isProxied(request) &&
      !this.proxies.isBefore(request)
    );
  }
}

export function byWhom({ who }: Identity, why: string | undefined): By {
  return { who: who ?? "anonymous", ...(why !== undefined && { why }) };
}

/** Other schemes are between the browser and a proxy that passes them on. */
function bearerToken({ headers: { authorization } }: IncomingMessage): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
}
