import assert from "node:assert/strict";
import fc from "fast-check";
import {
  chartData,
  csvOf,
  type Line,
  loneIndexes,
  valueAt,
} from "../../../../plugins/web-ui/browser/components/chart-data.js";

const START = Date.UTC(2026, 10, 28);
const MINUTE = 60_000;

/** Of values by minute. */
function line(name: string, values: Readonly<Record<number, number>>): Line {
  const points = Object.entries(values).map(([minute, value]) => ({
    at: new Date(START + Number(minute) * MINUTE).toISOString(),
    value,
  }));
  return { name, label: name, colour: 1, points };
}

const minutes = ({ times }: { readonly times: readonly number[] }): number[] =>
  times.map((at) => (at - START) / MINUTE);

describe("the numbers of a chart", () => {
  it("stand on one axis, with nothing where a line has no value", () => {
    const data = chartData([line("a", { 0: 1, 1: 2 }), line("b", { 1: 5, 2: 6 })]);
    assert.deepEqual(minutes(data), [0, 1, 2]);
    assert.deepEqual(data.values, [
      [1, 2, null],
      [null, 5, 6],
    ]);
  });

  it("keep their gaps: between points that are too far apart there is one without a value", () => {
    const data = chartData([line("a", { 0: 1, 1: 2, 5: 3 })], MINUTE);
    assert.deepEqual(minutes(data), [0, 1, 2, 5]);
    assert.deepEqual(data.values, [[1, 2, null, 3]]);
  });

  it("have every point of every line, in the order of time", () => {
    const values = fc.dictionary(fc.nat(50).map(String), fc.nat(1000));
    fc.assert(
      fc.property(fc.array(values, { maxLength: 4 }), (each) => {
        const lines = each.map((points, index) => line(String(index), points));
        const { times, values: columns } = chartData(lines, MINUTE);
        assert.deepEqual(
          times,
          times.toSorted((a, b) => a - b),
        );
        assert.equal(new Set(times).size, times.length);
        for (const [index, points] of each.entries()) {
          for (const [minute, value] of Object.entries(points)) {
            const place = times.indexOf(START + Number(minute) * MINUTE);
            assert.equal(columns[index]?.[place], value);
          }
          const present = columns[index]?.filter((value) => value !== null) ?? [];
          assert.equal(present.length, Object.keys(points).length);
        }
      }),
    );
  });

  it("are told at the cursor, or else the latest of each line", () => {
    assert.equal(valueAt([1, 2, null], 0), 1);
    assert.equal(valueAt([1, 2, null], 2), null);
    assert.equal(valueAt([1, 2, null], null), 2);
    assert.equal(valueAt([], null), null);
  });

  it("are drawn as points where they have no neighbour", () => {
    assert.deepEqual(loneIndexes([1, null, 2, 3, null, 4]), [0, 5]);
    assert.deepEqual(loneIndexes([7]), [0]);
    assert.deepEqual(loneIndexes([]), []);
  });

  it("become a file with times in UTC, labels quoted, and no formulas from the network", () => {
    const names = [line("a", { 0: 1.5 }), line("b", { 1: 2 })];
    const [first, second] = names;
    assert.ok(first !== undefined && second !== undefined);
    const text = csvOf(
      [
        { ...first, label: 'All, "now"' },
        { ...second, label: "=1+1" },
      ],
      "names",
    );
    assert.deepEqual(text.split("\r\n"), [
      `time,"All, ""now"" (names)",'=1+1 (names)`,
      "2026-11-28T00:00:00.000Z,1.5,",
      "2026-11-28T00:01:00.000Z,,2",
      "",
    ]);
  });
});
