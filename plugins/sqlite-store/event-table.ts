/** Events: written when they happen and again when somebody acknowledges them. */
import type { Database, Statement } from "better-sqlite3";
import type { EventRow } from "pvmon";
import { EVENT_COLUMNS, eventOf, eventValues, RESTORED_EVENTS, type SqlRow } from "pvmon/sql-store";

export class EventTable {
  readonly #database: Database;
  readonly #upsert: Statement;
  readonly #purge: Statement;

  constructor(database: Database) {
    this.#database = database;
    const marks = EVENT_COLUMNS.map(() => "?").join(", ");
    this.#upsert = database.prepare(
      `INSERT OR REPLACE INTO event (${EVENT_COLUMNS.join(", ")}) VALUES (${marks})`,
    );
    this.#purge = database.prepare(
      "DELETE FROM event WHERE id IN (SELECT id FROM event WHERE at < ? ORDER BY at LIMIT ?)",
    );
  }

  write({ event }: EventRow): void {
    this.#upsert.run(...eventValues(event));
  }

  /** What a start needs of them. */
  readRestored(): EventRow[] {
    const rows = this.#database.prepare<[], SqlRow>(RESTORED_EVENTS).raw().all();
    return rows.map((columns) => ({ kind: "event", event: eventOf(columns) }));
  }

  /** Deletes at most `limit` events from before `before`; answers how many. */
  purge(before: number, limit: number): number {
    return this.#purge.run(before, limit).changes;
  }
}
