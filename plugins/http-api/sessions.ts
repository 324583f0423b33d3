/**
 * Sessions of users who logged in: all that is known of one is in its cookie, signed, so that sessions outlive pvmon. They
 * end with the user, and with a change of the password or role.
 */
import { randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { AccessService, AccessUser, Clock, Role } from "pvmon";
import type { Config } from "./config.js";

const HOUR_MS = 3_600_000;
const ID_BYTES = 16;
/** A session is written anew once so much of its idle time has passed, not with every request. */
const RENEWED_AFTER = 1 / 12;
/** Ids of sessions that somebody ended; what is beyond is forgotten, and ends by its age. */
const MAX_ENDED = 10_000;
const MAX_COOKIE_LENGTH = 1024;

export interface Session {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly stamp: string;
  /** UTC ms, as below. */
  readonly begunAt: number;
  readonly renewedAt: number;
  readonly expiresAt: number;
}

type Content = Pick<Session, "id" | "name" | "stamp" | "begunAt" | "renewedAt">;

export class Sessions {
  readonly #access: AccessService;
  readonly #clock: Clock;
  readonly #idleMs: number;
  readonly #maxMs: number;
  readonly #ended: LRUCache<string, true>;

  constructor(access: AccessService, clock: Clock, { idleHours, maxHours }: Config["sessions"]) {
    this.#access = access;
    this.#clock = clock;
    this.#idleMs = idleHours * HOUR_MS;
    this.#maxMs = maxHours * HOUR_MS;
    this.#ended = new LRUCache({ max: MAX_ENDED });
  }

  begin({ name, role, stamp }: AccessUser): Session {
    const now = this.#clock.now();
    const id = randomBytes(ID_BYTES).toString("base64url");
    return this.#session({ id, name, stamp, begunAt: now, renewedAt: now }, role);
  }

  /** The session of a cookie's value; undefined when it is forged, broken, has ended or was of somebody who is not any more. */
  async read(value: string): Promise<Session | undefined> {
    if (value.length > MAX_COOKIE_LENGTH) return undefined;
    const dot = value.lastIndexOf(".");
    const [text, signature] = [value.slice(0, Math.max(dot, 0)), value.slice(dot + 1)];
    if (!(await this.#access.isSigned(purpose("session", text), signature))) return undefined;
    const content = contentOf(text);
    if (content === undefined || this.#ended.has(content.id)) return undefined;
    const user = await this.#access.user(content.name);
    if (user === undefined || user.stamp !== content.stamp) return undefined;
    const session = this.#session(content, user.role);
    const now = this.#clock.now();
    // Of the future by more than a renewal: the clock was set back, and nobody knows its age.
    const isOfNow = content.renewedAt <= now + this.#idleMs * RENEWED_AFTER;
    return isOfNow && now < session.expiresAt ? session : undefined;
  }

  /** What its cookie holds; undefined when there is no key to sign it with. */
  async write({ id, name, stamp, begunAt, renewedAt }: Session): Promise<string | undefined> {
    const content = [id, name, stamp, begunAt, renewedAt];
    const text = Buffer.from(JSON.stringify(content)).toString("base64url");
    const signature = await this.#access.sign(purpose("session", text));
    return signature && `${text}.${signature}`;
  }

  /** The session with its idle time begun anew; undefined when that is not worth a cookie yet. */
  renewed(session: Session): Session | undefined {
    const now = this.#clock.now();
    if (now - session.renewedAt < this.#idleMs * RENEWED_AFTER) return undefined;
    return this.#session({ ...session, renewedAt: now }, session.role);
  }

  /** Also for whoever has a copy of its cookie, until pvmon is started again. */
  end({ id }: Session): void {
    this.#ended.set(id, true);
  }

  /** What a page has to show beside the cookie, which a browser sends by itself, to change something. */
  async csrfToken({ id }: Session): Promise<string | null> {
    return (await this.#access.sign(purpose("csrf", id))) ?? null;
  }

  isCsrfToken({ id }: Session, token: string): Promise<boolean> {
    return this.#access.isSigned(purpose("csrf", id), token);
  }

  #session(content: Content, role: Role): Session {
    const { id, name, stamp, begunAt, renewedAt } = content;
    const expiresAt = Math.min(renewedAt + this.#idleMs, begunAt + this.#maxMs);
    return { id, name, role, stamp, begunAt, renewedAt, expiresAt };
  }
}

/** What is signed for one purpose is worth nothing for another. */
function purpose(what: "session" | "csrf", text: string): string {
  return `${what} ${text}`;
}

/** Signed, so ours; but an earlier pvmon may have written something else. */
function contentOf(text: string): Content | undefined {
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(text, "base64url").toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(content)) return undefined;
  const [id, name, stamp, begunAt, renewedAt] = content as unknown[];
  if (typeof id !== "string" || typeof name !== "string" || typeof stamp !== "string") {
    return undefined;
  }
  if (typeof begunAt !== "number" || typeof renewedAt !== "number") return undefined;
  return { id, name, stamp, begunAt, renewedAt };
}
