import assert from "node:assert/strict";
import fc from "fast-check";
import { IdSet } from "../../../core/model/inventory/id-set.js";
import { Fifo } from "../../../core/runtime/fifo.js";

describe("a bounded queue", () => {
  it("holds the latest items, in order, and counts the others, whatever is pushed and released", () => {
    const steps = fc.array(fc.oneof(fc.constant("push" as const), fc.nat(8)), { maxLength: 4000 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 20 }), (script, limit) => {
        const fifo = new Fifo<number>(limit);
        let model: number[] = [];
        let pushed = 0;
        let dropped = 0;
        for (const step of script) {
          if (step === "push") {
            fifo.push(pushed);
            model.push(pushed++);
            if (model.length > limit) {
              model = model.slice(1);
              dropped++;
            }
          } else {
            fifo.releaseTo(fifo.first + step);
            model = model.slice(step);
          }
          assert.equal(fifo.length, model.length);
          assert.deepEqual([fifo.end, fifo.dropped], [pushed, dropped]);
        }
        assert.deepEqual(fifo.peek(limit), model);
        assert.deepEqual(fifo.peek(2), model.slice(0, 2));
      }),
    );
  });
});

it("a bounded queue keeps its places when thousands have come and gone", () => {
  const fifo = new Fifo<number>(100);
  for (let item = 0; item < 10_000; item++) {
    fifo.push(item);
    if (item % 3 === 0) fifo.releaseTo(item - 10);
    assert.equal(fifo.end, item + 1);
    assert.equal(fifo.peek(1)[0], fifo.first);
  }
});

describe("a set of ids", () => {
  it("holds each id once and gives every one of them its turn, whatever is added and taken", () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ add: fc.oneof(fc.nat(100), fc.nat(200_000)) }),
        fc.record({ addAll: fc.array(fc.oneof(fc.nat(100), fc.nat(200_000))) }),
        fc.record({ take: fc.nat(40) }),
      ),
      { maxLength: 300 },
    );
    fc.assert(
      fc.property(steps, (script) => {
        const ids = new IdSet();
        const model = new Set<number>();
        for (const step of script) {
          if ("add" in step) {
            ids.add(step.add);
            model.add(step.add);
          } else if ("addAll" in step) {
            ids.addAll(new IdSet(step.addAll));
            for (const id of step.addAll) model.add(id);
          } else {
            const taken = ids.take(step.take);
            assert.equal(taken.length, Math.min(step.take, model.size));
            for (const id of taken) assert.ok(model.delete(id), `${id} was not in it`);
          }
          assert.equal(ids.size, model.size);
        }
      }),
    );
  });

  it("does not starve an id while others are added again and again", () => {
    const ids = new IdSet();
    ids.add(70_000);
    for (let round = 0; round < 1000; round++) {
      for (let id = 0; id < 64; id++) ids.add(id);
      if (ids.take(32).includes(70_000)) return;
    }
    assert.fail("its turn never came");
  });
});
