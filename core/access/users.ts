/** The users of a site: what a users file holds, and what can be done to it. Reading and writing are elsewhere. */
import { createHash, randomBytes } from "node:crypto";
import { type Static, Type } from "@sinclair/typebox";
import { Ajv, type ValidateFunction } from "ajv";
import { type AccessUser, RESERVED_NAMES, ROLES, type Role } from "../plugin/services.js";
import { hashPassword } from "./password.js";
import { UsersError } from "./users-error.js";

export const VERSION = 1;
const MAX_USERS = 1000;
const KEY_BYTES = 32;
const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

const strict = { additionalProperties: false };
const base64url = (minLength: number) =>
  Type.String({ pattern: "^[A-Za-z0-9_-]+$", minLength, maxLength: 200 });

const UserSchema = Type.Object(
  {
    name: Type.String({ pattern: NAME.source }),
    role: Type.Union(ROLES.map((role) => Type.Literal(role))),
    // Bounds, so that a hash that somebody wrote cannot take all memory or a minute.
    password: Type.Object(
      {
        N: Type.Union([14, 15, 16, 17, 18].map((bits) => Type.Literal(2 ** bits))),
        r: Type.Integer({ minimum: 1, maximum: 16 }),
        p: Type.Integer({ minimum: 1, maximum: 16 }),
        salt: base64url(22),
        hash: base64url(43),
      },
      strict,
    ),
    changedAt: Type.String({ maxLength: 40 }),
  },
  strict,
);

const UsersSchema = Type.Object(
  {
    version: Type.Literal(VERSION),
    /** Signs sessions; made with the file. Another one ends every session. */
    sessionKey: base64url(43),
    users: Type.Array(UserSchema, { maxItems: MAX_USERS }),
  },
  strict,
);

export type User = Static<typeof UserSchema>;
export type Users = Static<typeof UsersSchema>;

let validate: ValidateFunction<Users> | undefined;

/** @throws UsersError for a text that is no users file, saying what is wrong with it. */
export function parseUsers(text: string): Users {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsersError("it is not JSON");
  }
  const version = (value as { readonly version?: unknown } | null)?.version;
  if (typeof version === "number" && version > VERSION) {
    throw new UsersError(`its version is ${version}: it was written by a later pvmon`);
  }
  validate ??= new Ajv().compile<Users>(UsersSchema);
  if (!validate(value)) {
    const [fault] = validate.errors ?? [];
    throw new UsersError(`${fault?.instancePath || "it"} ${fault?.message ?? "is not valid"}`);
  }
  const names = value.users.map(({ name }) => name);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) throw new UsersError(`the user "${twice}" is in it twice`);
  return value;
}

export function noUsers(): Users {
  return { version: VERSION, sessionKey: randomBytes(KEY_BYTES).toString("base64url"), users: [] };
}

/** Of a user, by all that makes a session what it is. */
export function stampOf({ name, role, password: { salt, hash } }: User): string {
  const text = JSON.stringify([name, role, salt, hash]);
  return createHash("sha256").update(text).digest("base64url").slice(0, 16);
}

export function accessUser(user: User): AccessUser {
  return { name: user.name, role: user.role, stamp: stampOf(user) };
}

/** One change of the users. @throws UsersError where it is not possible. */
export type UsersChange = (users: readonly User[]) => readonly User[] | Promise<readonly User[]>;

/** @param at UTC ms, as below. @throws UsersError at once for a name that cannot be a user's. */
export function addUser(name: string, role: Role, password: string, at: number): UsersChange {
  if (!NAME.test(name) || RESERVED_NAMES.has(name)) {
    throw new UsersError(
      RESERVED_NAMES.has(name)
        ? `"${name}" is no name for a user: pvmon uses it itself`
        : "a name has 1 to 64 small letters, digits, dots, underscores and dashes, a letter or a digit first",
    );
  }
  return async (users) => {
    requireAbsent(users, name);
    if (users.length >= MAX_USERS) throw new UsersError(`there are ${MAX_USERS} users already`);
    return [...users, { name, role, password: await hashPassword(password), changedAt: iso(at) }];
  };
}

/** So that nobody types a password in vain. */
export function requireAbsent(users: readonly User[], name: string): void {
  if (!users.some((user) => user.name === name)) return;
  throw new UsersError(`there is a user "${name}" already`);
}

export function removeUser(name: string): UsersChange {
  return (users) => {
    requireUser(users, name);
    return users.filter((user) => user.name !== name);
  };
}

export function setPassword(name: string, password: string, at: number): UsersChange {
  return async (users) => {
    requireUser(users, name);
    const kept = await hashPassword(password);
    return users.map((user) =>
      user.name === name ? { ...user, password: kept, changedAt: iso(at) } : user,
    );
  };
}

export function setRole(name: string, role: Role, at: number): UsersChange {
  return (users) => {
    requireUser(users, name);
    return users.map((user) => (user.name === name ? { ...user, role, changedAt: iso(at) } : user));
  };
}

export function requireUser(users: readonly User[], name: string): void {
  if (users.some((user) => user.name === name)) return;
  const known = users.map((user) => user.name).slice(0, 20);
  const those = known.length === 0 ? "there is none yet" : `there are ${known.join(", ")}`;
  throw new UsersError(`there is no user "${name}"; ${those}`);
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
