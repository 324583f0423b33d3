/** Stores full of PVs, each with a medium of its own: a file of SQLite, a MariaDB on this machine. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { createConnection } from "mariadb";
import type { Store } from "../core/index.js";
import type { PvRow } from "../core/model/row.js";
import { createInstance, FakeClock, pvRow } from "../core/testkit/index.js";
import mariadbStore from "../plugins/mariadb-store/index.js";
import sqliteStore from "../plugins/sqlite-store/index.js";
import { Mariadb } from "../tests/peers/index.js";

const ROWS_PER_WRITE = 2000;
const NAMES_PER_IOC = 750;
const quiet = new AbortController().signal;

/** A store with a medium of its own, and how its table is read without pvmon. */
export interface Medium {
  create(): Store;
  /** Its entry of `stores:` in a site file. */
  readonly entry: string;
  readonly peer: string;
  /** Answers the number of rows. */
  readAll(): Promise<number>;
  remove(): Promise<void>;
}

/** Two requesters and one owner each, as on a busy site. */
function rowOf(n: number): PvRow {
  const ioc = Math.floor(n / NAMES_PER_IOC);
  const lastAt = Date.UTC(2026, 0, 1) + n;
  return pvRow(`SR${ioc % 100}:IOC${ioc}:signal-${n}`, {
    requesters: [0, 1].map((client) => ({
      client: 0x0a070000 + ((n + client) % 500),
      port: 40_000,
      count: 3,
      lastAt,
    })),
    owners: [{ server: { ip: 0x0a080000 + ioc, port: 5064 }, firstAt: lastAt, lastAt }],
  });
}

/** Answers how many rows were written in a second. */
export async function fill(store: Store, names: number): Promise<number> {
  await store.start();
  const begin = performance.now();
  for (let n = 0; n < names; n += ROWS_PER_WRITE) {
    const count = Math.min(ROWS_PER_WRITE, names - n);
    await store.write(
      Array.from({ length: count }, (_, row) => rowOf(n + row)),
      quiet,
    );
  }
  const rowsPerSecond = Math.round((names * 1000) / (performance.now() - begin));
  await store.stop();
  return rowsPerSecond;
}

export function sqlite(): Medium {
  const folder = mkdtempSync(join(tmpdir(), "pvmon-bench-"));
  const path = join(folder, "pvmon.sqlite");
  const clock = new FakeClock();
  return {
    entry: `{ use: sqlite-store, config: { path: ${path} } }`,
    create: () => createInstance(sqliteStore, { path }, { clock }).instance,
    peer: "better-sqlite3 .all() of the same table",
    readAll: async () => {
      const database = new Sqlite(path, { readonly: true });
      const rows = database.prepare("SELECT * FROM pv").all();
      database.close();
      return rows.length;
    },
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

export async function mariadb(): Promise<Medium> {
  const server = await Mariadb.create();
  const login = { user: "root", database: "pvmon" };
  const clock = new FakeClock();
  return {
    entry: `{ use: mariadb-store, config: { socket: ${server.socket}, user: root, database: pvmon } }`,
    create: () =>
      createInstance(mariadbStore, { socket: server.socket, ...login }, { clock }).instance,
    peer: "mariadb query() of the same table",
    readAll: async () => {
      const connection = await createConnection({ socketPath: server.socket, ...login });
      const rows = await connection.query<object[]>("SELECT * FROM pv");
      await connection.end();
      return rows.length;
    },
    remove: () => server.remove(),
  };
}
