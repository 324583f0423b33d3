import assert from "node:assert/strict";
import fc from "fast-check";
import { IdSet } from "../../../../core/model/inventory/id-set.js";

const id = fc.oneof(fc.nat(70), fc.nat(200_000));

describe("a set of ids", () => {
  it("has what a set has, in ascending order", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom("add", "delete"), id)),
        id,
        (changes, asked) => {
          const ids = new IdSet();
          const expected = new Set<number>();
          for (const [change, each] of changes) {
            if (change === "add") {
              ids.add(each);
              expected.add(each);
            } else {
              ids.delete(each);
              expected.delete(each);
            }
          }
          assert.equal(ids.size, expected.size);
          assert.equal(ids.has(asked), expected.has(asked));
          assert.deepEqual(
            [...ids.toArray()],
            [...expected].sort((a, b) => a - b),
          );
        },
      ),
    );
  });
});
