import assert from "node:assert/strict";
import fc from "fast-check";
import { DirtyIds, DirtyKeys } from "../../../../core/model/inventory/dirty-marks.js";

describe("dirty records", () => {
  it("are each told once, in the order they became dirty, and then no more", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200_000)), (ids) => {
        const [dense, any] = [new DirtyIds(), new DirtyKeys()];
        for (const id of ids) {
          dense.add(id);
          any.add(id);
        }
        for (const dirty of [dense, any]) {
          const told: number[] = [];
          dirty.drain((id) => {
            told.push(id);
          });
          assert.deepEqual(told, [...new Set(ids)]);
          dirty.drain(() => assert.fail("drained already"));
        }
      }),
    );
  });

  it("that become dirty while told wait for the next time", () => {
    for (const dirty of [new DirtyIds(), new DirtyKeys()]) {
      dirty.add(7);
      dirty.drain((id) => dirty.add(id));
      const told: number[] = [];
      dirty.drain((id) => {
        told.push(id);
      });
      assert.deepEqual(told, [7]);
    }
  });
});
