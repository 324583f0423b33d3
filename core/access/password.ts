/** Passwords as they are kept: hashed by scrypt, with its cost and salt beside the hash, so that the cost can be raised later. */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { UsersError } from "./users-error.js";

export interface PasswordHash {
  /** CPU and memory cost, a power of two; `r` is the block size, `p` the passes (RFC 7914). */
  readonly N: number;
  readonly r: number;
  readonly p: number;
  /** Base64url, as is the hash. */
  readonly salt: string;
  readonly hash: string;
}

/** 32 MiB and some tenths of a second: one of the settings that OWASP's cheat sheet of 2023 holds for equally strong. */
const COST = { N: 2 ** 15, r: 8, p: 3 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
const MIN_CHARACTERS = 8;
export const MAX_CHARACTERS = 1024;

/** What the password of a user that there is not is held against, so that it takes as long. */
const NOBODY: PasswordHash = {
  ...COST,
  salt: randomBytes(SALT_BYTES).toString("base64url"),
  hash: randomBytes(HASH_BYTES).toString("base64url"),
};

/** @throws UsersError for a password that is too short or too long. */
export async function hashPassword(password: string): Promise<PasswordHash> {
  const { length } = [...normal(password)];
  if (length < MIN_CHARACTERS) {
    throw new UsersError(`a password has at least ${MIN_CHARACTERS} characters`);
  }
  if (length > MAX_CHARACTERS) {
    throw new UsersError(`a password has at most ${MAX_CHARACTERS} characters`);
  }
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, COST, HASH_BYTES);
  return { ...COST, salt: salt.toString("base64url"), hash: hash.toString("base64url") };
}

/** @param kept undefined when there is no such user: false, after the same work. */
export async function isPassword(
  password: string,
  kept: PasswordHash | undefined,
): Promise<boolean> {
  const { salt, hash, ...cost } = kept ?? NOBODY;
  const wanted = Buffer.from(hash, "base64url");
  const found = await derive(password, Buffer.from(salt, "base64url"), cost, wanted.length);
  return timingSafeEqual(found, wanted) && kept !== undefined;
}

/** The same letters typed on another keyboard may be other code points. */
function normal(password: string): string {
  return password.normalize("NFKC");
}

function derive(
  password: string,
  salt: Buffer,
  { N, r, p }: Pick<PasswordHash, "N" | "r" | "p">,
  bytes: number,
): Promise<Buffer> {
  // Node refuses more memory than 32 MiB unless it is told; scrypt takes 128 * N * r bytes and a little.
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r };
  return new Promise((resolve, reject) => {
    scrypt(normal(password), salt, bytes, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
