/**
 * A start with memory: every PV of a large site from the SQLite file back into the inventory, as at the start of pvmon,
 * beside reading the same table into objects in one thread and nothing more.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { Inventory } from "../core/model/inventory/inventory.js";
import type { PvRow } from "../core/model/row.js";
import { createInstance, FakeClock, pvRow } from "../core/testkit/index.js";
import sqliteStore from "../plugins/sqlite-store/index.js";
import { type Benchmark, residentMegabytes } from "./benchmark.js";

const ROWS_PER_WRITE = 2000;
const NAMES_PER_IOC = 750;
const quiet = new AbortController().signal;

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

async function fill(path: string, names: number): Promise<number> {
  const { instance } = createInstance(sqliteStore, { path }, { clock: new FakeClock() });
  await instance.start();
  const begin = performance.now();
  for (let n = 0; n < names; n += ROWS_PER_WRITE) {
    const count = Math.min(ROWS_PER_WRITE, names - n);
    await instance.write(
      Array.from({ length: count }, (_, row) => rowOf(n + row)),
      quiet,
    );
  }
  const rowsPerSecond = Math.round((names * 1000) / (performance.now() - begin));
  await instance.stop();
  return rowsPerSecond;
}

async function load(
  path: string,
): Promise<{ seconds: number; total: number; inventory: Inventory }> {
  const begin = performance.now();
  const inventory = new Inventory({}, { event() {}, history() {} });
  const { instance } = createInstance(sqliteStore, { path }, { clock: new FakeClock() });
  await instance.start();
  for await (const rows of instance.load(quiet)) inventory.restore(rows);
  const seconds = (performance.now() - begin) / 1000;
  await instance.stop();
  return { seconds, total: inventory.counts().pvs.total, inventory };
}

function readObjects(path: string): number {
  const begin = performance.now();
  const database = new Sqlite(path, { readonly: true });
  const rows = database.prepare("SELECT * FROM pv").all();
  const seconds = (performance.now() - begin) / 1000;
  database.close();
  return rows.length === 0 ? Number.NaN : seconds;
}

const rounded = (seconds: number): number => Math.round(seconds * 100) / 100;

export default {
  name: "load",
  what: "seconds from opening the database to the whole inventory in memory",
  async run({ names }) {
    const folder = mkdtempSync(join(tmpdir(), "pvmon-bench-"));
    try {
      const path = join(folder, "pvmon.sqlite");
      const writtenRowsPerSecond = await fill(path, names);
      const emptyMegabytes = residentMegabytes();
      const { seconds, total, inventory } = await load(path);
      if (total !== names) throw new Error(`${names} PVs stored, ${total} loaded`);
      const inventoryMegabytes = residentMegabytes() - emptyMegabytes;
      inventory.counts();
      const peer = {
        name: "better-sqlite3 .all() of the same table",
        figure: rounded(readObjects(path)),
      };
      return {
        figure: rounded(seconds),
        unit: "s",
        peer,
        also: { writtenRowsPerSecond, inventoryMegabytes },
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
} satisfies Benchmark;
