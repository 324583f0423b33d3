/** What an update of pvmon finds in a MariaDB: every earlier schema, interrupted updates; and copies by MariaDB's own program. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Connection, createConnection } from "mariadb";
import type { HistoryService, Store } from "pvmon";
import { createInstance, FakeClock, ROW_AT } from "pvmon/testkit";
import { filledConfig } from "../../../core/testkit/recording-host.js";
import { backup } from "../../../plugins/mariadb-store/backup.js";
import mariadbStore from "../../../plugins/mariadb-store/index.js";
import { CHARACTERS, MIGRATIONS, migrate } from "../../../plugins/mariadb-store/migrations.js";
import { Mariadb, runProgram } from "../../peers/index.js";
import { contentOf, EVERYTHING, whileItRuns } from "../store-content.js";

const quiet = new AbortController().signal;
const TODAY = "pvmon_today";

describe("mariadb-store, updated and copied", () => {
  let server: Mariadb;
  let all: readonly string[];
  before(async () => {
    server = await Mariadb.create();
    all = await whileItRuns(store(TODAY), async (open) => {
      await open.write(EVERYTHING, quiet);
      return await contentOf(open);
    });
  });
  after(() => server?.remove());

  const store = (database: string): Store<HistoryService> => {
    const options = { socket: server.socket, user: "root", database };
    return createInstance(mariadbStore, options, { clock: new FakeClock(ROW_AT) })
      .instance as Store<HistoryService>;
  };
  async function onNew<T>(
    database: string,
    use: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    await server.query(`CREATE DATABASE ${database} ${CHARACTERS}`);
    const options = { socketPath: server.socket, user: "root", database, rowsAsArray: true };
    const connection = await createConnection(options);
    try {
      return await use(connection);
    } finally {
      await connection.end();
    }
  }
  const columns = async (database: string, table: string): Promise<readonly string[]> =>
    (
      await server.query(
        `SELECT column_name FROM information_schema.columns WHERE table_schema = '${database}' AND table_name = '${table}'`,
      )
    ).map(([name]) => String(name));
  const tables = async (database: string): Promise<readonly string[]> =>
    (await server.query(`SHOW TABLES FROM ${database}`)).map(([name]) => String(name));

  for (let version = 1; version <= MIGRATIONS.length; version += 1) {
    it(`keeps all that was stored in schema ${version}`, async () => {
      const database = `pvmon_from_${version}`;
      await onNew(database, (connection) =>
        migrate(connection, database, MIGRATIONS.slice(0, version)),
      );
      // Of everything in a database of today, what that schema had a column for.
      for (const table of await tables(database)) {
        if (table === "pvmon_schema") continue;
        const today = await columns(TODAY, table);
        const common = (await columns(database, table)).filter((name) => today.includes(name));
        const list = common.join(", ");
        await server.query(
          `INSERT INTO ${database}.${table} (${list}) SELECT ${list} FROM ${TODAY}.${table}`,
        );
      }
      await whileItRuns(store(database), async (open) => {
        const found = await contentOf(open);
        if (version === MIGRATIONS.length) assert.deepEqual(found, all);
        const pvs = all.filter((row) => row.startsWith(`{"kind":"pv"`));
        assert.ok(pvs.length === 3 && pvs.every((row) => found.includes(row)));
        assert.equal((await open.service?.events({ limit: 10 }))?.total, 2);
        await open.write(EVERYTHING, quiet);
        assert.deepEqual(await contentOf(open), all);
      });
    });
  }

  it("goes on with a step that was broken off after any of its statements", async () => {
    const earlier = MIGRATIONS.slice(0, -1);
    const last = MIGRATIONS.at(-1) ?? [];
    for (let done = 0; done <= last.length; done += 1) {
      const database = `pvmon_broken_${done}`;
      const step = [...last.slice(0, done), "SELECT * FROM gone"];
      const broken = onNew(database, (connection) =>
        migrate(connection, database, [...earlier, step]),
      );
      await assert.rejects(broken, /gone' doesn't exist/);
      await whileItRuns(store(database), async (open) => {
        await open.write(EVERYTHING, quiet);
        assert.deepEqual(await contentOf(open), all);
      });
    }
  });

  it("is copied by the command that pvmon backup names, and restored from the copy", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pvmon-dump-"));
    try {
      const to = join(folder, "copy.sql");
      const config = filledConfig(mariadbStore, {
        socket: server.socket,
        user: "root",
        database: TODAY,
      }) as never;
      const said = await backup({ config, to, now: Date.now(), signal: quiet }).catch(
        (error: Error) => error.message,
      );
      const [, command = ""] = /: (mariadb-dump .+)$/.exec(said ?? "") ?? [];
      const here = { prefix: [], environment: { MYSQL_PWD: "" } };
      // The server of a test has no passwords.
      const dump = command.replace("--password ", "");
      await whileItRuns(store(TODAY), () => runProgram(here, ["sh", "-ec", dump], 30_000));
      await server.query("CREATE DATABASE pvmon_restored");
      const restore = `mariadb --socket=${server.socket} --user=root pvmon_restored < ${to}`;
      await runProgram(here, ["sh", "-ec", restore], 30_000);
      await whileItRuns(store("pvmon_restored"), async (open) => {
        assert.deepEqual(await contentOf(open), all);
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
