/** What every kind of row leaves in a store, and what a store has: for upgrades and copies, after which it is the same. */
import type { Row, Store } from "pvmon";
import { eventRow, pvRow, pvServer, ROW_AT, trafficRow } from "pvmon/testkit";
import { RECORDS } from "../../core/testkit/store-rows.js";

const quiet = new AbortController().signal;

/** Rows of every kind. */
export const EVERYTHING: readonly Row[] = [
  ...RECORDS.map(({ row }) => row),
  ...["SR01:VAC0042:Pressure", "caf\u00e9", "b".repeat(400)].map((name) => pvRow(name)),
  eventRow(1),
  eventRow(2, { app: "00ff00ff00ff00ff", log: "pending" }),
  trafficRow(Math.floor(ROW_AT / 60_000) * 60_000, 17.5),
  pvServer("SR01:VAC0042:Pressure", "10.7.0.2:5064", ROW_AT),
];

/** What a start would read, as text, in an order of its own. */
export async function contentOf(store: Store): Promise<readonly string[]> {
  const rows: string[] = [];
  for await (const batch of store.load(quiet)) {
    for (const row of batch) {
      const shown =
        row.kind === "pv" ? { ...row, name: Buffer.from(row.name).toString("hex") } : row;
      rows.push(JSON.stringify(shown));
    }
  }
  return rows.sort();
}

/** Starts it, hands it to `use` and stops it. */
export async function whileItRuns<T, S extends Store>(
  store: S,
  use: (store: S) => Promise<T>,
): Promise<T> {
  await store.start();
  try {
    return await use(store);
  } finally {
    await store.stop();
  }
}
