/** The report as files: a page, its picture in two colours, and a part of README.md. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keptFigures, ROOT } from "./figures.js";
import { MODULES } from "./modules.js";
import { growthPicture, THEMES } from "./plots.js";
import { headlines, report } from "./report.js";

const PICTURES = { light: "growth-light.svg", dark: "growth-dark.svg" };
const [BEGIN, END] = ["<!-- figures -->\n", "<!-- /figures -->"];

/** By path in the repository, what the kept figures make of each file. */
export function reportFiles(): ReadonlyMap<string, string> {
  const figures = keptFigures();
  return new Map([
    ["docs/figures.md", report(figures, { benchmarks: MODULES, pictures: PICTURES })],
    [`docs/${PICTURES.light}`, growthPicture(figures, THEMES.light)],
    [`docs/${PICTURES.dark}`, growthPicture(figures, THEMES.dark)],
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
