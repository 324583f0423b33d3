import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import type { HistoryService, Store } from "pvmon";
import {
  createInstance,
  describeStore,
  eventRow,
  FakeClock,
  pvRow,
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

  describeStore(sqliteStore, {
    config: () => ({ path }),
    cannotStart: () => {
      writeFileSync(join(folder, "broken.sqlite"), "no database".repeat(1000));
      return { path: join(folder, "broken.sqlite") };
    },
    // A thread, and a process for reading.
    withinMs: 10_000,
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

  /** So many PVs that came within the second after {@link NOON}. */
  const fill = (count: number): void => {
    const database = new Sqlite(path);
    database.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
      INSERT INTO fact SELECT 'pvServer', 'pv:' || i, '10.7.0.1:5064', ${NOON} + 1, NULL FROM n`);
    database.close();
  };
  const span = { from: NOON, to: NOON + 1000, limit: 1 };

  it("writes while somebody reads for long", () =>
    using(async (open) => {
      fill(100_000);
      await history(open).events({ limit: 1 });
      const done: string[] = [];
      await Promise.all([
        history(open)
          .changes(span)
          .then((report) => done.push(`read ${report.pvs.appeared.total}`)),
        open.write([pvRow("a")], quiet).then(() => done.push("written")),
      ]);
      assert.deepEqual(done, ["written", "read 100000"]);
    }));

  it("tells at once what was written since the last question about changes, however old it is", () =>
    using(async (open) => {
      const fact = { kind: "fact", fact: "pvServer", value: "10.7.0.1:5064" } as const;
      const appeared = async () => (await history(open).changes(span)).pvs.appeared.total;
      await open.write([{ ...fact, subject: "a", at: NOON + 10, holds: true }], quiet);
      assert.deepEqual([await appeared(), await appeared()], [1, 1]);
      await open.write([{ ...fact, subject: "b", at: NOON + 5, holds: true }], quiet);
      assert.equal(await appeared(), 2);
      await open.write([{ ...fact, subject: "a", at: NOON + 20, holds: false }], quiet);
      assert.equal(await appeared(), 1);
    }));

  it("ends a read that takes too long, says what to do, and reads on", async () => {
    const clock = new FakeClock(NOON);
    await using(
      async (open) => {
        const reads = [history(open).changes(span), history(open).events({ limit: 1 })];
        const [changes, events] = reads;
        const tooLong = assert.rejects(changes!, {
          code: "HISTORY_TIMEOUT",
          message: /60 s.*shorter span/,
        });
        await clock.advance(60_000);
        await tooLong;
        await events;
        assert.equal((await history(open).changes(span)).pvs.appeared.total, 0);
      },
      store({}, clock),
    );
  });

  it("turns questions away when too many wait, or for too long", async () => {
    const clock = new FakeClock(NOON);
    await using(
      async (open) => {
        const first = assert.rejects(history(open).changes(span), { code: "HISTORY_TIMEOUT" });
        const second = assert.rejects(history(open).changes(span), { code: "HISTORY_TIMEOUT" });
        const late = assert.rejects(history(open).changes(span), { code: "HISTORY_BUSY" });
        await clock.advance(60_000);
        await first;
        await clock.advance(60_000);
        await Promise.all([second, late]);
        const reads = Array.from({ length: 105 }, () => history(open).events({ limit: 1 }));
        const outcomes = await Promise.allSettled(reads);
        const refused = outcomes.filter(({ status }) => status === "rejected");
        assert.ok(refused.length > 0 && refused.length <= 5, String(refused.length));
      },
      store({}, clock),
    );
  });

  it("ends what is being read when it is stopped", async () => {
    const open = store();
    await open.start();
    fill(100_000);
    const ended = assert.rejects(history(open).changes(span), /stopped/);
    await new Promise(setImmediate);
    await open.stop();
    await ended;
  });

  it("reads on after the process that reads has ended", () =>
    using(async (open) => {
      await history(open).events({ limit: 1 });
      const children = `/proc/self/task/${process.pid}/children`;
      for (const pid of readFileSync(children, "utf8").trim().split(" ")) {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        if (command.includes(path)) process.kill(Number(pid), "SIGKILL");
      }
      const read = () => history(open).events({ limit: 1 });
      const { total } = await read().catch(read);
      assert.equal(total, 0);
    }));

  it("deletes history that is older than it should keep, and nothing else", async () => {
    const clock = new FakeClock(NOON);
    const day = 24 * HOUR_MS;
    const fact = { kind: "fact", fact: "serverUp", subject: "s", value: "up" } as const;
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
            { ...fact, at: NOON - 12 * day, holds: true },
            { ...fact, at: NOON - 11 * day, holds: false },
            { ...fact, at: NOON - 11 * day, holds: true },
          ],
          quiet,
        );
        await clock.advance(10_000);
        // Behind what was begun.
        await open.write([], quiet);
        assert.equal((await history(open).events({ limit: 10 })).total, 1);
      },
      store({ keepDays: kept }, clock),
    );
    const database = new Sqlite(path, { readonly: true });
    const count = (sql: string) => database.prepare(sql).pluck().get();
    assert.equal(count("SELECT count(*) FROM traffic WHERE step_ms = 60000"), 1);
    assert.equal(count("SELECT count(*) FROM traffic WHERE step_ms = 86400000"), 2);
    assert.equal(count("SELECT count(*) FROM fact"), 1);
    assert.equal(count("SELECT count(*) FROM pv"), 1);
    database.close();
  });

  it("deletes nothing while it is loaded", async () => {
    const clock = new FakeClock(NOON);
    await using(
      async (open) => {
        await open.write([eventRow(1, { at: NOON - 48 * HOUR_MS }), pvRow("a")], quiet);
        const remembered = async (): Promise<number> => {
          await clock.advance(2000);
          // Behind what was begun.
          await open.write([], quiet);
          return (await history(open).events({ limit: 10 })).total;
        };
        const batches = open.load(quiet)[Symbol.asyncIterator]();
        await batches.next();
        assert.equal(await remembered(), 1);
        while ((await batches.next()).done !== true);
        assert.equal(await remembered(), 0);
      },
      store(
        { keepDays: { events: 1, facts: 1, minutes: 1, tenMinutes: 1, hours: 1, days: 1 } },
        clock,
      ),
    );
  });
});
