import assert from "node:assert/strict";
import fc from "fast-check";
import {
  NO_NAME,
  RequestRing,
  RingBudget,
  SeenIds,
} from "../../../../core/model/clients/request-ring.js";

function entries(ring: RequestRing): [id: number, mark: number][] {
  const found: [number, number][] = [];
  ring.forEach((id, mark) => {
    found.push([id, mark]);
  });
  return found;
}

function push(ring: RequestRing, ids: readonly number[], mark: number): void {
  ring.push(Uint32Array.from(ids), ids.length, mark);
}

describe("a ring of requests", () => {
  it("tells the latest first, each with its mark", () => {
    const ring = new RequestRing(1000, new RingBudget(1000));
    push(ring, [1, 2], 10);
    push(ring, [3], 20);
    assert.deepEqual(entries(ring), [
      [3, 20],
      [2, 10],
      [1, 10],
    ]);
  });

  it("leaves refused names out", () => {
    const ring = new RequestRing(1000, new RingBudget(1000));
    push(ring, [1, NO_NAME, 2], 10);
    assert.deepEqual(
      entries(ring).map(([id]) => id),
      [2, 1],
    );
  });

  it("keeps exactly the latest, whatever is pushed", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.array(fc.nat(50), { maxLength: 60 }), { maxLength: 30 }),
        (capacity, pushes) => {
          const ring = new RequestRing(capacity, new RingBudget(capacity));
          const all: [number, number][] = [];
          pushes.forEach((ids, mark) => {
            push(ring, ids, mark);
            for (const id of ids) all.unshift([id, mark]);
          });
          assert.deepEqual(entries(ring), all.slice(0, capacity));
          assert.equal(ring.size, Math.min(all.length, capacity));
          assert.equal(ring.pushed, all.length);
        },
      ),
    );
  });

  it("tells no more than are wanted, forgotten names counted", () => {
    const ring = new RequestRing(1000, new RingBudget(1000));
    push(ring, [1, 2, 3, 4], 10);
    ring.forget(new Set([3]));
    const found: number[] = [];
    ring.forEach((id) => void found.push(id), 3);
    assert.deepEqual(found, [4, 2]);
  });

  it("starts small: one request takes room for sixteen", () => {
    const budget = new RingBudget(1000);
    push(new RequestRing(1000, budget), [1], 10);
    assert.ok(budget.take(984));
    assert.ok(!budget.take(1));
  });

  it("stops growing when the budget is spent, and grows again when another ring gives back", () => {
    const budget = new RingBudget(48);
    const [first, second] = [new RequestRing(1000, budget), new RequestRing(1000, budget)];
    push(
      first,
      Array.from({ length: 32 }, (_, id) => id),
      10,
    );
    push(
      second,
      Array.from({ length: 32 }, (_, id) => id),
      10,
    );
    assert.equal(first.size, 32);
    assert.equal(second.size, 16);
    assert.equal(entries(second)[0]![0], 31, "the small ring holds the latest");
    first.release();
    assert.equal(first.size, 0);
    push(second, [50, 51], 20);
    assert.deepEqual(
      entries(second)
        .slice(0, 3)
        .map(([id]) => id),
      [51, 50, 31],
    );
    assert.equal(second.size, 18);
  });

  it("keeps nothing when there is no room at all", () => {
    const ring = new RequestRing(1000, new RingBudget(0));
    push(ring, [1, 2], 10);
    assert.deepEqual(entries(ring), []);
  });

  it("forgets names before their ids get a new meaning", () => {
    const ring = new RequestRing(1000, new RingBudget(1000));
    push(ring, [1, 2, 1, 3], 10);
    ring.forget(new Set([1]));
    assert.deepEqual(
      entries(ring).map(([id]) => id),
      [3, 2],
    );
  });
});

describe("seen ids", () => {
  it("are what a Set is, over any number of rounds", () => {
    const seen = new SeenIds(50);
    fc.assert(
      fc.property(fc.array(fc.nat(5_000_000), { maxLength: 50 }), (ids) => {
        seen.clear();
        const set = new Set<number>();
        for (const id of ids) {
          assert.equal(seen.add(id), !set.has(id));
          set.add(id);
        }
        assert.equal(seen.size, set.size);
      }),
    );
  });
});
