import assert from "node:assert/strict";
import fc from "fast-check";
import { indexInArenaBytes, NameArena } from "../../../../core/model/names/name-arena.js";

const MEGABYTE = 1_000_000;

function viewOf(bytes: readonly number[]): DataView {
  return new DataView(Uint8Array.from(bytes).buffer);
}

function read(arena: NameArena, at: number, length: number): number[] {
  const begin = indexInArenaBytes(at);
  return [...arena.bytesAt(at).subarray(begin, begin + length)];
}

describe("the arena of names", () => {
  it("keeps every name as it was given, whatever others come and go", () => {
    const name = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 30 });
    const step = fc.record({ name, remove: fc.boolean(), pick: fc.nat() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const arena = new NameArena(MEGABYTE);
        const there = new Map<number, number[]>();
        for (const { name: bytes, remove, pick } of steps) {
          if (remove && there.size > 0) {
            const [at, gone] = [...there][pick % there.size]!;
            arena.remove(at, gone.length);
            there.delete(at);
          } else {
            const at = arena.add(viewOf(bytes), 0, bytes.length);
            assert.ok(at !== undefined && !there.has(at));
            there.set(at, bytes);
          }
        }
        for (const [at, bytes] of there) assert.deepEqual(read(arena, at, bytes.length), bytes);
      }),
    );
  });

  it("uses the room of removed names again, so that coming and going takes no more", () => {
    const arena = new NameArena(MEGABYTE);
    const places = new Set<number>();
    for (let round = 0; round < 1000; round++) {
      const length = 17 + (round % 8);
      const at = arena.add(new DataView(new ArrayBuffer(24)), 0, length)!;
      places.add(at);
      arena.remove(at, length);
    }
    assert.equal(places.size, 1);
  });

  it("fills chunk after chunk up to its limit, then says so", () => {
    const arena = new NameArena(3 * MEGABYTE);
    const name = new DataView(new Uint8Array(499).fill(0x41).buffer);
    let names = 0;
    let last = 0;
    for (let at = arena.add(name, 0, 499); at !== undefined; at = arena.add(name, 0, 499)) {
      assert.deepEqual(read(arena, at, 499)[498], 0x41);
      last = at;
      names++;
    }
    assert.ok(names * 504 > 3 * MEGABYTE && names * 504 < 5 * MEGABYTE);
    arena.remove(last, 499);
    assert.equal(arena.add(name, 0, 499), last);
  });
});
