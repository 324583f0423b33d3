/** The report in the repository: what the kept figures make of it, and what it says of goals. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "../../bench/benchmark.js";
import { type Figure, figureOf } from "../../bench/figures.js";
import { report } from "../../bench/report.js";
import { reportFiles } from "../../bench/report-files.js";
import { ROOT } from "../core/repository.js";

const PICTURES = {
  growth: { light: "growth.svg", dark: "growth-dark.svg" },
  course: { light: "course.svg", dark: "course-dark.svg" },
};
const MILLION = 1_000_000;
const FOLDED: Result = {
  figure: 7_540_000,
  unit: "names/s",
  goals: [
    { atLeast: 4_500_000, unit: "names/s" },
    { of: "pauseMs", what: "longest pause", atMost: 50, unit: "ms" },
  ],
  peer: { name: "a Map", figure: 754_000 },
  also: { pauseMs: 62 },
};

function rowsOf(figures: readonly Figure[]): readonly string[] {
  return report(figures, { benchmarks: ["fold"], pictures: PICTURES })
    .split("\n")
    .filter((line) => line.startsWith("| `"));
}

describe("the report of figures", () => {
  it("in the repository is what the kept figures make", () => {
    for (const [path, content] of reportFiles()) {
      const there = readFileSync(join(ROOT, path), "utf8");
      assert.ok(there === content, `${path} is stale: npm run bench -- --render`);
    }
  });

  it("has a row for each goal, which says whether it is reached", () => {
    const rows = rowsOf([figureOf("fold", "names folded", MILLION, FOLDED)]);
    assert.deepEqual(rows, [
      "| `fold`: names folded | ≥ 4.5 M names/s | 7.54 M names/s | yes | 754 k names/s, ratio 10: a Map |",
      "| `fold`: names folded, longest pause | ≤ 50 ms | 62 ms | **no** |  |",
    ]);
  });

  it("says how many goals are reached, and what was not measured", () => {
    const figures = [figureOf("fold", "names folded", MILLION, FOLDED)];
    const options = { benchmarks: ["fold", "soak"], pictures: PICTURES };
    assert.match(report(figures, options), /1 of 2 goals are reached, and not measured: `soak`\./);
  });

  it("makes no ratio with nothing", () => {
    const lost: Result = { figure: 0, unit: "lost", peer: { name: "tcpdump", figure: 0 } };
    assert.deepEqual(rowsOf([figureOf("fold", "packets", MILLION, lost)]), [
      "| `fold`: packets |  | 0 lost |  | 0 lost: tcpdump |",
    ]);
  });

  it("holds goals only against figures of the size that they are set for", () => {
    assert.equal(figureOf("fold", "names folded", 10_000, FOLDED).goals, undefined);
    assert.deepEqual(rowsOf([figureOf("fold", "names folded", 10_000, FOLDED)]), []);
  });

  it("shows what became of a long run", () => {
    const course = { minutes: [1, 2], lines: { "held memory": [40, 41] }, unit: "MB" };
    const soak = figureOf("soak", "an hour", MILLION, { figure: 1, unit: "MB/h", course });
    const page = report([soak], { benchmarks: ["soak"], pictures: PICTURES });
    assert.match(page, /## In the course of time\n\n`soak`: an hour\.\n/);
    assert.match(page, /<img src="course.svg" alt="held memory, over 2 minutes">/);
  });

  it("refuses a goal for what was not measured", () => {
    const { also, ...without } = FOLDED;
    assert.throws(() => figureOf("fold", "names folded", MILLION, without), /pauseMs/);
  });
});
