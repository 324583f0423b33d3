/**
 * A start with memory: every PV of a large site from the store back into the inventory, as at the start of pvmon, beside
 * reading the same table into objects and nothing more.
 */
import type { Store } from "../core/index.js";
import { Inventory } from "../core/model/inventory/inventory.js";
import { type Benchmark, type Peer, type Result, residentMegabytes } from "./benchmark.js";
import { fill, type Medium, mariadb, sqlite } from "./media.js";

const quiet = new AbortController().signal;

async function load(store: Store): Promise<{ seconds: number; inventory: Inventory }> {
  const begin = performance.now();
  const inventory = new Inventory({}, { event() {}, history() {} });
  await store.start();
  for await (const rows of store.load(quiet)) inventory.restore(rows);
  const seconds = secondsSince(begin);
  await store.stop();
  return { seconds, inventory };
}

const secondsSince = (begin: number): number => Math.round((performance.now() - begin) / 10) / 100;

async function measure(medium: Medium, names: number): Promise<Result & { readonly peer: Peer }> {
  const writtenRowsPerSecond = await fill(medium.create(), names);
  const emptyMegabytes = residentMegabytes();
  const { seconds, inventory } = await load(medium.create());
  const { total } = inventory.counts().pvs;
  if (total !== names) throw new Error(`${names} PVs stored, ${total} loaded`);
  const inventoryMegabytes = residentMegabytes() - emptyMegabytes;
  inventory.counts();
  const begin = performance.now();
  const read = await medium.readAll();
  if (read !== names) throw new Error(`${names} PVs stored, ${read} read`);
  return {
    figure: seconds,
    unit: "s",
    peer: { name: medium.peer, figure: secondsSince(begin) },
    also: { writtenRowsPerSecond, inventoryMegabytes },
  };
}

function loadBenchmark(name: string, open: () => Medium | Promise<Medium>): Benchmark {
  return {
    name,
    what: "seconds from opening the database to the whole inventory in memory",
    async run({ names }) {
      const medium = await open();
      try {
        return await measure(medium, names);
      } finally {
        await medium.remove();
      }
    },
  };
}

export const loadMariadb = loadBenchmark("load-mariadb", mariadb);

export default loadBenchmark("load", sqlite);
