/** Events in a table `event` with one column for each member, and the questions about them. */
import type { PvmonEvent } from "../model/event.js";
import type { EventCriteria, EventQuery, Page } from "../model/views.js";
import type { SqlRow, SqlValue } from "./sql.js";

/** Members that an event may lack, with their columns. */
const OPTIONAL = {
  host: "host",
  server: "server",
  client: "client",
  pv: "pv",
  app: "app",
  log: "log",
  acknowledgedAt: "acknowledged_at",
  acknowledgedBy: "acknowledged_by",
} as const;
const OPTIONAL_MEMBERS = Object.keys(OPTIONAL) as (keyof typeof OPTIONAL)[];
const SUBJECTS = ["host", "server", "client", "pv", "app"] as const;

/** The key, `id`, first. */
export const EVENT_COLUMNS: readonly string[] = [
  "id",
  "at",
  "type",
  "severity",
  "subject",
  "text",
  "evidence",
  ...Object.values(OPTIONAL),
];

/** Ids first, which an index knows: the rest is read only of those that are shown. CROSS JOIN makes SQLite begin with them. */
const COLUMNS_OF_PAGE = EVENT_COLUMNS.map((column) => `event.${column}`).join(", ");
const SELECT = `SELECT ${EVENT_COLUMNS.join(", ")} FROM event`;

export function eventValues(event: PvmonEvent): readonly SqlValue[] {
  const { id, at, type, severity, subject, text, evidence } = event;
  return [
    Number(id),
    at,
    type,
    severity,
    subject,
    text,
    JSON.stringify(evidence),
    ...OPTIONAL_MEMBERS.map((member) => event[member] ?? null),
  ];
}

export function eventOf(columns: SqlRow): PvmonEvent {
  const [id, at, type, severity, subject, text, evidence, ...rest] = columns;
  const known = OPTIONAL_MEMBERS.flatMap((member, n) =>
    rest[n] === null ? [] : [[member, rest[n]]],
  );
  return {
    id: String(id),
    at,
    type,
    severity,
    subject,
    text,
    evidence: JSON.parse(String(evidence)),
    ...Object.fromEntries(known),
  } as PvmonEvent;
}

export interface EventConditions {
  /** To be joined by AND. */
  readonly conditions: readonly string[];
  readonly values: readonly SqlValue[];
}

export function eventConditions(query: EventCriteria): EventConditions {
  const conditions: string[] = [];
  const values: SqlValue[] = [];
  const where = (sql: string, ...bound: readonly SqlValue[]): void => {
    conditions.push(sql);
    values.push(...bound);
  };
  const whereAny = (column: string, any: readonly SqlValue[] | undefined): void => {
    if (any === undefined) return;
    const marks = any.map(() => "?").join(", ");
    where(any.length === 0 ? "1 = 0" : `${column} IN (${marks})`, ...any);
  };
  if (query.from !== undefined) where("at >= ?", query.from);
  if (query.to !== undefined) where("at < ?", query.to);
  if (query.severity !== undefined) where("severity = ?", query.severity);
  whereAny("id", query.ids?.map(Number));
  whereAny("type", query.types);
  whereAny("log", query.log);
  for (const subject of SUBJECTS) {
    const value = query[subject];
    if (value !== undefined) where(`${subject} = ?`, value);
  }
  return { conditions, values };
}

/** Two questions: how many there are, and one page of them and one more. */
export interface EventFilter {
  readonly count: string;
  readonly countValues: readonly SqlValue[];
  readonly page: string;
  readonly pageValues: readonly SqlValue[];
}

export function eventFilter(query: EventQuery): EventFilter {
  const { conditions, values } = eventConditions(query);
  const isNext = query.cursor !== undefined;
  // A sum keeps an engine from walking all ids down from the newest, in the hope of soon having met enough that pass.
  const order = conditions.length === 0 ? "id" : "id + 0";
  return {
    count: `SELECT count(*) FROM event${filtered(conditions)}`,
    countValues: values,
    page: `SELECT ${COLUMNS_OF_PAGE}
      FROM (SELECT id FROM event${filtered(isNext ? [...conditions, "id < ?"] : conditions)} ORDER BY ${order} DESC LIMIT ?) page CROSS JOIN event ON event.id = page.id
      ORDER BY event.id DESC`,
    pageValues: [...values, ...(isNext ? [Number(query.cursor)] : []), query.limit + 1],
  };
}

function filtered(conditions: readonly string[]): string {
  return conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
}

/** What {@link eventFilter} asked for. */
export function eventPage(
  rows: readonly SqlRow[],
  total: number,
  { limit }: EventQuery,
): Page<PvmonEvent> {
  const items = rows.slice(0, limit).map(eventOf);
  return { items, total, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/**
 * What a start needs of the events, oldest first: those that wait to be acknowledged, the latest, for the next ids, and the
 * latest of a storm, which may go on.
 */
export const RESTORED_EVENTS = `${SELECT} WHERE log = 'pending' OR id = (SELECT max(id) FROM event)
  OR id = (SELECT max(id) FROM event WHERE type IN ('storm.started', 'storm.ended')) ORDER BY id`;

/** Who or what first had an event of a type in (from, to], by name, with how many there are in each row. */
export const NEW_SUBJECTS = `SELECT subject, count(*) OVER () FROM event
  WHERE type = ? AND at > ? AND at <= ? GROUP BY subject ORDER BY subject LIMIT ?`;
