import assert from "node:assert/strict";
import fc from "fast-check";
import type { Clock } from "../../../core/plugin/services.js";
import { BackOff } from "../../../core/runtime/back-off.js";
import { DataClock } from "../../../core/runtime/data-clock.js";
import { SystemClock } from "../../../core/runtime/system-clock.js";
import { FakeClock } from "../../../core/testkit/index.js";

describe("a clock moved by data", () => {
  it("calls what falls due on the way, in order, each at its own time", () => {
    const clock = new DataClock(1000);
    const calls: string[] = [];
    const call = (name: string) => () => void calls.push(`${name} ${clock.now()}`);
    clock.after(30, call("late"));
    clock.every(20, call("tick"));
    clock.after(10, call("soon"))();
    clock.advanceTo(1045);
    assert.deepEqual(calls, ["tick 1020", "late 1030", "tick 1040"]);
    assert.deepEqual([clock.now(), clock.elapsed(), clock.pending], [1045, 45, 1]);
  });

  it("never moves back", () => {
    const clock = new DataClock(1000);
    clock.advanceTo(10);
    assert.equal(clock.now(), 1000);
  });
});

describe("a fake clock", () => {
  it("awaits what a timer sets off before the next one is due", async () => {
    const clock = new FakeClock();
    const steps: string[] = [];
    const work = async (): Promise<void> => {
      await clock.sleep(10);
      steps.push("slept");
      await clock.sleep(10);
      steps.push("slept again");
    };
    clock.after(15, () => steps.push("between"));
    const working = work();
    await clock.advance(20);
    await working;
    assert.deepEqual(steps, ["slept", "between", "slept again"]);
  });

  it("calls what fell due in a stall late, and once", async () => {
    const clock = new FakeClock(0);
    const calls: number[] = [];
    clock.every(10, () => calls.push(clock.now()));
    clock.stall(95);
    await clock.advance(20);
    assert.deepEqual(calls, [95, 105, 115]);
  });
});

const clocks: readonly (readonly [string, () => Clock])[] = [
  ["the machine's clock", () => new SystemClock()],
  ["a fake clock", () => new FakeClock()],
];
for (const [name, make] of clocks) {
  it(`sleeping on ${name} ends with the reason of its signal, at once when that has aborted before`, async () => {
    const clock = make();
    const abort = new AbortController();
    const sleeping = clock.sleep(3_600_000, abort.signal);
    abort.abort(new Error("enough"));
    await assert.rejects(sleeping, /enough/);
    await assert.rejects(clock.sleep(3_600_000, abort.signal), /enough/);
  });
}

describe("a back-off", () => {
  it("doubles from the first pause to the longest, each by at most half shorter, and starts over", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), (random) => {
        const backOff = new BackOff({ firstMs: 100, longestMs: 1000, random: () => random });
        for (const fullMs of [100, 200, 400, 800, 1000, 1000]) {
          const pauseMs = backOff.nextMs();
          assert.ok(pauseMs >= fullMs / 2 && pauseMs <= fullMs);
        }
        backOff.reset();
        assert.ok(backOff.nextMs() <= 100);
      }),
    );
  });
});
