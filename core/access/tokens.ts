/** Static API tokens: known by their hashes only, once the site file has been read. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Holder, Role } from "../plugin/services.js";

export interface TokenEntry {
  readonly name: string;
  readonly role: Role;
  readonly token: string;
}

export class Tokens {
  readonly #holders: readonly { readonly holder: Holder; readonly hash: Buffer }[];

  constructor(entries: readonly TokenEntry[]) {
    this.#holders = entries.map(({ name, role, token }) => ({
      holder: { name, role },
      hash: hashOf(token),
    }));
  }

  get size(): number {
    return this.#holders.length;
  }

  /** Looks at every token, so that the time says nothing about which one fits. */
  find(token: string): Holder | undefined {
    const wanted = hashOf(token);
    const [found] = this.#holders.filter(({ hash }) => timingSafeEqual(hash, wanted));
    return found?.holder;
  }
}

/** Tokens are long and random, so that a plain hash is enough: nobody can try them all. */
function hashOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
