/**
 * A batch as statements, each with many sets of values, since one statement for each row would be a round trip for each. What
 * concerns one table stays in order; rows next to each other there that take the same statement share it.
 */
import { type Row, RowRefusedError, type TrafficRow } from "pvmon";
import {
  END_FACT,
  EVENT_COLUMNS,
  endFact,
  eventValues,
  PvWriter,
  RECORD_TABLES,
  readPacked,
  recordTable,
  type SqlValue,
  STEPS,
  stepsToRoll,
  unpackPv,
} from "pvmon/sql-store";

export interface Statement {
  readonly sql: string;
  readonly sets: (readonly SqlValue[])[];
  /** False for one that the server does not take with many sets at once. */
  readonly isBulk: boolean;
}

function upsert(table: string, columns: readonly string[], keys: number): string {
  const marks = columns.map(() => "?").join(", ");
  const updates = columns.slice(keys).map((column) => `${column} = VALUES(${column})`);
  return `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${marks}) ON DUPLICATE KEY UPDATE ${updates.join(", ")}`;
}

const UPSERTS = new Map(
  RECORD_TABLES.map(({ kind, table, columns, keys }) => [kind, upsert(table, columns, keys)]),
);
const UPSERT_EVENT = upsert("event", EVENT_COLUMNS, 1);
const PV_COLUMNS = "name state requests first_seen last_requested last_seen record".split(" ");
const UPSERT_PV = upsert("pv", PV_COLUMNS, 1);
const TRAFFIC_COLUMNS = ["step_ms", "at", "series", "total", "minutes"];
const UPSERT_TRAFFIC = upsert("traffic", TRAFFIC_COLUMNS, 3);
const ROLL_TRAFFIC = `INSERT INTO traffic
  SELECT ?, ?, series, sum(total), sum(minutes) FROM traffic finer
  WHERE step_ms = ? AND at >= ? AND at < ? GROUP BY series
  ON DUPLICATE KEY UPDATE total = VALUES(total), minutes = VALUES(minutes)`;
const BEGIN_FACT = `INSERT INTO fact SELECT ?, ?, ?, ?, NULL FROM DUAL WHERE NOT EXISTS
    (SELECT 1 FROM fact held WHERE held.fact = ? AND held.subject = ? AND held.value = ? AND held.ends IS NULL)
  ON DUPLICATE KEY UPDATE ends = IF(fact.ends = fact.begins, NULL, fact.ends)`;

/** In the order in which they have to be done. @throws RowRefusedError for a row that is none. */
export function statementsFor(rows: readonly Row[]): readonly Statement[] {
  try {
    return statements(rows);
  } catch (error) {
    throw new RowRefusedError(`a row is none: ${String(error)}`, { cause: error });
  }
}

function statements(rows: readonly Row[]): readonly Statement[] {
  const facts = new Statements();
  const others = new Map<string, Statements>();
  const of = (table: string): Statements => {
    const statements = others.get(table) ?? new Statements();
    others.set(table, statements);
    return statements;
  };
  const traffic: TrafficRow[] = [];
  const forgottenPvs = new Statements();
  const pvs = new PvWriter();
  for (const row of rows) {
    switch (row.kind) {
      case "pv":
        pvs.add(row);
        break;
      case "traffic":
        traffic.push(row);
        break;
      case "event":
        of("event").add(UPSERT_EVENT, eventValues(row.event));
        break;
      case "fact": {
        const { fact, subject, value, at } = row;
        const key = [fact, subject, value];
        if (row.holds) facts.add(BEGIN_FACT, [...key, at, ...key], false);
        else facts.add(END_FACT, endFact(row));
        break;
      }
      case "pvForgotten":
        forgottenPvs.add("DELETE FROM pv WHERE name = ?", [Buffer.from(row.name)]);
        break;
      case "forgotten": {
        const { table, columns } = recordTable(row.of);
        of(table).add(`DELETE FROM ${table} WHERE ${columns[0]} = ?`, [row.key]);
        break;
      }
      default: {
        const { table, values } = recordTable(row.kind);
        of(table).add(UPSERTS.get(row.kind) ?? "", values(row));
      }
    }
  }
  const all = [
    ...others.values(),
    facts,
    trafficStatements(traffic),
    forgottenPvs,
    pvStatements(pvs),
  ];
  return all.flatMap(({ list }) => list);
}

class Statements {
  readonly list: Statement[] = [];

  add(sql: string, values: readonly SqlValue[], isBulk = true): void {
    const last = this.list.at(-1);
    if (last?.sql === sql) last.sets.push(values);
    else this.list.push({ sql, sets: [values], isBulk });
  }
}

function trafficStatements(rows: readonly TrafficRow[]): Statements {
  const statements = new Statements();
  for (const { minuteAt, series, value } of rows) {
    statements.add(UPSERT_TRAFFIC, [STEPS[0].stepMs, minuteAt, series, value, 1]);
  }
  for (const { stepMs, finerMs, at } of stepsToRoll(rows.map((row) => row.minuteAt))) {
    statements.add(ROLL_TRAFFIC, [stepMs, at, finerMs, at, at + stepMs], false);
  }
  return statements;
}

/** Last, because one that was forgotten and asked for again in one batch has to be there afterwards. */
function pvStatements(writer: PvWriter): Statements {
  const statements = new Statements();
  for (const packed of readPacked(writer.take())) {
    const { state, requests, firstSeenAt, lastRequestedAt, lastSeenAt } = unpackPv(packed);
    const values = [state, requests, firstSeenAt, lastRequestedAt, lastSeenAt];
    statements.add(UPSERT_PV, [bufferOf(packed.name), ...values, bufferOf(packed.record)]);
  }
  return statements;
}

/** The driver takes bytes only as buffers. */
function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
