import assert from "node:assert/strict";
import { RateWindow } from "../../../../core/model/traffic/traffic-rate.js";

const START = Date.UTC(2026, 0, 1);

describe("a rate window", () => {
  it("is the steady rate once the window is full", () => {
    const rate = new RateWindow(1000, 10);
    for (let at = START; at < START + 30_000; at += 100) rate.add(at, 5);
    assert.equal(rate.perSecond(START + 30_000), 50);
  });

  it("falls to zero when the window has passed, and over any jump", () => {
    const rate = new RateWindow(1000, 10);
    rate.add(START, 100);
    assert.ok(rate.perSecond(START + 9_000) > 0);
    assert.equal(rate.perSecond(START + 10_000), 0);
    rate.add(START + 11_000, 100);
    assert.equal(rate.perSecond(START + 86_400_000), 0);
  });

  it("counts what comes late when it was, even if somebody has asked for the rate meanwhile", () => {
    const rate = new RateWindow(1000, 10);
    rate.add(START + 5_000, 1);
    rate.perSecond(START + 6_500);
    rate.add(START + 4_000, 1);
    assert.equal(rate.between(START + 4_000, START + 5_000), 1);
    assert.equal(rate.perSecond(START + 13_000), 0.22);
    assert.equal(rate.perSecond(START + 14_000), 0.11);
  });

  it("counts what comes from before the window as of now, after a clock that was set back", () => {
    const rate = new RateWindow(1000, 10);
    rate.add(START + 60_000, 1);
    rate.add(START, 2);
    assert.equal(rate.between(START, START + 1_000), 2);
  });

  it("forgets what is later than a clock that was set back, and nothing else", () => {
    for (const backMs of [3_000, 9_000, 60_000]) {
      const rate = new RateWindow(1000, 10);
      for (let second = 0; second < 20; second++) rate.add(START + second * 1000, 1);
      const now = START + 19_000 - backMs;
      rate.clockSet(now);
      assert.equal(rate.between(START, now + 1_000), Math.max(0, 10 - backMs / 1000));
      rate.add(now + 1_000, 5);
      assert.equal(rate.between(now + 1_000, START + 100_000), 5);
    }
  });

  it("knows what was added in some of its buckets, and nothing of earlier or later ones", () => {
    const rate = new RateWindow(1000, 10);
    for (let at = START; at < START + 20_000; at += 500) rate.add(at, 1);
    assert.equal(rate.between(START + 15_000, START + 18_000), 6);
    assert.equal(rate.between(START, START + 11_000), 2);
    assert.equal(rate.between(START + 18_000, START + 30_000), 4);
    assert.equal(rate.between(START + 30_000, START + 40_000), 0);
  });
});
