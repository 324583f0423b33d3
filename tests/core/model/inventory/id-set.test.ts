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

  it("takes in ascending ids, and tells those that it has or lacks of others", () => {
    const ascending = fc.uniqueArray(id).map((ids) => Uint32Array.from(ids).sort((a, b) => a - b));
    fc.assert(
      fc.property(ascending, ascending, ascending, fc.boolean(), (first, second, asked, areIn) => {
        const ids = new IdSet();
        ids.addAscending(first);
        ids.addAscending(second);
        const expected = new Set([...first, ...second]);
        assert.deepEqual(ids.toArray(), Uint32Array.from(expected).sort());
        const count = asked.length >> 1;
        const told = asked.slice();
        assert.deepEqual(
          told.subarray(0, ids.narrow(told, count, areIn)),
          asked.subarray(0, count).filter((one) => expected.has(one) === areIn),
        );
      }),
    );
  });
});
