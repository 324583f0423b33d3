/** What holds from when to when. */
import type { Database, Statement } from "better-sqlite3";
import type { FactRow } from "pvmon";
import { DAY_MS, END_FACT, endFact } from "pvmon/sql-store";

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
    this.#oldest = database.prepare("SELECT min(ends) FROM fact").pluck();
    this.#purge = database.prepare("DELETE FROM fact WHERE ends < ? AND ends < ?");
  }

  write(row: FactRow): void {
    const { fact, subject, value, at } = row;
    if (row.holds) this.#begin.run({ fact, subject, value, at });
    else this.#end.run(...endFact(row));
  }

  /** Deletes at most one day of what ended before `before`; true when there is more to delete. */
  purge(before: number): boolean {
    const oldest = this.#oldest.get();
    if (typeof oldest !== "number" || oldest >= before) return false;
    this.#purge.run(before, oldest + DAY_MS);
    return oldest + DAY_MS < before;
  }
}
