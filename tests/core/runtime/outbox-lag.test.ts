import assert from "node:assert/strict";
import { OutboxLag } from "../../../core/runtime/outbox-lag.js";

const DAY_SECONDS = 86_400;

describe("how far a store is behind", () => {
  const come = (lag: OutboxLag, rows: number): void => {
    for (let n = 0; n < rows; n++) lag.add();
  };

  it("is for how long the oldest row has waited, and nothing when none waits", () => {
    const lag = new OutboxLag();
    assert.equal(lag.ms(5000), 0);
    come(lag, 3);
    lag.look(3, 1000, false);
    come(lag, 2);
    lag.look(5, 4000, true);
    assert.equal(lag.ms(6000), 5000);
    lag.look(2, 6000, true);
    assert.equal(lag.ms(7000), 3000);
    lag.look(0, 8000, false);
    assert.equal(lag.ms(9000), 0);
  });

  it("counts what an earlier process has left from the beginning of this one", () => {
    const lag = new OutboxLag();
    lag.look(100, 0, true);
    come(lag, 1);
    lag.look(101, 2000, true);
    assert.equal(lag.ms(60_000), 60_000);
    lag.look(1, 60_000, true);
    assert.equal(lag.ms(60_000), 58_000);
  });

  it("is known about as well after a day, in as little memory", () => {
    const lag = new OutboxLag();
    let waiting = 0;
    // Ten rows a second come, nine go.
    for (let second = 1; second <= DAY_SECONDS; second++) {
      come(lag, 10);
      waiting += 1;
      lag.look(waiting, second * 1000, true);
    }
    const exactMs = (waiting / 10) * 1000;
    const ms = lag.ms(DAY_SECONDS * 1000);
    assert.ok(ms > 0.8 * exactMs && ms <= 1.01 * exactMs, `${ms} instead of ${exactMs}`);
  });

  it("counts from ten seconds on until it is well below, but not for a write that only begins", () => {
    const lag = new OutboxLag();
    come(lag, 1);
    lag.look(1, 0, false);
    lag.look(1, 60_000, false);
    assert.ok(!lag.isBehind);
    lag.look(1, 60_000, true);
    assert.ok(lag.isBehind);
    come(lag, 1);
    lag.look(2, 62_000, true);
    lag.look(1, 70_000, true);
    assert.ok(lag.isBehind);
    come(lag, 1);
    lag.look(2, 72_000, true);
    lag.look(1, 73_000, false, true);
    assert.ok(lag.isBehind);
    lag.look(1, 74_000, false, false);
    assert.ok(!lag.isBehind);
  });
});
