/** ACCESS: who may do what. */
import { token } from "../token.js";

/** Each may what those before it may: a viewer reads, an operator changes things and asks the network, an admin sees the configuration. */
export const ROLES = ["viewer", "operator", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** True when somebody with the role `held` may what `needed` may; nobody may anything without a role. */
export function hasRole(held: Role | null, needed: Role): boolean {
  return held !== null && ROLES.indexOf(held) >= ROLES.indexOf(needed);
}

/** What stands where the name of a user could stand, and is none; in lower case. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set([
  "anonymous",
  "loopback",
  "pvmon",
  "unknown",
]);

/** Somebody with a name: a user of the site's users file, or the holder of an API token. */
export interface Holder {
  readonly name: string;
  readonly role: Role;
}

export interface AccessUser extends Holder {
  /** Another one as soon as the password or the role is another, so that what was begun under the old one can end. */
  readonly stamp: string;
}

/** What the site says of requests in nobody's name. */
export interface AccessPolicy {
  /** What everybody may; null for nothing. */
  readonly anonymous: "viewer" | null;
  /** What this machine itself may; null for no more than everybody; undefined when the site leaves it open. */
  readonly loopback: Role | null | undefined;
  /** There is a users file. True also while it cannot be read, and when its last user was removed: neither may open what it guards. */
  readonly hasUsers: boolean;
  readonly hasTokens: boolean;
  /** Why the users file cannot be read, so that nobody can log in; null when all is well. */
  readonly fault: string | null;
}

/**
 * Users, tokens and what everybody may. Changes of the users file are seen within a second or two. While the file cannot
 * be read there are no users and no signatures; nothing here rejects for it.
 */
export interface AccessService {
  policy(): Promise<AccessPolicy>;
  user(name: string): Promise<AccessUser | undefined>;
  /** Takes as long for a user that there is not. It takes some tenths of a second of a processor: limit how often it is asked. */
  logIn(name: string, password: string): Promise<AccessUser | undefined>;
  /** Compared in a time that does not depend on how much of it is right. */
  tokenHolder(token: string): Holder | undefined;
  /** With a key that lives as long as the users file, base64url; undefined without one. Begin the text with what it is for. */
  sign(text: string): Promise<string | undefined>;
  isSigned(text: string, signature: string): Promise<boolean>;
}
export const ACCESS = token<AccessService>("ACCESS");
