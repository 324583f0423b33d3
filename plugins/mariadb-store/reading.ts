/** What the database has: everything at the start, history when somebody asks. On connections of their own. */
import { createPool, type Pool, type PoolConfig, type PoolConnection } from "mariadb";
import { type Clock, HistoryError, type HistoryService, type PvRow, type Row } from "pvmon";
import {
  type Asking,
  changes,
  eventCounts,
  eventCountsQuestion,
  eventFilter,
  eventOf,
  eventPage,
  LATEST_TRAFFIC,
  POINTS,
  pointsValues,
  RECORD_TABLES,
  RESTORED_EVENTS,
  ROWS_AT_ONCE,
  type SqlRow,
  type SqlValue,
  TOP,
  topEntries,
  topValues,
  trafficPlan,
  trafficPoints,
  unpackPv,
} from "pvmon/sql-store";
import { causeOf, codeOf, inWords } from "./words.js";

const LOAD_ROWS = 8192;
const NEXT_PVS = "SELECT name, record FROM pv WHERE name > ? ORDER BY name LIMIT ?";

export class Reading implements HistoryService {
  readonly #pool: Pool;
  readonly #clock: Clock;
  readonly #readMs: number;
  readonly #inUse = new Set<PoolConnection>();

  /** @param readMs for one reading, from the question to the last row of the answer */
  constructor(options: PoolConfig, clock: Clock, readMs: number) {
    this.#pool = createPool(options);
    this.#clock = clock;
    this.#readMs = readMs;
  }

  /** Ends what is being read; never rejects. */
  async close(): Promise<void> {
    for (const connection of this.#inUse) connection.destroy();
    await this.#pool.end().catch(() => undefined);
  }

  async *load(signal: AbortSignal): AsyncGenerator<readonly Row[]> {
    for (const { table, columns, row } of RECORD_TABLES) {
      const rows = await this.#rows(`SELECT ${columns.join(", ")} FROM ${table}`);
      yield rows.map(row);
    }
    const events = await this.#rows(RESTORED_EVENTS);
    yield events.map((columns) => ({ kind: "event", event: eventOf(columns) }));
    const traffic = await this.#rows(LATEST_TRAFFIC);
    yield traffic.map(([minuteAt, series, value]) => ({
      kind: "traffic",
      minuteAt: Number(minuteAt),
      series: String(series),
      value: Number(value),
    }));
    // One batch ahead: the server reads the next while the inventory takes this one.
    let next = this.#rows(NEXT_PVS, [Buffer.alloc(0), LOAD_ROWS]);
    for (;;) {
      const rows = await next;
      const last = rows.at(-1)?.[0];
      if (last === undefined || signal.aborted) return;
      next = this.#rows(NEXT_PVS, [last, LOAD_ROWS]);
      next.catch(() => undefined);
      for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
        yield rows.slice(from, from + ROWS_AT_ONCE).map(toPv);
      }
    }
  }

  async events(query: Parameters<HistoryService["events"]>[0]) {
    const { count, countValues, page, pageValues } = eventFilter(query);
    const [counts, rows] = await Promise.all([
      this.#rows(count, countValues),
      this.#rows(page, pageValues),
    ]);
    return eventPage(rows, Number(counts[0]?.[0]), query);
  }

  async eventCounts(query: Parameters<HistoryService["eventCounts"]>[0]) {
    const { sql, values } = eventCountsQuestion(query);
    return eventCounts(await this.#rows(sql, values), query);
  }

  async traffic({ series, from, to }: Parameters<HistoryService["traffic"]>[0]) {
    const plan = trafficPlan({ from, to });
    const points = series.map(async (name) => ({
      name,
      points: trafficPoints(await this.#rows(POINTS, pointsValues(plan, name, to))),
    }));
    return { stepMs: plan.widthMs, series: await Promise.all(points) };
  }

  async top(query: Parameters<HistoryService["top"]>[0]) {
    return topEntries(await this.#rows(TOP, topValues(query)), query);
  }

  changes(span: Parameters<HistoryService["changes"]>[0]) {
    return told(this.#atOnce(changes(span)));
  }

  #rows(sql: string, values: readonly SqlValue[] = []): Promise<readonly SqlRow[]> {
    return told(this.#use((connection) => connection.execute<SqlRow[]>(sql, values)));
  }

  /** Several questions to one state of the database, whatever is written meanwhile. */
  #atOnce<T>(asking: Asking<T>): Promise<T> {
    return this.#use(async (connection) => {
      // Of any other level there is no snapshot, and the server's default may be any.
      await connection.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
      // Ends when the connection goes back.
      await connection.query("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
      let step = asking.next();
      while (!step.done) {
        const { sql, values } = step.value;
        step = asking.next(await connection.execute<SqlRow[]>(sql, values));
      }
      return step.value;
    });
  }

  /** The server's own deadline knows nothing of the way: over a slow one the rows of one answer come for hours. */
  async #use<T>(read: (connection: PoolConnection) => Promise<T>): Promise<T> {
    const connection = await this.#pool.getConnection();
    this.#inUse.add(connection);
    const over = new AbortController();
    const late = this.#clock.sleep(this.#readMs, over.signal).then(() => {
      connection.destroy();
      throw tooLong();
    });
    try {
      return await Promise.race([read(connection), late]);
    } finally {
      over.abort();
      this.#inUse.delete(connection);
      // Nobody waits for it: what it sets back takes its time over a slow way. One that was destroyed is taken out of the pool.
      connection.release().catch(() => undefined);
    }
  }
}

async function told<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    throw historyError(error) ?? inWords(error);
  }
}

function historyError(error: unknown): HistoryError | undefined {
  if (error instanceof HistoryError) return error;
  switch (codeOf(causeOf(error))) {
    case "ER_STATEMENT_TIMEOUT":
      return tooLong();
    // A server that cannot be reached is its cause where it is not this.
    case "ER_GET_CONNECTION_TIMEOUT":
      return new HistoryError(
        "HISTORY_BUSY",
        "all connections to the history are in use: try again later",
      );
    default:
      return undefined;
  }
}

function tooLong(): HistoryError {
  return new HistoryError(
    "HISTORY_TIMEOUT",
    "the history was not read in time: ask for a shorter span of time",
  );
}

function toPv([name, record]: SqlRow): PvRow {
  return unpackPv({ name: name as Uint8Array, record: record as Uint8Array });
}
