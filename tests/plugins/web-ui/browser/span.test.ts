import assert from "node:assert/strict";
import fc from "fast-check";
import {
  beganNow,
  chosen,
  DAY_MS,
  intervalOf,
  panned,
  parametersOf,
  refreshSeconds,
  spanOf,
  zoomed,
} from "../../../../plugins/web-ui/browser/pages/traffic/span.js";
import { sumsOf, timeBins } from "../../../../plugins/web-ui/browser/pages/traffic/time-bins.js";

const NOW = Date.UTC(2026, 10, 28, 12);
const MINUTE = 60_000;
const LONGEST = 2 * 365 * DAY_MS;

const intervals = fc
  .record({ ago: fc.nat(LONGEST), ms: fc.integer({ min: 10 * MINUTE, max: LONGEST }) })
  .map(({ ago, ms }) => ({ from: NOW - ago - ms, to: NOW - ago }));

describe("the span of a chart", () => {
  it("is a range up to now, a day by default", () => {
    assert.deepEqual(intervalOf(spanOf("", "", ""), NOW), { from: NOW - DAY_MS, to: NOW });
    assert.deepEqual(intervalOf(spanOf("1w", "", ""), NOW), { from: NOW - 7 * DAY_MS, to: NOW });
    assert.equal(spanOf("17 fortnights", "", "").range, "1d");
  });

  it("is an hour where what there is began within it, unless a range is given", () => {
    const beganAgo = (...ms: readonly (number | undefined)[]): boolean => {
      const points = (ago: number | undefined) =>
        ago === undefined ? [] : [{ at: new Date(NOW - ago).toISOString(), value: 1 }];
      return beganNow({ to: NOW, series: new Map(ms.map((ago, n) => [`s${n}`, points(ago)])) });
    };
    assert.equal(beganAgo(5 * MINUTE, undefined), true);
    assert.equal(beganAgo(5 * MINUTE, 300 * MINUTE), false);
    assert.equal(beganAgo(undefined), false);
    assert.equal(beganAgo(), false);
    assert.equal(spanOf("", "", "", true).range, "1h");
    assert.equal(spanOf("1w", "", "", true).range, "1w");
  });

  it("is between two times where the address has them, and remembers the range to come back to", () => {
    const times = { from: NOW - DAY_MS, to: NOW - MINUTE };
    const { from, to } = parametersOf(times);
    const span = spanOf("1w", from, to);
    assert.deepEqual(intervalOf(span, NOW), times);
    assert.equal(span.range, "1w");
    assert.equal(refreshSeconds(span), undefined);
  });

  it("takes no times that are none, are in the wrong order, or more than two years apart", () => {
    const { from, to } = parametersOf({ from: NOW - DAY_MS, to: NOW });
    const longAgo = new Date(NOW - LONGEST - 1).toISOString();
    for (const [first, last] of [
      [to, from],
      [from, "tomorrow"],
      [from, ""],
      [longAgo, to],
    ] as const) {
      assert.equal(spanOf("1h", first, last).fixed, undefined, `${first} to ${last}`);
    }
  });

  it("is loaded again often when it is short, and never when it is past", () => {
    const seconds = ["1h", "1d", "1y"].map((range) => refreshSeconds(spanOf(range, "", "")) ?? 0);
    assert.deepEqual(
      seconds,
      seconds.toSorted((a, b) => a - b),
    );
  });

  it("stays one that can be shown, whatever buttons are pressed", () => {
    fc.assert(
      fc.property(intervals, fc.double({ min: 0.1, max: 10, noNaN: true }), (before, by) => {
        for (const { from, to } of [zoomed(before, by, NOW), panned(before, by - 5, NOW)]) {
          assert.ok(to <= NOW);
          assert.ok(to - from >= 10 * MINUTE - 1 && to - from <= LONGEST + 1);
        }
        const moved = panned(before, -0.5, NOW);
        assert.ok(Math.abs(moved.to - moved.from - (before.to - before.from)) <= 1);
        assert.ok(moved.from < before.from);
      }),
    );
  });

  it("shows less and then more of the same middle", () => {
    const before = { from: NOW - 3 * DAY_MS, to: NOW - DAY_MS };
    assert.deepEqual(zoomed(zoomed(before, 0.5, NOW), 2, NOW), before);
  });

  it("is widened when somebody has dragged over less than can be shown", () => {
    const { from, to } = chosen({ from: NOW - 5 * MINUTE, to: NOW - 4 * MINUTE }, NOW);
    assert.equal(to - from, 10 * MINUTE);
    assert.ok(from <= NOW - 5 * MINUTE && to <= NOW);
  });
});

describe("parts of a span", () => {
  it("are few, of readable length, without a gap, and end with it", () => {
    fc.assert(
      fc.property(intervals, (span) => {
        const bins = timeBins(span);
        assert.ok(bins.length >= 1 && bins.length <= 9, String(bins.length));
        assert.equal(bins[0]?.from, span.from);
        assert.equal(bins.at(-1)?.to, span.to);
        for (const [index, { from }] of bins.entries()) {
          if (index > 0) assert.equal(from, bins[index - 1]?.to);
        }
      }),
    );
    assert.equal(timeBins({ from: NOW - 8 * 60 * MINUTE, to: NOW }).length, 8);
  });

  it("have all that was counted: values are per minute, sums are not", () => {
    const bins = timeBins({ from: NOW - 60 * MINUTE, to: NOW });
    const points = [60, 50, 10].map((ago) => ({
      at: new Date(NOW - ago * MINUTE).toISOString(),
      value: 3,
    }));
    const sums = sumsOf(points, 10 * MINUTE, bins);
    assert.equal(
      sums.reduce((sum, value) => sum + value, 0),
      90,
    );
    assert.equal(sums.at(-1), 30);
  });
});
