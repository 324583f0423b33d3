import assert from "node:assert/strict";
import fc from "fast-check";
import { EventIds } from "../../../../core/model/inventory/event-id.js";

describe("event ids", () => {
  it("are a thousand times the time of the event", () => {
    assert.equal(new EventIds().next(1_700_000_000_123), "1700000000123000");
  });

  it("grow by one where the time is taken already or runs backwards", () => {
    const ids = new EventIds();
    assert.deepEqual(
      [ids.next(5000), ids.next(5000), ids.next(4000), ids.next(5001)],
      ["5000000", "5000001", "5000002", "5001000"],
    );
  });

  it("go on after those that a store gave back", () => {
    const ids = new EventIds();
    ids.restore("9000000");
    ids.restore("100");
    assert.equal(ids.next(5000), "9000001");
  });

  it("take no nonsense from a store", () => {
    const ids = new EventIds();
    for (const id of ["x", "", "1e400", "12345678901234567890"]) ids.restore(id);
    assert.equal(ids.next(1), "1000");
  });

  it("are unique and growing for any times", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 8.64e15 })), (times) => {
        const ids = new EventIds();
        const made = times.map((at) => BigInt(ids.next(at)));
        for (let index = 1; index < made.length; index++) {
          assert.ok(made[index]! > made[index - 1]!);
        }
      }),
    );
  });
});
