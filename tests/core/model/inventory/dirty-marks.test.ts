import assert from "node:assert/strict";
import fc from "fast-check";
import {
  DirtyKeys,
  DirtyMarks,
  type DirtyVisitor,
} from "../../../../core/model/inventory/dirty-marks.js";

/** The PVs that are told of, and nothing else. */
function drained(marks: DirtyMarks): readonly number[] {
  const told: number[] = [];
  const visitor = { pvs: (ids) => told.push(...ids.take(ids.size)) } as Partial<DirtyVisitor>;
  marks.drain(visitor as DirtyVisitor);
  return told;
}

describe("dirty records", () => {
  it("are each told once, in the order they became dirty, and then no more", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200_000)), (keys) => {
        const dirty = new DirtyKeys();
        for (const key of keys) dirty.add(key);
        const told: number[] = [];
        dirty.drain((key) => {
          told.push(key);
        });
        assert.deepEqual(told, [...new Set(keys)]);
        dirty.drain(() => assert.fail("drained already"));
      }),
    );
  });

  it("that are PVs are told all at once, each once, and then no more", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200_000)), (ids) => {
        const marks = new DirtyMarks();
        for (const id of ids) marks.pv(id);
        assert.deepEqual(new Set(drained(marks)), new Set(ids));
        assert.deepEqual(drained(marks), []);
      }),
    );
  });

  it("that become dirty while told wait for the next time", () => {
    const dirty = new DirtyKeys();
    dirty.add(7);
    dirty.drain((key) => dirty.add(key));
    const told: number[] = [];
    dirty.drain((key) => {
      told.push(key);
    });
    assert.deepEqual(told, [7]);
  });
});
