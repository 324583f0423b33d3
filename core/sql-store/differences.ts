/** Which subjects of a kind of fact have other values at one instant than at another, and which they had and have. */
import type { Fact } from "../model/row.js";
import type { Change, ChangeList } from "../model/views.js";
import type { Asking, Question, SqlRow, SqlValue } from "./sql.js";

export interface ChangesSpan {
  readonly from: number;
  readonly to: number;
  /** Items of each list. */
  readonly limit: number;
}

const HOWS = ["appeared", "gone", "moved"] as const;
type How = (typeof HOWS)[number];

export type Differences = Readonly<Record<How, ChangeList>>;

/** To look one subject up costs SQLite as much as to walk past 5 facts, and MariaDB past 20. */
const FACTS_PER_LOOK_UP = 16;

const OLDEST = "SELECT MIN(begins) FROM fact WHERE fact = ?";
/** In the order of the key, as a walk past facts that all have to be looked at. */
const HOLDING = `SELECT COUNT(*) FROM (
  SELECT subject FROM fact WHERE fact = ? AND +begins <= ? AND (ends IS NULL OR ends > ?) GROUP BY subject) holding`;

/** Only what began or ended in between can differ. */
const BEGUN = "FROM fact WHERE fact = ? AND begins > ? AND begins <= ?";
const ENDED = "FROM fact WHERE fact = ? AND ends > ? AND ends <= ?";
const TOUCHED = `SELECT (SELECT COUNT(*) ${BEGUN}) + (SELECT COUNT(*) ${ENDED})`;
const MORE_THAN = "SELECT 1 FROM fact WHERE fact = ? LIMIT 1 OFFSET ?";

/** CROSS JOIN makes SQLite take the few first, and begin with the left. */
const LOOKED_UP = `(SELECT subject ${BEGUN} UNION SELECT subject ${ENDED}) touched
  CROSS JOIN fact f ON f.fact = ? AND f.subject = touched.subject`;
/** In the order of the key, and so without a sort. */
const WALKED = "fact f WHERE f.fact = ?";

const holds = (facts: string): string =>
  `CASE WHEN ${facts}.begins <= ? AND (${facts}.ends IS NULL OR ${facts}.ends > ?) THEN 1 ELSE 0 END`;
const HOLDS = holds("f");

/**
 * A value holds at most once at one instant, so that a subject with more or fewer of them has changed. With as many, and not
 * all of them kept, the values themselves have to be looked at: they may have ended and begun again in between. Doing that for
 * every subject takes SQLite half as long again, and grouping by values first or windows over the subjects take MariaDB many
 * times as long.
 */
const differing = (facts: string): string => `
  SELECT subject AS whose, SUM(was) AS had, SUM(stays) AS has, SUM(throughout) AS kept
  FROM (SELECT f.subject, ${HOLDS} AS was, ${HOLDS} AS stays, ${HOLDS} AS throughout FROM ${facts}) held
  GROUP BY subject HAVING (had <> has OR (had > kept AND had < (
    SELECT COUNT(DISTINCT o.value) FROM fact o
    WHERE o.fact = ? AND o.subject = whose AND (${holds("o")} = 1 OR ${holds("o")} = 1))))`;
const HOW = "CASE WHEN had = 0 THEN 'appeared' WHEN has = 0 THEN 'gone' ELSE 'moved' END";

const totalsOf = (facts: string): string => `
  SELECT COUNT(CASE WHEN had = 0 THEN 1 END), COUNT(CASE WHEN has = 0 THEN 1 END), COUNT(*)
  FROM (${differing(facts)}) differing`;

/** The first subjects, for which a walk goes no further than the last of these, and only of these the values. */
const listOf = (facts: string, hows: readonly How[]): string => `
  WITH listed AS (
    ${differing(facts)} AND ${HOW} IN (${hows.map(() => "?").join(", ")})
    ORDER BY whose LIMIT ?)
  SELECT ${HOW}, f.subject, f.value, MAX(${HOLDS}) AS was, MAX(${HOLDS}) AS stays
  FROM listed CROSS JOIN fact f ON f.fact = ? AND f.subject = listed.whose
  GROUP BY had, has, f.subject, f.value HAVING was = 1 OR stays = 1
  ORDER BY f.subject, f.value`;

/** How many subjects of each kind of fact had a value at an instant. It holds until facts are written or deleted. */
export class HoldingCounts extends Map<Fact, { readonly at: number; readonly count: number }> {
  /** Set when an answer rests on what was counted for one before it. */
  wereUsed = false;
}

