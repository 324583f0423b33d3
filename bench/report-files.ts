/** The report as files: a page, its picture in two colours, and a part of README.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { coursePicture } from "./course-picture.js";
import { keptFigures, ROOT } from "./figures.js";
import { growthPicture } from "./growth-picture.js";
import { MODULES } from "./modules.js";
import { THEMES } from "./picture.js";
import { headlines, longRun, report } from "./report.js";

const PICTURES = {
  growth: { light: "growth-light.svg", dark: "growth-dark.svg" },
  course: { light: "course-light.svg", dark: "course-dark.svg" },
};
const [BEGIN, END] = ["<!-- figures -->\n", "<!-- /figures -->"];

/** By path in the repository, what the kept figures make of each file. */
export function reportFiles(): ReadonlyMap<string, string> {
  const figures = keptFigures();
  const { growth, course } = PICTURES;
  const run = longRun(figures)?.course;
  return new Map([
    ["docs/figures.md", report(figures, { benchmarks: MODULES, pictures: PICTURES })],
    [`docs/${growth.light}`, growthPicture(figures, THEMES.light)],
    [`docs/${growth.dark}`, growthPicture(figures, THEMES.dark)],
    ...(run === undefined
      ? []
      : ([
          [`docs/${course.light}`, coursePicture(run, THEMES.light)],
          [`docs/${course.dark}`, coursePicture(run, THEMES.dark)],
        ] as const)),
    ["README.md", withFigures(readFileSync(join(ROOT, "README.md"), "utf8"), headlines(figures))],
  ]);
}

export function writeReport(): void {
  for (const [path, content] of reportFiles()) writeFileSync(join(ROOT, path), content);
}

function withFigures(readme: string, figures: string): string {
  const [from, to] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`README.md has no ${BEGIN.trim()} … ${END}`);
  return `${readme.slice(0, from + BEGIN.length)}\n${figures}\n${readme.slice(to)}`;
}
