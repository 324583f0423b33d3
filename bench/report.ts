/** The report of the kept figures, as Markdown: what was measured, what the goal is, whether it is reached, what a peer does. */
import { type Goal, MILLION } from "./benchmark.js";
import { type Figure, type JudgedGoal, type Machine, measured } from "./figures.js";
import { amount } from "./report-text.js";

/** Of README.md: what a reader wants to know first. */
const HEADLINES: readonly string[] = [
  "decode",
  "fold",
  "replay",
  "memory",
  "restart",
  "restart-mariadb",
];

interface Row {
  readonly figure: Figure;
  /** Undefined where the figure has no goal. */
  readonly goal?: JudgedGoal;
}

export interface ReportOptions {
  /** All benchmarks: what was not measured is told as well. */
  readonly benchmarks: readonly string[];
  /** The paths of the plots, from the report. */
  readonly pictures: PicturesOf;
}

/** By what they show. */
export interface PicturesOf {
  readonly growth: PicturePaths;
  readonly course: PicturePaths;
}

/** In two colours, as the page that shows it. */
export interface PicturePaths {
  readonly light: string;
  readonly dark: string;
}

export function report(
  figures: readonly Figure[],
  { benchmarks, pictures }: ReportOptions,
): string {
  const rows = rowsOf(figures);
  const judged = rows.flatMap(({ goal }) => goal ?? []);
  const reached = judged.filter((goal) => goal.reached).length;
  return `# Figures

Made by \`npm run bench -- --report\` from [figures.jsonl](figures.jsonl), which has every figure with its machine and
its time: change nothing here. ${reached} of ${judged.length} goals are reached${notMeasured(figures, benchmarks)}.

${machinesOf(figures)}

Sizes are distinct names of about 24 characters, a million where none is told. A peer ran right after pvmon, in the same
run. A full 1 Gbit/s wire carries about 3 million such names per second.

${table(rows)}
## How costs grow

${pictureOf(pictures.growth, growthInWords(figures))}${courses(figures, pictures.course)}`;
}

/** The figure of a long run, if there is one. */
export function longRun(figures: readonly Figure[]): Figure | undefined {
  return figures.find(({ course }) => course !== undefined);
}

function courses(figures: readonly Figure[], paths: PicturePaths): string {
  const figure = longRun(figures);
  if (figure?.course === undefined) return "";
  const { minutes, lines } = figure.course;
  const words = `${Object.keys(lines).join(", ")}, over ${Math.round(minutes.at(-1) ?? 0)} minutes`;
  return `
## In the course of time

\`${figure.name}\`: ${figure.what}.

${pictureOf(paths, words)}`;
}

function pictureOf({ light, dark }: PicturePaths, words: string): string {
  return `<picture>
  <source media="(prefers-color-scheme: dark)" srcset="${dark}">
  <img src="${light}" alt="${words}">
</picture>
`;
}

function notMeasured(figures: readonly Figure[], benchmarks: readonly string[]): string {
  const missing = benchmarks.filter((name) => figures.every((figure) => figure.name !== name));
  if (missing.length === 0) return "";
  return `, and not measured: ${missing.map((name) => `\`${name}\``).join(", ")}`;
}

/** The few rows that README.md shows. */
export function headlines(figures: readonly Figure[]): string {
  const rows = rowsOf(figures).filter(
    ({ figure, goal }) => HEADLINES.includes(figure.name) && goal?.of === undefined,
  );
  return `${machinesOf(figures)}\n\n${table(rows)}`;
}

/** Every figure of the usual size, with a row for each goal; of other sizes those that a goal is set for. */
function rowsOf(figures: readonly Figure[]): readonly Row[] {
  return figures.flatMap((figure) => {
    const { goals = [] } = figure;
    const isMain = goals.some(({ of }) => of === undefined) || figure.names !== MILLION;
    return [...(isMain ? [] : [{ figure }]), ...goals.map((goal) => ({ figure, goal }))];
  });
}

function table(rows: readonly Row[]): string {
  if (rows.length === 0) return "No figure is kept yet.\n";
  const head = ["what", "goal", "measured", "reached", "peer"];
  const lines = [head, head.map(() => "---"), ...rows.map(cells)];
  return lines.map((line) => `| ${line.map(escaped).join(" | ")} |\n`).join("");
}

function cells({ figure, goal }: Row): readonly string[] {
  const value = goal === undefined ? figure.figure : measured(figure, goal);
  const unit = goal?.of === undefined ? figure.unit : goal.unit;
  const size = figure.names === MILLION ? "" : ` (${amount(figure.names)} names)`;
  const what = [
    `\`${figure.name}\`: ${figure.of ?? figure.what}`,
    ...(goal?.of === undefined ? [] : [goal.what ?? `\`${goal.of}\``]),
  ];
  return [
    what.join(", ") + size,
    goal === undefined ? "" : bound(goal),
    `${amount(value)} ${unit}`,
    goal === undefined ? "" : goal.reached ? "yes" : "**no**",
    goal?.of === undefined ? peerOf(figure) : "",
  ];
}

function bound({ atLeast, atMost, unit }: Goal): string {
  return atLeast === undefined
    ? `≤ ${amount(atMost ?? 0)} ${unit}`
    : `≥ ${amount(atLeast)} ${unit}`;
}

/** What the peer does, and how often it goes into what pvmon does, or the other way round. */
function peerOf({ figure, unit, peer }: Figure): string {
  if (peer === undefined) return "";
  const [more, less] = [Math.max(figure, peer.figure), Math.min(figure, peer.figure)];
  // Of what is to be nothing there is no multiple.
  const ratio = less === 0 ? "" : `, ratio ${amount(more / less)}`;
  return `${amount(peer.figure)} ${unit}${ratio}: ${peer.name}`;
}

function machinesOf(figures: readonly Figure[]): string {
  const machines = [...new Set(figures.map(({ machine }) => machineInWords(machine)))];
  return machines
    .map((machine) => {
      const its = figures.filter((figure) => machineInWords(figure.machine) === machine);
      const days = its.map(({ at }) => at.slice(0, 10)).sort();
      const [first, last] = [days[0], days.at(-1)];
      const when = first === last ? `on ${first}` : `from ${first} to ${last}`;
      const rows = [...new Set(its.map(({ name }) => `\`${name}\``))].join(", ");
      return `Measured ${when} on ${machine}${machines.length > 1 ? `: ${rows}` : ""}.`;
    })
    .join("\n");
}

function machineInWords({ cpu, cores, memoryGigabytes, system, node }: Machine): string {
  return `${cores} cores of ${cpu}, ${memoryGigabytes} GB of memory, ${system}, Node ${node}`;
}

/** For those who do not see the picture. */
function growthInWords(figures: readonly Figure[]): string {
  const sizes = [...new Set(figures.map(({ names }) => names))].sort((a, b) => a - b).map(amount);
  return `Plots of what grows with the number of names, at ${sizes.join(", ")} names`;
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|");
}
