import assert from "node:assert/strict";
import fc from "fast-check";
import { NameIndex } from "../../../../core/model/names/name-index.js";
import { NONE } from "../../../../core/model/pvs/pv-pool.js";

/** What is found for a hash among ids that are all looked for by id. */
function holds(index: NameIndex, hash: number, id: number): boolean {
  return index.find(hash, (found) => found === id) === id;
}

describe("the index of names", () => {
  it("finds exactly what was inserted and not removed, whatever collides", () => {
    const hash = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer());
    const step = fc.record({ remove: fc.boolean(), hash, pick: fc.nat(), moved: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const index = new NameIndex(4);
        const there = new Map<number, number>();
        const removed = new Map<number, number>();
        for (const [id, { remove, hash, pick, moved }] of steps.entries()) {
          if (remove && there.size > 0) {
            const [gone, goneHash] = [...there][pick % there.size]!;
            index.remove(goneHash, gone);
            there.delete(gone);
            removed.set(gone, goneHash);
          } else {
            index.insert(hash, id);
            there.set(id, hash);
          }
          index.move(moved);
          assert.equal(index.size, there.size);
        }
        for (const [id, itsHash] of there) assert.ok(holds(index, itsHash, id));
        for (const [id, itsHash] of removed) assert.ok(!holds(index, itsHash, id));
      }),
    );
  });

  it("grows a few slots at a time and loses nothing on the way", () => {
    const index = new NameIndex();
    let growing = 0;
    for (let id = 0; id < 100_000; id++) {
      index.insert(Math.imul(id, 0x9e3779b1), id);
      if (index.growing) growing++;
      if (id % 997 === 0) {
        for (let known = id % 7; known <= id; known += 1009) {
          assert.ok(holds(index, Math.imul(known, 0x9e3779b1), known));
        }
      }
    }
    assert.ok(growing > 1000, "for many insertions there were two tables");
    for (let id = 0; id < 100_000; id++) assert.ok(holds(index, Math.imul(id, 0x9e3779b1), id));
  });

  it("does not find what is removed while it grows, then or later", () => {
    const index = new NameIndex(256);
    const hashOf = (id: number) => Math.imul(id, 0x9e3779b1);
    let count = 0;
    while (!index.growing) index.insert(hashOf(count), count++);
    for (let id = 0; id < count; id += 2) index.remove(hashOf(id), id);
    assert.ok(index.growing);
    for (const whenDone of [false, true]) {
      if (whenDone) index.move(Number.POSITIVE_INFINITY);
      for (let id = 0; id < count; id++) assert.equal(holds(index, hashOf(id), id), id % 2 === 1);
    }
    assert.ok(!index.growing);
    assert.equal(index.size, count >> 1);
  });

  it("names a candidate for each hash of a datagram, and none for a hash it does not have", () => {
    const index = new NameIndex();
    index.insert(7, 70);
    index.insert(-7, 71);
    const ids = new Uint32Array(3);
    index.candidates(Int32Array.of(-7, 8, 7), 3, ids);
    assert.deepEqual([...ids], [71, NONE, 70]);
  });
});
