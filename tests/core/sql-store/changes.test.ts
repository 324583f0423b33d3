/** The SQL about changes against a plain reading of the same facts, however much else there is. */
import assert from "node:assert/strict";
import Sqlite from "better-sqlite3";
import fc from "fast-check";
import {
  type ChangesSpan,
  changes,
  HoldingCounts,
  type SqlRow,
} from "../../../core/sql-store/index.js";
import { MemoryHistory } from "../../../core/testkit/memory-history.js";
import { MemoryMedium } from "../../../core/testkit/memory-medium.js";
import { migrate } from "../../../plugins/sqlite-store/migrations.js";

const INSTANTS = 12;
const OTHERS = 300;

/** Whether a server has a name, at one instant after the other. */
const ownership = fc.record({
  subject: fc.constantFrom("a", "b", "B", "c", "d e", "ä"),
  value: fc.constantFrom("10.7.0.1:5064", "10.7.0.2:5064", "10.7.0.10:5064"),
  isHeld: fc.array(fc.boolean(), { minLength: INSTANTS, maxLength: INSTANTS }),
});
const ownerships = fc.uniqueArray(ownership, {
  maxLength: 14,
  selector: ({ subject, value }) => `${subject} ${value}`,
});
const spans = fc
  .tuple(fc.nat(INSTANTS), fc.nat(INSTANTS), fc.nat(4))
  .map(([a, b, limit]) => ({ from: Math.min(a, b), to: Math.max(a, b), limit }));

describe("the SQL about changes", () => {
  let database: Sqlite.Database;
  beforeEach(() => {
    database = new Sqlite(":memory:");
    migrate(database, "memory");
  });
  afterEach(() => database.close());

  for (const others of [0, OTHERS]) {
    it(`finds what the facts say, beside ${others} names of which nothing changed`, async () => {
      database
        .prepare(
          `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
             INSERT INTO fact SELECT 'pvServer', 'other:' || i, '10.7.0.1:5064', -1, NULL FROM n LIMIT ?`,
        )
        .run(OTHERS, others);
      await fc.assert(
        fc.asyncProperty(ownerships, spans, async (all, span) => {
          const medium = mediumOf(all);
          fill(database, medium);
          const found = answer(database, span);
          assert.deepEqual(found, await new MemoryHistory(() => medium).changes(span));
        }),
        { numRuns: 500 },
      );
    });
  }

  it("finds the same with what it counted of these facts before", async () => {
    await fc.assert(
      fc.asyncProperty(ownerships, fc.array(spans, { minLength: 2 }), async (all, asked) => {
        const medium = mediumOf(all);
        fill(database, medium);
        const counts = new HoldingCounts();
        for (const span of asked) {
          const found = answer(database, span, counts);
          assert.deepEqual(found, await new MemoryHistory(() => medium).changes(span));
        }
      }),
      { numRuns: 500 },
    );
  });

  it("counts nothing twice where all facts are new and none began or ended since", () => {
    fill(database, mediumOf([{ subject: "a", value: "10.7.0.1:5064", isHeld: [false, true] }]));
    const counts = new HoldingCounts();
    const counting = [5, 7].map((to) => {
      const asked: string[] = [];
      answer(database, { from: 0, to, limit: 1 }, counts, asked);
      return { counts: asked.some((sql) => sql.includes("holding")), usesKnown: counts.wereUsed };
    });
    assert.deepEqual(counting, [
      { counts: true, usesKnown: false },
      { counts: false, usesKnown: true },
    ]);
  });

  it("uses nothing counted before where some facts are older", () => {
    fill(database, mediumOf([{ subject: "a", value: "10.7.0.1:5064", isHeld: [true] }]));
    const counts = new HoldingCounts();
    for (const to of [5, 7]) answer(database, { from: 0, to, limit: 1 }, counts);
    assert.equal(counts.wereUsed, false);
  });
});

function fill(database: Sqlite.Database, { facts }: MemoryMedium): void {
  database.exec("DELETE FROM fact WHERE subject NOT LIKE 'other:%'");
  const insert = database.prepare("INSERT INTO fact VALUES (?, ?, ?, ?, ?)");
  for (const { fact, subject, value, begins, ends } of facts.values()) {
    insert.run(fact, subject, value, begins, ends);
  }
}

type Ownership = typeof ownership extends fc.Arbitrary<infer T> ? T : never;

function mediumOf(all: readonly Ownership[]): MemoryMedium {
  const medium = new MemoryMedium();
  for (const { subject, value, isHeld } of all) {
    isHeld.forEach((holds, at) => {
      medium.write({ kind: "fact", fact: "pvServer", subject, value, at, holds });
    });
  }
  return medium;
}

function answer(
  database: Sqlite.Database,
  span: ChangesSpan,
  counts?: HoldingCounts,
  asked: string[] = [],
) {
  const asking = changes(span, counts);
  let step = asking.next();
  while (!step.done) {
    const { sql, values } = step.value;
    asked.push(sql);
    step = asking.next(database.prepare<unknown[], SqlRow>(sql).raw().all(values));
  }
  return step.value;
}
