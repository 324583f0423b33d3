/** The tables that hold the newest state of each record. */
import type { Database, Statement } from "better-sqlite3";
import type { ForgottenRow, Row } from "pvmon";
import {
  RECORD_TABLES,
  readPacked,
  recordTable,
  type SqlRow,
  type TableRow,
  unpackPv,
} from "pvmon/sql-store";

/** More than any site has: addresses that were only ever forged must not fill the disk. */
const MAX_CLIENTS = 100_000;

export class RecordTables {
  readonly #database: Database;
  readonly #upsertPv: Statement;
  readonly #deletePv: Statement;
  readonly #upserts = new Map<Row["kind"], Statement>();
  readonly #deletes = new Map<Row["kind"], Statement>();
  readonly #purgeClients: Statement;

  constructor(database: Database) {
    this.#database = database;
    this.#upsertPv = database.prepare("INSERT OR REPLACE INTO pv VALUES (?, ?, ?, ?, ?, ?, ?)");
    this.#deletePv = database.prepare("DELETE FROM pv WHERE name = ?");
    for (const { kind, table, columns } of RECORD_TABLES) {
      const marks = columns.map(() => "?").join(", ");
      const upsert = `INSERT OR REPLACE INTO ${table} (${columns.join(", ")}) VALUES (${marks})`;
      this.#upserts.set(kind, database.prepare(upsert));
      this.#deletes.set(kind, database.prepare(`DELETE FROM ${table} WHERE ${columns[0]} = ?`));
    }
    this.#purgeClients = database.prepare(
      `DELETE FROM client WHERE client IN
         (SELECT client FROM client ORDER BY last_seen DESC LIMIT -1 OFFSET ?)`,
    );
  }

  writePvs(packed: Uint8Array): void {
    for (const pv of readPacked(packed)) {
      const { state, requests, firstSeenAt, lastRequestedAt, lastSeenAt } = unpackPv(pv);
      this.#upsertPv.run(
        pv.name,
        state,
        requests,
        firstSeenAt,
        lastRequestedAt,
        lastSeenAt,
        pv.record,
      );
    }
  }

  deletePv(name: Uint8Array): void {
    this.#deletePv.run(name);
  }

  write(row: TableRow): void {
    this.#upserts.get(row.kind)?.run(...recordTable(row.kind).values(row));
  }

  delete({ of, key }: ForgottenRow): void {
    this.#deletes.get(of)?.run(key);
  }

  /** Forgets the clients that were not seen for longest, where there are more than can be real. */
  purgeClients(): void {
    this.#purgeClients.run(MAX_CLIENTS);
  }

  /** Everything but PVs, which are few enough to go in one piece. */
  readOthers(): TableRow[] {
    return RECORD_TABLES.flatMap(({ table, columns, row }) =>
      this.#database
        .prepare<[], SqlRow>(`SELECT ${columns.join(", ")} FROM ${table}`)
        .raw()
        .all()
        .map(row),
    );
  }

  /** All PVs, packed, in buffers of at most `rows` rows; SQLite itself puts them together. */
  *readPvs(rows: number): Generator<Uint8Array<ArrayBuffer>> {
    const statement = this.#database.prepare<
      [Uint8Array, number],
      { packed: Uint8Array<ArrayBuffer> | null; last: Uint8Array }
    >(
      `SELECT CAST(group_concat(row, '') AS BLOB) AS packed, max(name) AS last
       FROM (SELECT record || name AS row, name FROM pv WHERE name > ? ORDER BY name LIMIT ?)`,
    );
    for (let after = new Uint8Array(0); ; ) {
      const read = statement.get(after, rows);
      if (read === undefined || read.packed === null) return;
      yield alone(read.packed);
      after = Uint8Array.from(read.last);
    }
  }
}

/** In memory of its own, so that it can be transferred: megabytes that are copied wait long for the collector. */
function alone(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes.length === bytes.buffer.byteLength ? bytes : Uint8Array.from(bytes);
}
