/** Figures as lines of JSON: printed by every run, and kept in docs/figures.jsonl, from which the report is made. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { arch, cpus, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Goal, MILLION, type Result } from "./benchmark.js";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const KEPT = join(ROOT, "docs/figures.jsonl");

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly system: string;
  readonly node: string;
}

export interface JudgedGoal extends Goal {
  readonly reached: boolean;
}

/** One figure of one run. */
export interface Figure extends Result {
  /** Of the benchmark. */
  readonly name: string;
  readonly what: string;
  /** Distinct names. */
  readonly names: number;
  readonly goals?: readonly JudgedGoal[];
  readonly machine: Machine;
  /** ISO 8601. */
  readonly at: string;
}

/** What a benchmark says, with what its goals come to and where and when it was measured. */
export function figureOf(name: string, what: string, names: number, result: Result): Figure {
  const { of, figure, unit, goals = [], peer, also, course } = result;
  const judged = goals
    .filter((goal) => (goal.names ?? MILLION) === names)
    .map((goal) => ({ ...goal, reached: isReached(goal, measured(result, goal)) }));
  return {
    name,
    what,
    names,
    ...(of !== undefined && { of }),
    figure,
    unit,
    ...(judged.length > 0 && { goals: judged }),
    ...(peer && { peer }),
    ...(also && { also }),
    ...(course && { course }),
    machine: thisMachine(),
    at: new Date().toISOString(),
  };
}

/** What is held against the goal. */
export function measured({ figure, also = {} }: Result, { of }: Goal): number {
  const value = of === undefined ? figure : also[of];
  if (typeof value !== "number") throw new Error(`a goal is set for ${of}, which is no figure`);
  return value;
}

/** In the order in which they are kept. */
export function keptFigures(): readonly Figure[] {
  if (!existsSync(KEPT)) return [];
  const lines = readFileSync(KEPT, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Figure);
}

/**
 * Keeps figures of one benchmark at one size in the place of those that there were.
 * @param order names of all benchmarks: what is kept of others is dropped.
 */
export function keepFigures(fresh: readonly Figure[], order: readonly string[]): void {
  const [{ name, names } = { name: "", names: 0 }] = fresh;
  const others = keptFigures().filter((kept) => kept.name !== name || kept.names !== names);
  const all = [...others, ...fresh].filter((kept) => order.includes(kept.name));
  // The sort is stable: lines of one run stay in their order.
  all.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name) || a.names - b.names);
  writeFileSync(KEPT, all.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

function isReached({ atLeast, atMost }: Goal, value: number): boolean {
  return (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost);
}

function thisMachine(): Machine {
  const { length: cores, 0: cpu } = cpus();
  return {
    cpu: cpu?.model ?? "unknown",
    cores,
    memoryGigabytes: Math.round(totalmem() / 1e9),
    system: `${type()} ${release()} ${arch()}`,
    node: process.version,
  };
}
