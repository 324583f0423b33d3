/** The database as its thread sees it: opened, locked, migrated, written batch by batch. Blocking calls only. */
import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import Sqlite from "better-sqlite3";
import type { TrafficRow } from "pvmon";
import { DAY_MS, type KeepDays } from "pvmon/sql-store";
import { EventTable } from "./event-table.js";
import { FactTable } from "./fact-table.js";
import { migrate } from "./migrations.js";
import type { Batch, Calls } from "./protocol.js";
import { RecordTables } from "./record-tables.js";
import { TrafficTable } from "./traffic-table.js";

const LOAD_ROWS = 4096;
/** KiB when negative. With more, a million PVs in random order are not written faster: the system has the pages as well. */
const CACHE = -16_384;
const PURGE_EVENTS = 10_000;

export class StoreDatabase implements Omit<Calls, "open"> {
  readonly #database: Sqlite.Database;
  readonly #lock: Sqlite.Database;
  readonly #records: RecordTables;
  readonly #events: EventTable;
  readonly #facts: FactTable;
  readonly #traffic: TrafficTable;
  readonly #writeAll: (batch: Batch) => void;
  #loading: Iterator<Batch> | undefined;

  /** @throws Error that names the file and what to do. */
  constructor(path: string) {
    const file = resolve(path);
    mkdirSync(dirname(file), { recursive: true });
    this.#lock = lock(file);
    try {
      this.#database = open(file);
      this.#records = new RecordTables(this.#database);
      this.#events = new EventTable(this.#database);
      this.#facts = new FactTable(this.#database);
      this.#traffic = new TrafficTable(this.#database);
    } catch (error) {
      this.#lock.close();
      throw error;
    }
    this.#writeAll = this.#database.transaction((batch: Batch) => this.#writeRows(batch));
  }

  /** Something was loaded, and not all yet. */
  get isLoading(): boolean {
    return this.#loading !== undefined;
  }

  load(): Batch | null {
    this.#loading ??= this.#batches();
    const next = this.#loading.next();
    if (!next.done) return next.value;
    this.#loading = undefined;
    return null;
  }

  write(batch: Batch): void {
    this.#writeAll(batch);
  }

  purge(keepDays: KeepDays, now: number): boolean {
    const events = this.#events.purge(now - keepDays.events * DAY_MS, PURGE_EVENTS);
    const facts = this.#facts.purge(now - keepDays.facts * DAY_MS);
    this.#records.purgeClients();
    const more = this.#traffic.purge(keepDays, now) || facts || events === PURGE_EVENTS;
    this.#database.pragma("incremental_vacuum(2000)");
    return more;
  }

  close(): void {
    this.#loading?.return?.();
    this.#database.close();
    this.#lock.close();
  }

  *#batches(): Generator<Batch> {
    const others = [
      ...this.#records.readOthers(),
      ...this.#events.readRestored(),
      ...this.#traffic.readLatest(),
    ];
    yield { pvs: new Uint8Array(0), others };
    for (const pvs of this.#records.readPvs(LOAD_ROWS)) yield { pvs, others: [] };
  }

  // In their order, as one may forget what another brings back. PVs come last, because one that was forgotten and asked for
  // again in one batch has to be there afterwards.
  #writeRows({ pvs, others }: Batch): void {
    const traffic: TrafficRow[] = [];
    for (const row of others) {
      switch (row.kind) {
        case "traffic":
          traffic.push(row);
          break;
        case "event":
          this.#events.write(row);
          break;
        case "fact":
          this.#facts.write(row);
          break;
        case "pvForgotten":
          this.#records.deletePv(row.name);
          break;
        case "forgotten":
          this.#records.delete(row);
          break;
        default:
          this.#records.write(row);
      }
    }
    this.#traffic.write(traffic);
    this.#records.writePvs(pvs);
  }
}

function open(file: string): Sqlite.Database {
  const database = new Sqlite(file, { timeout: 2000 });
  try {
    database.pragma("auto_vacuum = INCREMENTAL");
    // WAL with synchronous NORMAL: a killed process loses nothing, a power failure at most the latest commits.
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = NORMAL");
    database.pragma("journal_size_limit = 67108864");
    database.pragma(`cache_size = ${CACHE}`);
    database.pragma("temp_store = MEMORY");
    migrate(database, file);
    return database;
  } catch (error) {
    database.close();
    if (error instanceof Sqlite.SqliteError && /NOTADB|CORRUPT/.test(error.code)) {
      throw new Error(
        `${file} is not a database or is damaged (${error.message}): move it away to begin anew, or restore a copy`,
      );
    }
    throw error;
  }
}

/**
 * Two pvmons on one file would overwrite each other's rows, and SQLite itself lets them. The lock is an open exclusive
 * transaction on a second, empty database: the system drops it with the process, however that ends, and readers of the
 * real one are not in its way.
 */
function lock(file: string): Sqlite.Database {
  const database = new Sqlite(`${file}.lock`, { timeout: 0 });
  try {
    database.exec("BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database.close();
    if (error instanceof Sqlite.SqliteError && error.code === "SQLITE_BUSY") {
      throw new Error(`${file} is in use by another pvmon: stop that one or choose another path`);
    }
    throw error;
  }
}
