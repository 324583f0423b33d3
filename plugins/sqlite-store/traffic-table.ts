/**
 * Traffic by the minute, and the same by ten minutes, hour and day, so that two years of it answer as fast as one hour.
 * The wider steps are computed again from the next finer one whenever a minute in them is written: the last point of
 * every plot is current, and a minute that is written twice counts once.
 */
import type { Database, Statement } from "better-sqlite3";
import type { TrafficAnswer, TrafficPoint, TrafficRow } from "pvmon";
import type { Config } from "./config.js";
import type { TrafficRange } from "./protocol.js";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** From fine to wide. */
const STEPS: readonly { readonly stepMs: number; readonly keep: keyof Config["keepDays"] }[] = [
  { stepMs: MINUTE_MS, keep: "minutes" },
  { stepMs: 10 * MINUTE_MS, keep: "tenMinutes" },
  { stepMs: 60 * MINUTE_MS, keep: "hours" },
  { stepMs: DAY_MS, keep: "days" },
];

const MAX_POINTS = 1000;
/** Widths of a point that people can read off an axis; beyond the last, whole multiples of it. */
const WIDTHS_MS: readonly number[] = [
  ...[1, 2, 5, 10, 20, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * 60 * MINUTE_MS),
  DAY_MS,
];
/** Written for every minute that pvmon watched, so its count says how many minutes a step really covers. */
const EVERY_MINUTE = "searchNames";

export class TrafficTable {
  readonly #upsert: Statement;
  readonly #roll: Statement;
  readonly #points: Statement<unknown[], TrafficPoint>;
  readonly #oldest: Statement;
  readonly #purge: Statement;
  readonly #latest: Statement<unknown[], Omit<TrafficRow, "kind">>;

  constructor(database: Database) {
    this.#latest = database.prepare(
      `SELECT at AS minuteAt, series, total AS value FROM traffic
       WHERE step_ms = ${MINUTE_MS} AND at = (SELECT max(at) FROM traffic WHERE step_ms = ${MINUTE_MS})`,
    );
    this.#upsert = database.prepare("INSERT OR REPLACE INTO traffic VALUES (?, ?, ?, ?, 1)");
    this.#roll = database.prepare(
      `INSERT OR REPLACE INTO traffic
       SELECT :stepMs, :at, series, sum(total), sum(minutes) FROM traffic
       WHERE step_ms = :finerMs AND at >= :at AND at < :at + :stepMs GROUP BY series`,
    );
    this.#points = database.prepare(
      `SELECT part.at - part.at % :widthMs AS at, sum(part.total) / max(sum(part.minutes), sum(coalesce(whole.minutes, 0))) AS value
       FROM traffic part LEFT JOIN traffic whole
         ON whole.step_ms = part.step_ms AND whole.at = part.at AND whole.series = '${EVERY_MINUTE}'
       WHERE part.step_ms = :stepMs AND part.series = :series AND part.at >= :from AND part.at < :to
       GROUP BY 1 ORDER BY 1`,
    );
    this.#oldest = database.prepare("SELECT min(at) FROM traffic WHERE step_ms = ?").pluck();
    this.#purge = database.prepare(
      "DELETE FROM traffic WHERE step_ms = ? AND at < ? AND at < ? + ?",
    );
  }

  /** The latest minute, so that a restart within it goes on counting. */
  readLatest(): TrafficRow[] {
    return this.#latest.all().map((row) => ({ kind: "traffic", ...row }));
  }

  write(rows: readonly TrafficRow[]): void {
    for (const row of rows) this.#upsert.run(MINUTE_MS, row.minuteAt, row.series, row.value);
    const minutes = rows.map((row) => row.minuteAt);
    STEPS.forEach(({ stepMs }, index) => {
      const finer = STEPS[index - 1];
      if (finer === undefined) return;
      for (const at of new Set(minutes.map((minuteAt) => minuteAt - (minuteAt % stepMs)))) {
        this.#roll.run({ stepMs, at, finerMs: finer.stepMs });
      }
    });
  }

  /** Mean per minute over each step; `from` is widened to a whole step, and steps that nobody watched have no point. */
  range({ series, from, to }: TrafficRange): TrafficAnswer {
    const idealMs = (to - from) / MAX_POINTS;
    const widthMs =
      WIDTHS_MS.find((width) => width >= idealMs) ?? Math.ceil(idealMs / DAY_MS) * DAY_MS;
    const stepMs = STEPS.findLast((step) => widthMs % step.stepMs === 0)?.stepMs ?? MINUTE_MS;
    const start = from - (from % widthMs);
    return {
      stepMs: widthMs,
      series: series.map((name) => ({
        name,
        points: this.#points
          .all({ widthMs, stepMs, series: name, from: start, to })
          .slice(-MAX_POINTS),
      })),
    };
  }

  /** Deletes at most one day of the oldest rows of each step; true when there is more to delete. */
  purge(keepDays: Config["keepDays"], now: number): boolean {
    let more = false;
    for (const { stepMs, keep } of STEPS) {
      const before = now - keepDays[keep] * DAY_MS;
      const oldest = this.#oldest.get(stepMs);
      if (typeof oldest !== "number" || oldest >= before) continue;
      this.#purge.run(stepMs, before, oldest, DAY_MS);
      more ||= oldest + DAY_MS < before;
    }
    return more;
  }
}
