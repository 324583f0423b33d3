import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import type { HistoryService, Store } from "pvmon";
import {
  createInstance,
  eventRow,
  FakeClock,
  pvRow,
  storeConformance,
  trafficRow,
} from "pvmon/testkit";
import sqliteStore from "../../../plugins/sqlite-store/index.js";

const quiet = new AbortController().signal;
const HOUR_MS = 3_600_000;
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

  it("deletes history that is older than it should keep, and nothing else", async () => {
    const clock = new FakeClock(NOON);
    const day = 24 * HOUR_MS;
    const kept = { events: 10, facts: 10, minutes: 1, tenMinutes: 2, hours: 3, days: 1000 };
    await using(
      async (open) => {
        await open.write(
          [
            eventRow(1, { at: NOON - 11 * day }),
            eventRow(2, { at: NOON - 9 * day }),
            trafficRow(NOON - 5 * day, 1),
            trafficRow(NOON - HOUR_MS, 2),
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
