import assert from "node:assert/strict";
import { hashKey, hashName } from "../../../../core/model/names/name-hash.js";

/** Of 0, 1, 2, … bytes 0, 1, 2, … (Linux kernel, lib/siphash_kunit.c, hsiphash with 32-bit words). */
const KERNEL_VECTORS = [
  0x5814c896, 0xe7e864ca, 0xbc4b0e30, 0x01539939, 0x7e059ea6, 0x88e3d89b, 0xa0080b65, 0x9d38d9d6,
  0x577999b1,
];
const KERNEL_KEY = { low: 0x03020100, high: 0x07060504 };

function hashOf(bytes: Uint8Array, key: typeof KERNEL_KEY): number {
  return hashName(new DataView(bytes.buffer), 0, bytes.length, key) >>> 0;
}

describe("the hash of names", () => {
  it("is HalfSipHash-1-3 as the Linux kernel computes it", () => {
    for (const [length, expected] of KERNEL_VECTORS.entries()) {
      const bytes = Uint8Array.from({ length }, (_, index) => index);
      assert.equal(hashOf(bytes, KERNEL_KEY), expected, `${length} bytes`);
    }
  });

  it("takes 53 bits of a seed as its key", () => {
    const name = new Uint8Array(20).fill(0x41);
    const seeds = [0, 1, 2 ** 31, 2 ** 32, 2 ** 52, Number.MAX_SAFE_INTEGER];
    assert.equal(new Set(seeds.map((seed) => hashOf(name, hashKey(seed)))).size, seeds.length);
  });
});
