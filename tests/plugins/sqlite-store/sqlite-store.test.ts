import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import type { HistoryService, Row, Store } from "pvmon";
import { createInstance, eventRow, FakeClock, pvRow, storeConformance } from "pvmon/testkit";
import sqliteStore from "../../../plugins/sqlite-store/index.js";

const quiet = new AbortController().signal;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NOON = Date.UTC(2026, 5, 1, 12);

let folder = "";
let path = "";

function store(config: object = {}, clock = new FakeClock(NOON)): Store<HistoryService> {
  return createInstance(sqliteStore, { path, ...config }, { clock })
    .instance as Store<HistoryService>;
}

function history(of: Store<HistoryService>): HistoryService {
  assert.ok(of.service);
  return of.service;
}

async function using<T>(
  use: (store: Store<HistoryService>) => Promise<T>,
  of = store(),
): Promise<T> {
  await of.start();
  try {
    return await use(of);
  } finally {
    await of.stop();
  }
}

const traffic = (minuteAt: number, value: number, series = "searchNames"): Row => ({
  kind: "traffic",
  minuteAt,
  series,
  value,
});

describe("sqlite-store", () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-sqlite-"));
    path = join(folder, "deep", "pvmon.sqlite");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  storeConformance("sqlite-store", {
    create: async () => store(),
    reopen: async () => store(),
    describe,
    it,
  });

  it("refuses a file that another pvmon has open, and takes it when that one has gone", () =>
    using(async (first) => {
      const second = store();
      await assert.rejects(second.start(), /in use by another pvmon/);
      await first.stop();
      await second.start();
      await second.stop();
    }));

  it("says which file is damaged and what to do", async () => {
    path = join(folder, "broken.sqlite");
    writeFileSync(path, "this is not a database, whatever its name says".repeat(100));
    await assert.rejects(
      store().start(),
      /broken\.sqlite is not a database or is damaged.*move it away/,
    );
  });

  it("leaves the database of another program alone", async () => {
    path = join(folder, "other.sqlite");
    new Sqlite(path).exec("CREATE TABLE theirs (x)").close();
    await assert.rejects(store().start(), /database of another program/);
    const tables = new Sqlite(path).prepare("SELECT name FROM sqlite_master").pluck().all();
    assert.deepEqual(tables, ["theirs"]);
  });

  it("does not touch the database of a newer pvmon", async () => {
    await using(async () => undefined);
    const database = new Sqlite(path);
    database.pragma("user_version = 99");
    database.close();
    await assert.rejects(store().start(), /newer pvmon/);
  });

  it("says so when its folder cannot be made", async () => {
    writeFileSync(join(folder, "file"), "");
    path = join(folder, "file", "pvmon.sqlite");
    await assert.rejects(store().start(), /ENOTDIR|EEXIST/);
  });

  describe("events", () => {
    const rows = [
      eventRow(1, { type: "server.started" }),
      eventRow(2, { type: "server.lost", severity: "alarm" }),
      eventRow(3, { type: "pv.lost", subject: "a:b", pv: "a:b", server: "10.7.0.3:5064" }),
      eventRow(4, { type: "server.lost", host: "10.7.0.9", server: "10.7.0.9:5064" }),
    ];
    const ids = (page: { items: readonly { at: number }[] }) =>
      page.items.map(({ at }) => at % 1000);
    const find = (query: object) =>
      using(async (open) => {
        await open.write(rows, quiet);
        return ids(await history(open).events({ limit: 10, ...query }));
      });

    it("come newest first", async () => assert.deepEqual(await find({}), [4, 3, 2, 1]));
    it("are found by type", async () =>
      assert.deepEqual(await find({ types: ["server.lost", "pv.lost"] }), [4, 3, 2]));
    it("are found by severity", async () =>
      assert.deepEqual(await find({ severity: "alarm" }), [2]));
    it("are found by server, host and PV", async () => {
      assert.deepEqual(await find({ server: "10.7.0.9:5064" }), [4]);
      assert.deepEqual(await find({ host: "10.7.0.2" }), [3, 2, 1]);
      assert.deepEqual(await find({ pv: "a:b" }), [3]);
    });
    it("are found by time, the end excluded", async () => {
      const at = rows.flatMap((row) => (row.kind === "event" ? [row.event.at] : []));
      assert.deepEqual(await find({ from: at[1], to: at[3] }), [3, 2]);
    });

    it("page by a cursor that stays right while events come in", () =>
      using(async (open) => {
        await open.write(rows, quiet);
        const first = await history(open).events({ limit: 2 });
        await open.write([eventRow(5)], quiet);
        assert.deepEqual(ids(first), [4, 3]);
        assert.ok(first.next);
        const second = await history(open).events({ limit: 2, cursor: first.next });
        assert.deepEqual([ids(second), second.next, first.total], [[2, 1], null, 4]);
      }));

    it("come back with all their members", () =>
      using(async (open) => {
        const row = eventRow(7, {
          client: "10.7.0.5",
          evidence: { periodMs: 15000, names: ["a", "b"], last: null },
        });
        await open.write([row], quiet);
        const page = await history(open).events({ limit: 1 });
        assert.deepEqual(page.items, row.kind === "event" ? [row.event] : []);
      }));
  });

  describe("traffic", () => {
    it("of an hour comes by the minute", () =>
      using(async (open) => {
        await open.write([traffic(NOON, 5), traffic(NOON + MINUTE_MS, 7)], quiet);
        const answer = await history(open).traffic({
          series: ["searchNames", "none"],
          from: NOON,
          to: NOON + HOUR_MS,
        });
        assert.equal(answer.stepMs, MINUTE_MS);
        assert.deepEqual(answer.series, [
          {
            name: "searchNames",
            points: [
              { at: NOON, value: 5 },
              { at: NOON + MINUTE_MS, value: 7 },
            ],
          },
          { name: "none", points: [] },
        ]);
      }));

    it("of two years comes by the day, as means per minute, the running day included", () =>
      using(async (open) => {
        const minutes = Array.from({ length: 90 }, (_, n) =>
          traffic(NOON + n * MINUTE_MS, n < 45 ? 10 : 20),
        );
        await open.write(minutes, quiet);
        const answer = await history(open).traffic({
          series: ["searchNames"],
          from: NOON - 730 * 24 * HOUR_MS,
          to: NOON + 2 * HOUR_MS,
        });
        assert.equal(answer.stepMs, 24 * HOUR_MS);
        assert.deepEqual(answer.series[0]?.points, [{ at: NOON - 12 * HOUR_MS, value: 15 }]);
      }));

    it("counts a minute once, however often it is written", () =>
      using(async (open) => {
        for (const value of [1, 2, 30]) await open.write([traffic(NOON, value)], quiet);
        const answer = await history(open).traffic({
          series: ["searchNames"],
          from: NOON - 30 * 24 * HOUR_MS,
          to: NOON + HOUR_MS,
        });
        assert.deepEqual(
          answer.series[0]?.points.map((point) => point.value),
          [30],
        );
      }));

    it("of a client that was busy in one of two watched minutes is half of that minute's", () =>
      using(async (open) => {
        await open.write(
          [
            traffic(NOON, 100),
            traffic(NOON + MINUTE_MS, 100),
            traffic(NOON, 60, "client:10.7.0.1"),
          ],
          quiet,
        );
        const answer = await history(open).traffic({
          series: ["client:10.7.0.1"],
          from: NOON - 20 * 24 * HOUR_MS,
          to: NOON + HOUR_MS,
        });
        assert.deepEqual(
          answer.series[0]?.points.map((point) => point.value),
          [30],
        );
      }));

    it("never has more than 1,000 points a series", () =>
      using(async (open) => {
        await open.write(
          Array.from({ length: 1500 }, (_, n) => traffic(NOON + n * MINUTE_MS, 1)),
          quiet,
        );
        const answer = await history(open).traffic({
          series: ["searchNames"],
          from: NOON,
          to: NOON + 1500 * MINUTE_MS,
        });
        const points = answer.series[0]?.points ?? [];
        assert.equal(points.length, 750);
        assert.equal(answer.stepMs, 2 * MINUTE_MS);
      }));
  });

  it("deletes history that is older than it should keep, and nothing else", async () => {
    const clock = new FakeClock(NOON);
    const day = 24 * HOUR_MS;
    const kept = { events: 10, minutes: 1, tenMinutes: 2, hours: 3, days: 1000 };
    await using(
      async (open) => {
        await open.write(
          [
            eventRow(1, { at: NOON - 11 * day }),
            eventRow(2, { at: NOON - 9 * day }),
            traffic(NOON - 5 * day, 1),
            traffic(NOON - HOUR_MS, 2),
            pvRow("stays"),
          ],
          quiet,
        );
        await clock.advance(10_000);
        assert.equal((await history(open).events({ limit: 10 })).total, 1);
      },
      store({ keepDays: kept }, clock),
    );
    const database = new Sqlite(path, { readonly: true });
    const count = (sql: string) => database.prepare(sql).pluck().get();
    assert.equal(count("SELECT count(*) FROM traffic WHERE step_ms = 60000"), 1);
    assert.equal(count("SELECT count(*) FROM traffic WHERE step_ms = 86400000"), 2);
    assert.equal(count("SELECT count(*) FROM pv"), 1);
    database.close();
  });
});
