/** What holds from when to when. */
import type { Database, Statement } from "better-sqlite3";
import { FACTS, type FactRow } from "pvmon";
import { DAY_MS, END_FACT, endFact } from "pvmon/sql-store";

/** Of one kind, since the index of ends begins with the kind. */
export const OLDEST_FACT = "SELECT min(ends) FROM fact WHERE fact = ? AND ends IS NOT NULL";
export const PURGE_FACTS = "DELETE FROM fact WHERE fact = ? AND ends < ?";

export class FactTable {
  readonly #begin: Statement;
  readonly #end: Statement;
  readonly #oldest: Statement;
  readonly #purge: Statement;

  constructor(database: Database) {
    this.#begin = database.prepare(
      `INSERT INTO fact SELECT :fact, :subject, :value, :at, NULL WHERE NOT EXISTS
         (SELECT 1 FROM fact WHERE fact = :fact AND subject = :subject AND value = :value AND ends IS NULL)
       ON CONFLICT (fact, subject, value, begins) DO UPDATE SET ends = NULL WHERE ends = begins`,
    );
    this.#end = database.prepare(END_FACT);
    this.#oldest = database.prepare(OLDEST_FACT).pluck();
    this.#purge = database.prepare(PURGE_FACTS);
  }

  write(row: FactRow): void {
    const { fact, subject, value, at } = row;
    if (row.holds) this.#begin.run({ fact, subject, value, at });
    else this.#end.run(...endFact(row));
  }

  /** Deletes at most one day of what ended before `before` of each kind; true when there is more to delete. */
  purge(before: number): boolean {
    let more = false;
    for (const fact of FACTS) {
      const oldest = this.#oldest.get(fact);
      if (typeof oldest !== "number" || oldest >= before) continue;
      this.#purge.run(fact, Math.min(before, oldest + DAY_MS));
      more ||= oldest + DAY_MS < before;
    }
    return more;
  }
}
