/** Many events of one kind at one time, as when an IOC with a thousand PVs is lost, are one line that can be opened. */
import type { Happening } from "../api/types.js";

/** Fewer are better read one by one. */
const LEAST = 4;
const APART_MS = 60_000;

/** The same items in the same order, those that belong together in one list. */
export function runsOf<T extends Pick<Happening, "type" | "severity" | "at">>(
  items: readonly T[],
): readonly (readonly T[])[] {
  const runs: T[][] = [];
  for (const item of items) {
    const run = runs.at(-1);
    if (run !== undefined && belongs(item, run.at(-1))) run.push(item);
    else runs.push([item]);
  }
  return runs.flatMap((run) => (run.length < LEAST ? run.map((item) => [item]) : [run]));
}

function belongs<T extends Pick<Happening, "type" | "severity" | "at">>(
  item: T,
  before: T | undefined,
): boolean {
  return (
    before !== undefined &&
    item.type === before.type &&
    item.severity === before.severity &&
    Math.abs(Date.parse(before.at) - Date.parse(item.at)) <= APART_MS
  );
}
