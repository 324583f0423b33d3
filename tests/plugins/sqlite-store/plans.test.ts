/** How SQLite goes about what is asked of it: a wrong way answers right, and holds up every write for minutes. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import {
  changes,
  END_FACT,
  eventCountsQuestion,
  eventFilter,
  type SqlRow,
  type SqlValue,
} from "../../../core/sql-store/index.js";
import { StoreDatabase } from "../../../plugins/sqlite-store/database.js";
import { OLDEST_FACT, PURGE_FACTS } from "../../../plugins/sqlite-store/fact-table.js";

describe("the questions to an SQLite database", () => {
  let folder: string;
  let database: Sqlite.Database;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-plans-"));
    const path = join(folder, "pvmon.db");
    new StoreDatabase(path).close();
    database = new Sqlite(path, { readonly: true });
  });
  after(() => {
    database.close();
    rmSync(folder, { recursive: true });
  });

  const planOf = (sql: string, values: readonly SqlValue[]): string[] =>
    database
      .prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(values)
      .map(({ detail }) => detail);

  /** Of the differences of names, with some of each kind, where so many facts were touched. */
  const plansOfChanges = (isMore: boolean): string[][] => {
    const asking = changes({ from: 1, to: 2, limit: 10 });
    const answers: SqlRow[][] = [[[1]], [[1]], isMore ? [[1]] : [], [[1, 11, 23]]];
    const questions = [asking.next(), ...answers.map((rows) => asking.next(rows))];
    while (questions.length < 7) questions.push(asking.next([]));
    return questions.map(({ value }) => ("sql" in value ? planOf(value.sql, value.values) : []));
  };

  it("about changes look up each subject that changed, where these are few", () => {
    const [oldest, touched, more, ...differences] = plansOfChanges(true);
    assert.match(oldest!.join("\n"), /^SEARCH fact USING COVERING INDEX fact_begins/);
    assert.match(touched!.join("\n"), /COVERING INDEX fact_begins.*COVERING INDEX fact_ends/s);
    assert.match(more!.join("\n"), /^SEARCH fact USING (COVERING INDEX|PRIMARY KEY)/);
    for (const plan of differences) {
      const lookUp = plan.indexOf("SEARCH f USING PRIMARY KEY (fact=? AND subject=?)");
      assert.equal(plan[lookUp - 1], "SCAN touched", plan.join("\n"));
    }
  });

  it("about changes walk past all facts of a kind once and without a sort, where many changed", () => {
    const [, , , totals, ...lists] = plansOfChanges(false);
    for (const plan of [totals!, ...lists]) {
      const walk = plan.indexOf("SEARCH f USING PRIMARY KEY (fact=?)");
      assert.ok(walk >= 0, plan.join("\n"));
      // The rest is done with the few that are listed.
      const rest = plan.slice(walk + 1, plan.indexOf("SCAN listed") + 1 || undefined);
      assert.doesNotMatch(rest.join("\n"), /TEMP B-TREE/, plan.join("\n"));
    }
    assert.equal(lists.length, 3);
  });

  it("about changes only count what there is in the order of the key, where all of it is new", () => {
    const asking = changes({ from: 1, to: 2, limit: 10 });
    asking.next();
    const { value } = asking.next([[2]]);
    assert.ok("sql" in value);
    const plan = planOf(value.sql, value.values).join("\n");
    assert.match(plan, /SEARCH fact USING PRIMARY KEY \(fact=\?\)/);
    assert.doesNotMatch(plan, /TEMP B-TREE/);
  });

  it("end a fact without a look at others", () => {
    const [one] = planOf(END_FACT, [1, "pvServer", "a:b", "10.7.0.1:5064", 1]);
    assert.match(one!, /USING PRIMARY KEY \(fact=\? AND subject=\? AND value=\?/);
  });

  it("delete old facts without a look at those that hold", () => {
    for (const [sql, values] of [
      [OLDEST_FACT, ["pvServer"]],
      [PURGE_FACTS, ["pvServer", 1]],
    ] as const) {
      const [one] = planOf(sql, values);
      assert.match(one!, /SEARCH fact USING COVERING INDEX fact_ends \(fact=\? AND ends/);
    }
  });

  it("count events by what people ask for from an index alone", () => {
    const queries = [
      { severity: "warning" },
      { host: "10.7.0.1", log: ["noted", "pending"] },
    ] as const;
    for (const query of queries) {
      const { count, countValues, page, pageValues } = eventFilter({ ...query, limit: 100 });
      for (const plan of [planOf(count, countValues), planOf(page, pageValues)]) {
        assert.match(plan.join("\n"), /SEARCH event USING COVERING INDEX event_(severity|host) /);
      }
    }
  });

  it("about counts of events read only those of the span of time, or of what is asked for in it", () => {
    const criteria = [
      [{}, "at \\(at>\\? AND at<\\?\\)"],
      [{ types: ["server.lost", "pv.lost"] }, "type \\(type=\\? AND at>\\? AND at<\\?\\)"],
      [{ severity: "alarm" }, "severity \\(severity=\\? AND at>\\? AND at<\\?\\)"],
      [{ host: "10.7.0.1" }, "host \\(host=\\? AND at>\\? AND at<\\?\\)"],
      [{ pv: "a:b" }, "pv \\(pv=\\? AND at>\\? AND at<\\?\\)"],
    ] as const;
    for (const [one, index] of criteria) {
      const { sql, values } = eventCountsQuestion({ from: 1, to: 2, stepMs: 1, ...one });
      const plan = planOf(sql, values).join("\n");
      assert.match(plan, new RegExp(`^SEARCH event USING INDEX event_${index}`), plan);
    }
  });

  it("about a page of events find it in an index, and read only its rows", () => {
    const queries = [
      { log: ["noted", "pending", "acknowledged"] },
      { types: ["server.lost"] },
      { host: "10.7.0.1" },
      { server: "10.7.0.1:5064" },
      { client: "10.7.0.1" },
      { pv: "a:b" },
      { app: "00000000000000aa" },
      { from: 1, to: 2 },
    ] as const;
    for (const query of queries) {
      const { page, pageValues } = eventFilter({ ...query, limit: 100 });
      const plan = planOf(page, pageValues).join("\n");
      assert.match(plan, /SEARCH event USING COVERING INDEX event_/, JSON.stringify(query));
      assert.match(plan, /SCAN page\nSEARCH event USING INTEGER PRIMARY KEY/);
    }
  });
});
