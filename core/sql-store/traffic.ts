/**
 * Traffic by the minute, and the same by ten minutes, hour and day, so that two years of it answer as fast as one hour: a
 * table `traffic` of (step_ms, at, series, total, minutes), the first three the key. `total` is the sum over the `minutes`
 * minutes of the step that begins at `at`. Wider steps are computed again from the next finer one whenever a minute in them
 * is written, so the last point of every plot is current, and a minute that is written twice counts once.
 */
import type { TopEntry, TopQuery, TrafficPoint } from "../model/views.js";
import type { SqlRow, SqlValue } from "./sql.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** From fine to wide; `keep` is the option that says how many days of it are kept. */
export const STEPS = [
  { stepMs: MINUTE_MS, keep: "minutes" },
  { stepMs: 10 * MINUTE_MS, keep: "tenMinutes" },
  { stepMs: HOUR_MS, keep: "hours" },
  { stepMs: DAY_MS, keep: "days" },
] as const;

const MAX_POINTS = 1000;
/** Widths of a point that people can read off an axis; beyond the last, whole multiples of it. */
const WIDTHS_MS: readonly number[] = [
  ...[1, 2, 5, 10, 20, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
  DAY_MS,
];

/** Written for every minute that pvmon watched, so its count says how many minutes a step really covers. */
const EVERY_MINUTE = "searchNames";

export interface TrafficPlan {
  /** Of a point. */
  readonly widthMs: number;
  /** Of the rows that it is made of. */
  readonly stepMs: number;
  /** `from`, widened to a whole point. */
  readonly from: number;
}

/** The finest points that are at most 1,000, from the widest rows that make them up. */
export function trafficPlan({
  from,
  to,
}: {
  readonly from: number;
  readonly to: number;
}): TrafficPlan {
  const idealMs = (to - from) / MAX_POINTS;
  const widthMs =
    WIDTHS_MS.find((width) => width >= idealMs) ?? Math.ceil(idealMs / DAY_MS) * DAY_MS;
  const stepMs = STEPS.findLast((step) => widthMs % step.stepMs === 0)?.stepMs ?? MINUTE_MS;
  return { widthMs, stepMs, from: from - (from % widthMs) };
}

/** What has to be computed again, in this order, after these minutes were written. */
export function* stepsToRoll(
  minutes: readonly number[],
): Generator<{ readonly stepMs: number; readonly finerMs: number; readonly at: number }> {
  for (const [index, { stepMs }] of STEPS.entries()) {
    const finerMs = STEPS[index - 1]?.stepMs;
    if (finerMs === undefined) continue;
    for (const at of new Set(minutes.map((minuteAt) => minuteAt - (minuteAt % stepMs)))) {
      yield { stepMs, finerMs, at };
    }
  }
}

/** The latest minute, so that a restart within it goes on counting. */
export const LATEST_TRAFFIC = `SELECT at, series, total FROM traffic
  WHERE step_ms = ${MINUTE_MS} AND at = (SELECT max(at) FROM traffic WHERE step_ms = ${MINUTE_MS})`;

/** Mean per minute over each point of one series; points that nobody watched are missing. */
export const POINTS = `SELECT part.at - part.at % ?, sum(part.total) /
    CASE WHEN sum(part.minutes) > sum(coalesce(whole.minutes, 0)) THEN sum(part.minutes) ELSE sum(coalesce(whole.minutes, 0)) END
  FROM traffic part LEFT JOIN traffic whole
    ON whole.step_ms = part.step_ms AND whole.at = part.at AND whole.series = '${EVERY_MINUTE}'
  WHERE part.step_ms = ? AND part.series = ? AND part.at >= ? AND part.at < ?
  GROUP BY 1 ORDER BY 1`;

export function pointsValues(plan: TrafficPlan, series: string, to: number): readonly SqlValue[] {
  return [plan.widthMs, plan.stepMs, series, plan.from, to];
}

/** A range that begins within a point may touch one more than the most there are to be: the oldest goes. */
export function trafficPoints(rows: readonly SqlRow[]): TrafficPoint[] {
  const points = rows.map(([at, value]) => ({ at: Number(at), value: Number(value) }));
  return points.slice(-MAX_POINTS);
}

/** The series of one kind with the largest sums, and in each row the sum of all names that others than pvmon asked for. */
export const TOP = `SELECT series, sum(total) AS requests,
    (SELECT sum(total) FROM traffic WHERE step_ms = ? AND at >= ? AND at < ?
      AND series IN ('clientNames', 'archiverNames', 'gatewayNames')) AS names
  FROM traffic WHERE step_ms = ? AND at >= ? AND at < ? AND series >= ? AND series < ?
  GROUP BY series HAVING sum(total) > 0 ORDER BY requests DESC, series LIMIT ?`;

/** `from` is widened to a whole step. */
export function topValues({ by, from, to, limit }: TopQuery): readonly SqlValue[] {
  const { stepMs } = trafficPlan({ from, to });
  const span = [stepMs, from - (from % stepMs), to];
  // All that begins with `client:` or `pv:` lies between that and the next character.
  return [...span, ...span, `${by}:`, `${by};`, limit];
}

export function topEntries(rows: readonly SqlRow[], { by }: TopQuery): readonly TopEntry[] {
  return rows.map(([series, requests, names]) => ({
    name: String(series).slice(by.length + 1),
    requests: Number(requests),
    share: Number(names) > 0 ? Math.min(1, Number(requests) / Number(names)) : 0,
  }));
}
