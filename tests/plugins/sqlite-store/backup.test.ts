import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import type { HistoryService, Store } from "pvmon";
import { createInstance, FakeClock, pvRow, ROW_AT, trafficRow } from "pvmon/testkit";
import { filledConfig } from "../../../core/testkit/recording-host.js";
import sqliteStore from "../../../plugins/sqlite-store/index.js";
import { ROOT } from "../../core/repository.js";
import { contentOf, EVERYTHING, whileItRuns } from "../store-content.js";

const quiet = new AbortController().signal;

describe("pvmon backup of an SQLite database", () => {
  let folder = "";
  let path = "";
  let copy = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-backup-"));
    path = join(folder, "pvmon.sqlite");
    copy = join(folder, "copy.sqlite");
    writeFileSync(
      join(folder, "site.yml"),
      "stores: [{ use: sqlite-store, config: { path: pvmon.sqlite } }]\n",
    );
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const store = (at = path): Store<HistoryService> =>
    createInstance(sqliteStore, { path: at }, { clock: new FakeClock(ROW_AT) })
      .instance as Store<HistoryService>;
  /** As people do it, in a process of its own. @param meanwhile happens when the copy has begun */
  async function backUp(
    meanwhile: (child: ChildProcess) => void = () => undefined,
  ): Promise<{ readonly code: number | null; readonly said: string }> {
    const args = ["dist/core/main.js", "backup", copy, "--config", join(folder, "site.yml")];
    const child = spawn(process.execPath, args, { cwd: ROOT });
    const looking = setInterval(() => {
      if (!existsSync(`${copy}.part`)) return;
      clearInterval(looking);
      meanwhile(child);
    }, 10);
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
    const [code] = (await once(child, "close")) as [number | null];
    clearInterval(looking);
    return { code, said };
  }
  const copies = (): readonly string[] =>
    readdirSync(folder).filter((name) => name.startsWith("copy"));
  /** Nobody reads the database, so that no copy goes on, until it is closed. */
  async function locked(): Promise<Sqlite.Database> {
    await whileItRuns(store(), (open) => open.write(EVERYTHING, quiet));
    const database = new Sqlite(path);
    database.pragma("journal_mode = DELETE");
    database.exec("BEGIN EXCLUSIVE");
    return database;
  }

  it("has everything, also what is only in the write-ahead log", async () => {
    const all = await whileItRuns(store(), async (open) => {
      await open.write(EVERYTHING, quiet);
      await sqliteStore.backup?.({
        config: filledConfig(sqliteStore, { path }) as never,
        to: copy,
        now: ROW_AT,
        signal: quiet,
      });
      return await contentOf(open);
    });
    assert.deepEqual(await whileItRuns(store(copy), contentOf), all);
  });

  it("is the database as of one moment, whatever is written meanwhile, and can take its place", async () => {
    let written = 0;
    await whileItRuns(store(), async (open) => {
      await open.write(EVERYTHING, quiet);
      const pair = ["in every batch", "as well"].map((name) => pvRow(name, { requests: 0 }));
      let isDone = false;
      const writing = (async () => {
        while (!isDone) {
          written += 1;
          const rows = pair.map((row) => ({ ...row, requests: written }));
          await open.write([...rows, trafficRow(60_000 * written, 1)], quiet);
        }
      })();
      assert.deepEqual(await backUp(), { code: 0, said: `copied to ${copy}\n` });
      isDone = true;
      await writing;
    });
    const copied = new Sqlite(copy, { readonly: true });
    const counts = copied.prepare("SELECT requests FROM pv WHERE requests > 3").pluck().all();
    copied.close();
    assert.ok(Number(counts[0]) > 0 && Number(counts[0]) < written, `${counts} of ${written}`);
    assert.equal(counts[0], counts[1]);

    for (const name of ["pvmon.sqlite", "pvmon.sqlite-wal", "pvmon.sqlite-shm"]) {
      rmSync(join(folder, name), { force: true });
    }
    cpSync(copy, path);
    await whileItRuns(store(), async (open) => {
      const found = await contentOf(open);
      assert.equal(found.filter((row) => row.includes(`"requests":${counts[0]}`)).length, 2);
      assert.equal((await open.service?.events({ limit: 10 }))?.total, 2);
    });
  });

  it("says why there is none, and leaves no file behind", async () => {
    const missing = await backUp();
    assert.equal(missing.code, 1);
    assert.match(missing.said, /"sqlite-store" was not copied: .*pvmon\.sqlite is not there/);
    writeFileSync(path, "no database".repeat(1000));
    assert.match((await backUp()).said, /not a database/);
    assert.deepEqual(readdirSync(folder).sort(), ["pvmon.sqlite", "site.yml"]);
    writeFileSync(copy, "kept");
    assert.match((await backUp()).said, /is there already/);
    assert.ok(existsSync(copy));
  });

  it("is noted beside the database for pvmon doctor, which warns of none and of an old one", async () => {
    const lastBackup = async () => {
      const config = { path } as never;
      const examination = { config, now: Date.now(), signal: quiet, runningPid: undefined };
      const found = (await sqliteStore.diagnose?.(examination)) ?? [];
      return found.find(({ subject }) => subject === "last back-up");
    };
    assert.equal(await lastBackup(), undefined);
    await whileItRuns(store(), (open) => open.write(EVERYTHING, quiet));
    const none = await lastBackup();
    assert.deepEqual([none?.state, none?.saw], ["warning", "none noted by pvmon backup"]);
    assert.equal((await backUp()).code, 0);
    const fresh = await lastBackup();
    assert.equal(fresh?.state, "ok");
    assert.match(fresh?.saw ?? "", /^20\d\d-\S+Z, less than a day ago: \/.*copy\.sqlite$/);
    const note = `${path}.last-backup`;
    const at = new Date(Date.now() - 8.5 * 86_400_000).toISOString();
    writeFileSync(note, JSON.stringify({ at, to: "/backup/old.sqlite" }));
    const old = await lastBackup();
    assert.deepEqual([old?.state, old?.saw], ["warning", `${at}, 8 d ago: /backup/old.sqlite`]);
    assert.match(old?.todo ?? "", /^pvmon backup /);
    // One that fails is none.
    assert.equal((await backUp()).code, 1);
    assert.deepEqual(await lastBackup(), old);
    writeFileSync(note, "damaged");
    assert.deepEqual(await lastBackup(), none);
  });

  it("is made also where it cannot be noted", async () => {
    await whileItRuns(store(), (open) => open.write(EVERYTHING, quiet));
    mkdirSync(`${path}.last-backup`);
    assert.equal((await backUp()).code, 0);
    assert.deepEqual(copies(), ["copy.sqlite"]);
    assert.ok(!existsSync(`${path}.last-backup.new`));
  });

  it("is for nobody else to read", async () => {
    await whileItRuns(store(), (open) => open.write(EVERYTHING, quiet));
    assert.equal((await backUp()).code, 0);
    assert.equal(statSync(copy).mode & 0o777, 0o600);
  });

  it("is broken off by a signal, and leaves no file behind", async () => {
    const holding = await locked();
    const { code, said } = await backUp((child) => child.kill("SIGINT"));
    holding.close();
    assert.equal(code, 1);
    assert.match(said, /was not copied: broken off by SIGINT/);
    assert.deepEqual(copies(), []);
  });

  it("touches no file of somebody else: neither what is left over, nor what comes there meanwhile", async () => {
    const holding = await locked();
    writeFileSync(`${copy}.part`, "kept");
    assert.match((await backUp()).said, /copy\.sqlite\.part is there: .* delete it/);
    assert.equal(readFileSync(`${copy}.part`, "utf8"), "kept");
    rmSync(`${copy}.part`);
    const { code, said } = await backUp(() => {
      writeFileSync(copy, "kept");
      holding.close();
    });
    assert.equal(code, 1);
    assert.match(said, /copy\.sqlite is there: it has come there meanwhile/);
    assert.deepEqual(copies(), ["copy.sqlite"]);
    assert.equal(readFileSync(copy, "utf8"), "kept");
  });
});
