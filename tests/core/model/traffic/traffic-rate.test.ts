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

  it("counts what comes late as of now", () => {
    const rate = new RateWindow(1000, 10);
    rate.add(START + 5_000, 1);
    rate.add(START + 4_000, 1);
    assert.equal(rate.perSecond(START + 5_999) > 0, true);
    assert.equal(rate.perSecond(START + 14_000), 0.22);
  });
});
