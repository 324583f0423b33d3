/** Events: written once, read newest first. */
import type { Database, Statement } from "better-sqlite3";
import type { EventQuery, EventRow, Page, PvmonEvent } from "pvmon";

type Subject = "host" | "server" | "client" | "pv";

type EventColumns = Omit<PvmonEvent, "id" | "evidence" | Subject> &
  Readonly<Record<Subject, string | null>> & { readonly id: number; readonly evidence: string };

const SUBJECTS: readonly Subject[] = ["host", "server", "client", "pv"];

export class EventTable {
  readonly #database: Database;
  readonly #insert: Statement;
  readonly #purge: Statement;

  constructor(database: Database) {
    this.#database = database;
    this.#insert = database.prepare(
      "INSERT OR REPLACE INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
    this.#purge = database.prepare(
      "DELETE FROM event WHERE id IN (SELECT id FROM event WHERE at < ? ORDER BY at LIMIT ?)",
    );
  }

  write({ event }: EventRow): void {
    this.#insert.run(
      Number(event.id),
      event.at,
      event.type,
      event.severity,
      event.subject,
      event.text,
      JSON.stringify(event.evidence),
      ...SUBJECTS.map((key) => event[key] ?? null),
    );
  }

  /** The latest event, from which the inventory goes on numbering. */
  readLatest(): EventRow[] {
    const rows = this.#database
      .prepare<[], EventColumns>("SELECT * FROM event ORDER BY id DESC LIMIT 1")
      .all();
    return rows.map((row) => ({ kind: "event", event: toEvent(row) }));
  }

  page(query: EventQuery): Page<PvmonEvent> {
    const conditions: string[] = [];
    const values: (string | number)[] = [];
    const where = (sql: string, ...bound: (string | number)[]): void => {
      conditions.push(sql);
      values.push(...bound);
    };
    if (query.from !== undefined) where("at >= ?", query.from);
    if (query.to !== undefined) where("at < ?", query.to);
    if (query.severity !== undefined) where("severity = ?", query.severity);
    if (query.types !== undefined) {
      where(`type IN (${query.types.map(() => "?").join(", ")})`, ...query.types);
    }
    for (const key of SUBJECTS) {
      const value = query[key];
      if (value !== undefined) where(`${key} = ?`, value);
    }
    const filter = () => (conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`);
    const total = this.#database
      .prepare(`SELECT count(*) FROM event${filter()}`)
      .pluck()
      .get(...values);
    if (query.cursor !== undefined) where("id < ?", Number(query.cursor));
    const rows = this.#database
      .prepare<(string | number)[], EventColumns>(
        `SELECT * FROM event${filter()} ORDER BY id DESC LIMIT ?`,
      )
      .all(...values, query.limit + 1);
    const items = rows.slice(0, query.limit).map(toEvent);
    return {
      items,
      total: Number(total),
      next: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null,
    };
  }

  /** Deletes at most `limit` events from before `before`; answers how many. */
  purge(before: number, limit: number): number {
    return this.#purge.run(before, limit).changes;
  }
}

function toEvent({ id, evidence, host, server, client, pv, ...rest }: EventColumns): PvmonEvent {
  return {
    ...rest,
    id: String(id),
    evidence: JSON.parse(evidence),
    ...(host === null ? {} : { host }),
    ...(server === null ? {} : { server }),
    ...(client === null ? {} : { client }),
    ...(pv === null ? {} : { pv }),
  };
}
