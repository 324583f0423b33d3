import assert from "node:assert/strict";
import { PvPurge } from "../../../../core/model/inventory/pv-purge.js";

const START = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;

describe("the purge of old PVs", () => {
  /** Everything that a purge finds from `from` to `to`, ticking each second. */
  function purged(purge: PvPurge, from: number, to: number): number[] {
    const found: number[] = [];
    for (let at = from; at <= to; at += 1000) found.push(...purge.tick(at));
    return found;
  }

  it("finds what nobody used for longer than the limit, once the day changes", () => {
    const ages = [START - 400 * DAY, START - 10 * DAY, undefined, 0];
    const purge = new PvPurge({ slots: () => ages.length, lastUsedAt: (id) => ages[id] }, 365);
    assert.deepEqual(purged(purge, START + 1000, START + 3_600_000), []);
    assert.deepEqual(purged(purge, START + DAY, START + DAY + 10_000), [0, 3]);
    assert.deepEqual(purged(purge, START + DAY + 11_000, START + DAY + 20_000), []);
  });

  it("goes through any number of names, a few thousand a second", () => {
    const slots = 15_001;
    const purge = new PvPurge({ slots: () => slots, lastUsedAt: () => 0 }, 365);
    purge.tick(START);
    let most = 0;
    let all = 0;
    for (let second = 0; second < 10; second++) {
      const found = purge.tick(START + DAY + second * 1000).length;
      most = Math.max(most, found);
      all += found;
    }
    assert.equal(all, slots);
    assert.ok(most <= 2000);
  });
});
