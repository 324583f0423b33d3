/** What differs between two instants, asked of the facts and events in five questions. */
import type { EventType } from "../model/event.js";
import type { Fact } from "../model/row.js";
import type { Change, ChangeList, ChangeReport } from "../model/views.js";
import { NEW_SUBJECTS } from "./events.js";
import type { SqlRow, SqlValue } from "./sql.js";

export interface ChangesSpan {
  readonly from: number;
  readonly to: number;
  /** Items of each list. */
  readonly limit: number;
}

type How = "appeared" | "gone" | "moved";

const HOLDS = "CASE WHEN f.begins <= ? AND (f.ends IS NULL OR f.ends > ?) THEN 1 ELSE 0 END";

/**
 * Only what began or ended in between can differ, so that the question costs what happened, not what there is. A subject has
 * changed when it had not all of the values that it had or has, or has not all of them; a value holds at most once at one
 * instant, but may have ended and begun again in between. Grouping by values first takes MariaDB twice as long, and sums over
 * windows of the subjects minutes. The values are looked up only of the subjects that are listed. CROSS JOIN makes SQLite
 * take the few first, and begin with the left.
 */
const CHANGES = `
  WITH touched AS (
    SELECT subject FROM fact WHERE fact = ? AND begins > ? AND begins <= ?
    UNION SELECT subject FROM fact WHERE fact = ? AND ends > ? AND ends <= ?),
  held AS (
    SELECT f.subject, f.value, ${HOLDS} AS was, ${HOLDS} AS stays
    FROM touched t CROSS JOIN fact f ON f.fact = ? AND f.subject = t.subject),
  counted AS (
    SELECT subject, SUM(was) AS was, SUM(stays) AS stays,
      COUNT(DISTINCT CASE WHEN was = 1 OR stays = 1 THEN value END) AS either
    FROM held GROUP BY subject),
  changed AS (
    SELECT subject, CASE WHEN was = 0 THEN 'appeared' WHEN stays = 0 THEN 'gone' ELSE 'moved' END AS how
    FROM counted WHERE was < either OR stays < either),
  placed AS (
    SELECT subject, how, COUNT(*) OVER (PARTITION BY how) AS total,
      ROW_NUMBER() OVER (PARTITION BY how ORDER BY subject) AS place FROM changed),
  listed AS (SELECT subject, how, total FROM placed WHERE place <= ?)
  SELECT l.how, l.total, f.subject, f.value, MAX(${HOLDS}) AS was, MAX(${HOLDS}) AS stays
  FROM listed l CROSS JOIN fact f ON f.fact = ? AND f.subject = l.subject
  GROUP BY l.how, l.total, f.subject, f.value HAVING was = 1 OR stays = 1
  ORDER BY f.subject, f.value`;

interface Question {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** All that {@link changeReport} has to know, in its order. */
export function changesQuestions({ from, to, limit }: ChangesSpan): readonly Question[] {
  // With a limit of none too, the totals are in the rows.
  const rows = Math.max(limit, 1);
  const differing = (fact: Fact): Question => {
    const between = [fact, from, to];
    const holds = [from, from, to, to, fact];
    return { sql: CHANGES, values: [...between, ...between, ...holds, rows, ...holds] };
  };
  const newOnes = (type: EventType): Question => ({
    sql: NEW_SUBJECTS,
    values: [type, from, to, rows],
  });
  return [
    differing("pvServer"),
    differing("serverUp"),
    differing("serverApp"),
    newOnes("client.appeared"),
    newOnes("pv.duplicated"),
  ];
}

/** @param answers the rows of each question */
export function changeReport(
  { from, to, limit }: ChangesSpan,
  answers: readonly (readonly SqlRow[])[],
): ChangeReport {
  const [pvs = [], servers = [], apps = [], clients = [], duplicates = []] = answers;
  const list = (rows: readonly SqlRow[], how: How): ChangeList => changeList(rows, how, limit);
  return {
    from,
    to,
    pvs: {
      appeared: list(pvs, "appeared"),
      gone: list(pvs, "gone"),
      moved: list(pvs, "moved"),
    },
    servers: { appeared: list(servers, "appeared"), gone: list(servers, "gone") },
    apps: {
      appeared: list(apps, "appeared"),
      gone: list(apps, "gone"),
      moved: list(apps, "moved"),
    },
    newClients: newOnes(clients, limit),
    newDuplicates: newOnes(duplicates, limit),
  };
}

function newOnes(rows: readonly SqlRow[], limit: number) {
  return {
    total: Number(rows[0]?.[1] ?? 0),
    items: rows.slice(0, limit).map(([subject]) => String(subject)),
  };
}

/** One kind of difference out of the rows of one kind of fact. */
function changeList(rows: readonly SqlRow[], wanted: How, limit: number): ChangeList {
  const items = new Map<string, { subject: string; before: string[]; after: string[] }>();
  let total = 0;
  for (const [how, count, subject, value, was, stays] of rows) {
    if (how !== wanted) continue;
    total = Number(count);
    const key = String(subject);
    const item = items.get(key) ?? { subject: key, before: [], after: [] };
    items.set(key, item);
    if (Number(was) === 1) item.before.push(String(value));
    if (Number(stays) === 1) item.after.push(String(value));
  }
  const first: readonly Change[] = [...items.values()].slice(0, limit);
  return { total, items: first };
}
