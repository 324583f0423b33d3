/** The span of time that is looked at: a range up to now, or between two times; and the steps to others beside it. */
import type { Interval } from "../../api/blind-intervals.js";
import type { TrafficData } from "../../api/traffic.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 365 * DAY_MS;

/** The values are what the API calls them. */
export const RANGES = [
  { value: "1h", text: "Hour", ms: HOUR_MS },
  { value: "6h", text: "6 hours", ms: 6 * HOUR_MS },
  { value: "1d", text: "Day", ms: DAY_MS },
  { value: "1w", text: "Week", ms: 7 * DAY_MS },
  { value: "30d", text: "Month", ms: 30 * DAY_MS },
  { value: "60d", text: "2 months", ms: 60 * DAY_MS },
  { value: "180d", text: "6 months", ms: 180 * DAY_MS },
  { value: "1y", text: "Year", ms: YEAR_MS },
  { value: "2y", text: "2 years", ms: 2 * YEAR_MS },
] as const;
const DEFAULT_RANGE = "1d";
/** Of a day that has values only of its end. */
const YOUNG_RANGE = "1h";
const YOUNG_MS = 2 * HOUR_MS;

/** Less than this shows no line: values are by the minute. */
const MIN_SPAN_MS = 10 * MINUTE_MS;
const MAX_SPAN_MS = 2 * YEAR_MS;

export interface Span {
  /** As in the address; the range to come back to while two times are chosen. */
  readonly range: string;
  /** Undefined: up to now. */
  readonly fixed: Interval | undefined;
  readonly ms: number;
}

/**
 * Of the parameters of the address; what is no such thing is left out.
 * @param isYoung where no range is given: what there is began a short while ago
 */
export function spanOf(range: string, from: string, to: string, isYoung = false): Span {
  const known = RANGES.find(({ value }) => value === range);
  const byDefault = isYoung ? YOUNG_RANGE : DEFAULT_RANGE;
  const { value, ms } = known ?? RANGES.find((entry) => entry.value === byDefault) ?? RANGES[0];
  const times = { from: Date.parse(from), to: Date.parse(to) };
  const length = times.to - times.from;
  if (length > 0 && length <= MAX_SPAN_MS) return { range: value, fixed: times, ms: length };
  return { range: value, fixed: undefined, ms };
}

/** Whether series of a day have values, and only at its end: most of a chart would be empty. */
export function beganNow({ to, series }: Pick<TrafficData, "to" | "series">): boolean {
  const firsts = [...series.values()].map(([first]) =>
    first === undefined ? to : Date.parse(first.at),
  );
  const first = Math.min(to, ...firsts);
  return first < to && first > to - YOUNG_MS;
}

export function intervalOf({ fixed, ms }: Span, now: number): Interval {
  return fixed ?? { from: now - ms, to: now };
}

/** As parameters of the address. */
export function parametersOf({ from, to }: Interval): {
  readonly from: string;
  readonly to: string;
} {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

/** Around the middle; `factor` below 1 shows less. Never beyond now, never less than ten minutes or more than two years. */
export function zoomed({ from, to }: Interval, factor: number, now: number): Interval {
  const ms = Math.min(MAX_SPAN_MS, Math.max(MIN_SPAN_MS, (to - from) * factor));
  const end = Math.min(now, (from + to + ms) / 2);
  return { from: Math.round(end - ms), to: Math.round(end) };
}

/** By a share of its length, back when negative. Never beyond now. */
export function panned({ from, to }: Interval, share: number, now: number): Interval {
  const end = Math.min(now, to + (to - from) * share);
  return { from: Math.round(end - (to - from)), to: Math.round(end) };
}

/** Widened to what a chart can show, as somebody may have dragged over a pixel. */
export function chosen(interval: Interval, now: number): Interval {
  return interval.to - interval.from >= MIN_SPAN_MS ? interval : zoomed(interval, 1, now);
}

/** How often a span up to now is loaded anew. */
export function refreshSeconds({ fixed, ms }: Span): number | undefined {
  if (fixed !== undefined) return undefined;
  if (ms <= 6 * HOUR_MS) return 20;
  return ms <= DAY_MS ? 60 : 300;
}
