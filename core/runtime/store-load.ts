/** Reading back what a store remembers. */
import { formatIpv4 } from "../model/address.js";
import type { Inventory } from "../model/inventory/inventory.js";
import type { Row } from "../model/row.js";
import type { Store } from "../plugin/plugin.js";
import type { Clock } from "../plugin/services.js";
import { within } from "./deadline.js";

/** For one batch: a big store may take minutes in all, but it must get on. */
const BATCH_MS = 60_000;

type Restoring = Pick<
  Inventory,
  "now" | "restore" | "pv" | "server" | "client" | "group" | "healthRow"
>;

/**
 * Into an inventory that has begun to observe (the store could not be reached before), only what it does not know yet is
 * taken over: what was observed is newer. Rejects when the store fails, takes too long over a batch, or `signal` aborts.
 * @returns the number of rows taken over.
 */
export async function loadStore(
  id: string,
  store: Store,
  inventory: Restoring,
  clock: Clock,
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  const batches = store.load(signal)[Symbol.asyncIterator]();
  for (;;) {
    const what = `loading a batch from "${id}"`;
    const next = await within(clock, BATCH_MS, what, batches.next(), signal);
    if (next.done === true) return count;
    const hasBegun = inventory.now > 0;
    const rows = hasBegun ? next.value.filter((row) => isNew(row, inventory)) : next.value;
    inventory.restore(rows);
    count += rows.length;
  }
}

function isNew(row: Row, inventory: Restoring): boolean {
  switch (row.kind) {
    case "pv":
      return inventory.pv(Buffer.from(row.name).toString("latin1")) === undefined;
    case "server":
      return inventory.server(row.server) === undefined;
    case "client":
      return inventory.client(formatIpv4(row.client)) === undefined;
    case "group":
      return inventory.group(row.group) === undefined;
    case "metrics":
      return inventory.healthRow(row.source) === undefined;
    default:
      // What operators said of hosts and applications is only there; and the ids of events go on. Traffic and facts are
      // those of now.
      return row.kind === "event" || row.kind === "host" || row.kind === "app";
  }
}
