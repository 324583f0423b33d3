/** What an update of pvmon finds: files of every earlier schema, with what people have in them, and interrupted updates. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import type { HistoryService, Store } from "pvmon";
import { createInstance, FakeClock, ROW_AT } from "pvmon/testkit";
import sqliteStore from "../../../plugins/sqlite-store/index.js";
import { MIGRATIONS, migrate, SCHEMA_VERSION } from "../../../plugins/sqlite-store/migrations.js";
import { ROOT } from "../../core/repository.js";
import { contentOf, EVERYTHING, whileItRuns } from "../store-content.js";

const quiet = new AbortController().signal;

/** The store comes to a step that takes a signal from itself, in the middle of the transaction. */
const CRASH = `
import Sqlite from "better-sqlite3";
const [path, module] = process.argv.slice(1);
const { MIGRATIONS, migrate } = await import(module);
const database = new Sqlite(path);
database.pragma("journal_mode = WAL");
database.function("crash", () => process.kill(process.pid, "SIGKILL"));
migrate(database, path, [...MIGRATIONS, "CREATE TABLE later (x); DELETE FROM pv; SELECT crash()"]);
`;

describe("an update of sqlite-store", () => {
  let folder = "";
  let path = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-upgrade-"));
    path = join(folder, "pvmon.sqlite");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const store = (at = path): Store<HistoryService> =>
    createInstance(sqliteStore, { path: at }, { clock: new FakeClock(ROW_AT) })
      .instance as Store<HistoryService>;
  const columns = (database: Sqlite.Database, schema: string, table: string): readonly string[] =>
    database
      .prepare(`SELECT name FROM pragma_table_info(?, ?)`)
      .pluck()
      .all(table, schema) as string[];
  const tables = (database: Sqlite.Database, schema = "main"): readonly string[] =>
    database
      .prepare(`SELECT name FROM ${schema}.sqlite_schema WHERE type = 'table' ORDER BY name`)
      .pluck()
      .all() as string[];

  /** A file as pvmon of that schema had it: of everything in a file of today, what there was a column for. */
  function makeOld(version: number, today: string): readonly string[] {
    const database = new Sqlite(path);
    migrate(database, path, MIGRATIONS.slice(0, version));
    database.exec(`ATTACH '${today}' AS today`);
    const had = tables(database);
    for (const table of had) {
      const common = columns(database, "main", table)
        .filter((name) => columns(database, "today", table).includes(name))
        .join(", ");
      database.exec(`INSERT INTO main.${table} (${common}) SELECT ${common} FROM today.${table}`);
    }
    database.close();
    return had;
  }

  for (let version = 0; version <= SCHEMA_VERSION; version += 1) {
    it(`from schema ${version} keeps all that was stored`, async () => {
      const today = join(folder, "today.sqlite");
      const all = await whileItRuns(store(today), async (open) => {
        await open.write(EVERYTHING, quiet);
        return await contentOf(open);
      });
      const had = makeOld(version, today);
      await whileItRuns(store(), async (open) => {
        const found = await contentOf(open);
        const kept = all.filter((row) => {
          const { kind } = JSON.parse(row);
          return had.includes(kind === "pv" || kind === "server" || kind === "client" ? kind : "");
        });
        assert.ok(kept.length === 0 ? version === 0 : kept.length >= 5);
        assert.deepEqual(
          kept.filter((row) => !found.includes(row)),
          [],
        );
        if (version === SCHEMA_VERSION) assert.deepEqual(found, all);
        const { items } = (await open.service?.events({ limit: 10 })) ?? { items: [] };
        assert.deepEqual(
          items.map(({ text, at }) => [text, at]),
          version === 0
            ? []
            : [
                ["started", ROW_AT + 2],
                ["started", ROW_AT + 1],
              ],
        );
        // It goes on from there.
        await open.write(EVERYTHING, quiet);
        assert.deepEqual(await contentOf(open), all);
      });
      const database = new Sqlite(path, { readonly: true });
      assert.equal(database.pragma("user_version", { simple: true }), SCHEMA_VERSION);
      assert.equal(database.pragma("integrity_check", { simple: true }), "ok");
      database.close();
    });
  }

  it("that fails, or is killed in its middle, leaves everything as it was", async () => {
    const all = await whileItRuns(store(), async (open) => {
      await open.write(EVERYTHING, quiet);
      return await contentOf(open);
    });
    const database = new Sqlite(path);
    const broken = [
      ...MIGRATIONS,
      "CREATE TABLE later (x); DELETE FROM pv; INSERT INTO gone VALUES (1)",
    ];
    assert.throws(() => migrate(database, path, broken), /no such table: gone/);
    database.close();
    const module = join(ROOT, "dist/plugins/sqlite-store/migrations.js");
    const options = { cwd: ROOT, encoding: "utf8" } as const;
    const args = ["--input-type=module", "-e", CRASH, path, module];
    const { signal, stderr } = spawnSync(process.execPath, args, options);
    assert.equal(signal, "SIGKILL", stderr);
    await whileItRuns(store(), async (open) => assert.deepEqual(await contentOf(open), all));
    const after = new Sqlite(path, { readonly: true });
    assert.equal(after.pragma("user_version", { simple: true }), SCHEMA_VERSION);
    assert.ok(!tables(after).includes("later"));
    after.close();
  });
});
