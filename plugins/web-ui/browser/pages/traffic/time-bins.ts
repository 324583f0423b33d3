/** A span cut in few parts, and how much each client asked for in each of them. */
import type { Interval } from "../../api/blind-intervals.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WIDTHS_MS = [
  ...[1, 2, 5, 10, 20, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 4, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 5, 7, 10, 20, 30, 60, 90, 180, 365].map((days) => days * DAY_MS),
];
/** More shades of one colour cannot be told apart. */
const MAX_BINS = 8;

/** Of equal, readable length, the last one ending with the span; by time. */
export function timeBins({ from, to }: Interval): readonly Interval[] {
  const ms = to - from;
  const width = WIDTHS_MS.find((each) => ms / each <= MAX_BINS) ?? ms / MAX_BINS;
  const count = Math.max(1, Math.ceil(ms / width));
  return Array.from({ length: count }, (_, index) => ({
    from: Math.max(from, to - (count - index) * width),
    to: to - (count - index - 1) * width,
  }));
}

/**
 * How many in each of the bins.
 * @param points values per minute, each for the `stepMs` that begin at it.
 */
export function sumsOf(
  points: readonly { readonly at: string; readonly value: number }[],
  stepMs: number,
  bins: readonly Interval[],
): readonly number[] {
  const minutes = stepMs / MINUTE_MS;
  const sums = bins.map(() => 0);
  for (const { at, value } of points) {
    const middle = Date.parse(at) + stepMs / 2;
    const bin = bins.findIndex(({ from, to }) => middle >= from && middle < to);
    if (bin >= 0) sums[bin] = (sums[bin] ?? 0) + value * minutes;
  }
  return sums;
}