interface Counted {
  readonly totals: readonly number[];
  /** Where the subjects are found, and its values. */
  readonly facts: string;
  readonly bounds: readonly SqlValue[];
}

/**
 * Costs what happened, not what there is: the subjects of what began or ended are looked up one by one. Where these are much
 * of all there are, a walk past all of them costs less.
 */
export function* differences(
  fact: Fact,
  span: ChangesSpan,
  known: HoldingCounts,
): Asking<Differences> {
  const { limit } = span;
  const { totals, facts, bounds } =
    (yield* countNew(fact, span, known)) ?? (yield* count(fact, span));
  const list = (hows: readonly How[], count: number): Question => ({
    sql: listOf(facts, hows),
    values: [...differingValues(fact, span, bounds), ...hows, count, ...instantsOf(span), fact],
  });
  const rows: SqlRow[] = [];
  // A list that is short of its limit is found at the end of a walk, all of these in one; the others soon.
  const total = (how: How): number => totals[HOWS.indexOf(how)] ?? 0;
  const short = HOWS.filter((how) => total(how) > 0 && total(how) <= limit);
  const long = HOWS.filter((how) => total(how) > limit);
  if (short.length > 0) rows.push(...(yield list(short, limit * short.length)));
  for (const how of long) rows.push(...(yield list([how], limit)));
  return differencesOf(totals, rows);
}

/** Where all facts are newer than the first instant, as for a pvmon that has just come: then nothing went or moved. */
function* countNew(
  fact: Fact,
  { from, to }: ChangesSpan,
  known: HoldingCounts,
): Asking<Counted | undefined> {
  const [[oldest] = []] = yield { sql: OLDEST, values: [fact] };
  if (!(Number(oldest) > from)) return undefined;
  const appeared = yield* countHolding(fact, to, known);
  return { totals: [appeared, 0, 0], facts: WALKED, bounds: [fact] };
}

/** As it was known to be before, where none began or ended since. */
function* countHolding(fact: Fact, at: number, known: HoldingCounts): Asking<number> {
  const before = known.get(fact);
  if (before !== undefined && before.at <= at) {
    const between = [fact, before.at, at];
    const [[touched] = []] = yield { sql: TOUCHED, values: [...between, ...between] };
    if (Number(touched) === 0) {
      known.wereUsed = true;
      return before.count;
    }
  }
  const [[holding] = []] = yield { sql: HOLDING, values: [fact, at, at] };
  const count = Number(holding);
  known.set(fact, { at, count });
  return count;
}

function* count(fact: Fact, span: ChangesSpan): Asking<Counted> {
  const between = [fact, span.from, span.to];
  const [[touched] = []] = yield { sql: TOUCHED, values: [...between, ...between] };
  if (Number(touched) === 0) return { totals: [0, 0, 0], facts: WALKED, bounds: [fact] };
  const more = yield { sql: MORE_THAN, values: [fact, Number(touched) * FACTS_PER_LOOK_UP] };
  const [facts, bounds] =
    more.length > 0 ? [LOOKED_UP, [...between, ...between, fact]] : [WALKED, [fact]];
  const values = differingValues(fact, span, bounds);
  const [counts = []] = yield { sql: totalsOf(facts), values };
  const [appeared = 0, gone = 0, all = 0] = counts.map(Number);
  return { totals: [appeared, gone, all - appeared - gone], facts, bounds };
}

function instantsOf({ from, to }: ChangesSpan): readonly SqlValue[] {
  return [from, from, to, to];
}

/** Of {@link differing}. */
function differingValues(
  fact: Fact,
  span: ChangesSpan,
  bounds: readonly SqlValue[],
): readonly SqlValue[] {
  const instants = instantsOf(span);
  return [...instants, span.from, span.to, ...bounds, fact, ...instants];
}

/** @param rows of all lists, in the order of the subjects in each */
function differencesOf(totals: readonly number[], rows: readonly SqlRow[]): Differences {
  const list = (how: How): ChangeList => ({
    total: totals[HOWS.indexOf(how)] ?? 0,
    items: itemsOf(rows.filter(([of]) => of === how)),
  });
  return { appeared: list("appeared"), gone: list("gone"), moved: list("moved") };
}

function itemsOf(rows: readonly SqlRow[]): readonly Change[] {
  const items = new Map<string, { subject: string; before: string[]; after: string[] }>();
  for (const [, subject, value, was, stays] of rows) {
    const key = String(subject);
    const item = items.get(key) ?? { subject: key, before: [], after: [] };
    items.set(key, item);
    if (Number(was) === 1) item.before.push(String(value));
    if (Number(stays) === 1) item.after.push(String(value));
  }
  return [...items.values()];
}
