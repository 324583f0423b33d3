/** Traffic by the minute and by wider steps. */
import type { Database, Statement } from "better-sqlite3";
import type { TrafficRow } from "pvmon";
import {
  DAY_MS,
  type KeepDays,
  LATEST_TRAFFIC,
  type SqlRow,
  STEPS,
  stepsToRoll,
} from "pvmon/sql-store";

export class TrafficTable {
  readonly #upsert: Statement;
  readonly #roll: Statement;
  readonly #oldest: Statement;
  readonly #purge: Statement;
  readonly #latest: Statement<unknown[], SqlRow>;

  constructor(database: Database) {
    this.#latest = database.prepare<unknown[], SqlRow>(LATEST_TRAFFIC).raw();
    this.#upsert = database.prepare("INSERT OR REPLACE INTO traffic VALUES (?, ?, ?, ?, 1)");
    this.#roll = database.prepare(
      `INSERT OR REPLACE INTO traffic
       SELECT :stepMs, :at, series, sum(total), sum(minutes) FROM traffic
       WHERE step_ms = :finerMs AND at >= :at AND at < :at + :stepMs GROUP BY series`,
    );
    this.#oldest = database.prepare("SELECT min(at) FROM traffic WHERE step_ms = ?").pluck();
    this.#purge = database.prepare(
      "DELETE FROM traffic WHERE step_ms = ? AND at < ? AND at < ? + ?",
    );
  }

  readLatest(): TrafficRow[] {
    return this.#latest.all().map(([minuteAt, series, value]) => ({
      kind: "traffic",
      minuteAt: Number(minuteAt),
      series: String(series),
      value: Number(value),
    }));
  }

  write(rows: readonly TrafficRow[]): void {
    const finestMs = STEPS[0].stepMs;
    for (const row of rows) this.#upsert.run(finestMs, row.minuteAt, row.series, row.value);
    for (const step of stepsToRoll(rows.map((row) => row.minuteAt))) this.#roll.run(step);
  }

  /** Deletes at most one day of the oldest rows of each step; true when there is more to delete. */
  purge(keepDays: KeepDays, now: number): boolean {
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
