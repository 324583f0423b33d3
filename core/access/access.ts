/** ACCESS as pvmon provides it: the section `access` of a site file, its users file, and the key in that. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Log } from "../plugin/host.js";
import type {
  AccessPolicy,
  AccessService,
  AccessUser,
  Clock,
  Holder,
  Role,
} from "../plugin/services.js";
import { CurrentUsers, NO_USERS, type UsersNow } from "./current-users.js";
import { isPassword } from "./password.js";
import { type TokenEntry, Tokens } from "./tokens.js";
import { accessUser } from "./users.js";

/** As in a site file. */
export interface AccessOptions {
  /** Absolute path of the users file; without one there are no users. */
  readonly users?: string;
  readonly anonymous: "viewer" | "none";
  readonly loopback?: Role | "none";
  readonly tokens: readonly TokenEntry[];
}

/** Reads nothing until it is asked. */
export function serveAccess(
  options: AccessOptions,
  clock: Pick<Clock, "elapsed">,
  log: Pick<Log, "info" | "warn">,
): AccessService {
  return new Access(options, clock, log);
}

class Access implements AccessService {
  readonly #options: AccessOptions;
  readonly #users: CurrentUsers | undefined;
  readonly #tokens: Tokens;

  constructor(
    options: AccessOptions,
    clock: Pick<Clock, "elapsed">,
    log: Pick<Log, "info" | "warn">,
  ) {
    this.#options = options;
    this.#tokens = new Tokens(options.tokens);
    this.#users =
      options.users === undefined ? undefined : new CurrentUsers(options.users, clock, log);
  }

  async policy(): Promise<AccessPolicy> {
    const { anonymous, loopback } = this.#options;
    const { sessionKey, fault } = await this.#now();
    return {
      anonymous: anonymous === "none" ? null : anonymous,
      loopback: loopback === "none" ? null : loopback,
      hasUsers: sessionKey !== undefined || fault !== null,
      hasTokens: this.#tokens.size > 0,
      fault,
    };
  }

  async user(name: string): Promise<AccessUser | undefined> {
    const user = (await this.#now()).byName.get(name);
    return user && accessUser(user);
  }

  async logIn(name: string, password: string): Promise<AccessUser | undefined> {
    const user = (await this.#now()).byName.get(name);
    return (await isPassword(password, user?.password)) && user ? accessUser(user) : undefined;
  }

  tokenHolder(token: string): Holder | undefined {
    return this.#tokens.find(token);
  }

  async sign(text: string): Promise<string | undefined> {
    const { sessionKey } = await this.#now();
    return sessionKey && createHmac("sha256", sessionKey).update(text).digest("base64url");
  }

  async isSigned(text: string, signature: string): Promise<boolean> {
    const wanted = Buffer.from((await this.sign(text)) ?? "");
    const given = Buffer.from(signature);
    return wanted.length > 0 && given.length === wanted.length && timingSafeEqual(given, wanted);
  }

  async #now(): Promise<UsersNow> {
    return (await this.#users?.get()) ?? NO_USERS;
  }
}
