/**
 * HalfSipHash-1-3 (Aumasson, Bernstein: SipHash; the Linux kernel's `hsiphash`): a keyed hash made for hash tables whose
 * keys come from strangers. Without the key nobody can make names that collide.
 */

import { lastWordAt, wordAt } from "./name-words.js";

const FINAL_ROUNDS = 3;

export interface HashKey {
  readonly low: number;
  readonly high: number;
}

/** @param seed an integer of 0..2^53-1. */
export function hashKey(seed: number): HashKey {
  return { low: seed | 0, high: Math.floor(seed / 2 ** 32) | 0 };
}

/**
 * @param begin where in `view` the name begins.
 * @param length of its bytes.
 * @returns a signed 32-bit integer.
 */
export function hashName(
  view: DataView,
  begin: number,
  length: number,
  { low, high }: HashKey,
): number {
  let v0 = low;
  let v1 = high;
  let v2 = 0x6c79_6765 ^ low;
  let v3 = 0x7465_6462 ^ high;
  const last = length >>> 2;
  for (let index = 0; index <= last + FINAL_ROUNDS; index++) {
    let word = 0;
    if (index < last) word = wordAt(view, begin + 4 * index);
    // The bytes that fill no word go together with the length, which has the top byte of the last word.
    else if (index === last) {
      word = (length << 24) | lastWordAt(view, begin + 4 * index, length & 3);
    } else if (index === last + 1) v2 ^= 0xff;
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  return v1 ^ v3;
}
