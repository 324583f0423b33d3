/** ACCESS for tests of outputs: users with their passwords in memory, compared as they are. */
import { createHmac } from "node:crypto";
import type { AccessPolicy, AccessService, AccessUser, Holder, Role } from "../index.js";

/** A user of {@link FakeAccess}. */
export interface FakeUser {
  readonly role: Role;
  readonly password: string;
}

/** ACCESS in memory. With nothing in it it is a first run, in which everybody reads and this machine itself may everything. */
export class FakeAccess implements AccessService {
  /** By name. */
  readonly users = new Map<string, FakeUser>();
  /** By token. */
  readonly tokens = new Map<string, Holder>();
  anonymous: AccessPolicy["anonymous"] = "viewer";
  loopback: AccessPolicy["loopback"];
  fault: AccessPolicy["fault"] = null;
  /** Another one is another users file: every session has ended. */
  sessionKey = "key of a test";
  /** How often a password was compared. */
  comparisons = 0;

  async policy(): Promise<AccessPolicy> {
    const { anonymous, loopback, users, tokens, fault } = this;
    const hasUsers = users.size > 0 || fault !== null;
    return { anonymous, loopback, hasUsers, hasTokens: tokens.size > 0, fault };
  }

  async user(name: string): Promise<AccessUser | undefined> {
    const user = this.users.get(name);
    return user && { name, role: user.role, stamp: `${user.role} ${user.password}` };
  }

  async logIn(name: string, password: string): Promise<AccessUser | undefined> {
    this.comparisons += 1;
    return this.users.get(name)?.password === password ? this.user(name) : undefined;
  }

  tokenHolder(token: string): Holder | undefined {
    return this.tokens.get(token);
  }

  async sign(text: string): Promise<string> {
    return createHmac("sha256", this.sessionKey).update(text).digest("base64url");
  }

  async isSigned(text: string, signature: string): Promise<boolean> {
    return (await this.sign(text)) === signature;
  }
}
