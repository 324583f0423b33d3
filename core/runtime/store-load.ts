/** Reading back what a store remembers. */
import type { Inventory } from "../model/inventory/inventory.js";
import type { Store } from "../plugin/plugin.js";
import type { Clock } from "../plugin/services.js";
import { within } from "./deadline.js";
import { notAhead } from "./row-times.js";

/** For one batch: a big store may take minutes in all, but it must get on. */
const BATCH_MS = 60_000;

/**
 * An inventory that has begun to observe (the store could not be reached before) brings the rows together with what it
 * knows; rows that come again, because loading failed on the way, change nothing more. Times that are still to come count
 * as now. Rejects when the store fails,
 * takes too long over a batch, or `signal` aborts.
 * @returns the number of rows read.
 */
export async function loadStore(
  id: string,
  store: Store,
  inventory: Pick<Inventory, "restore">,
  clock: Clock,
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  const batches = store.load(signal)[Symbol.asyncIterator]();
  for (;;) {
    const what = `loading a batch from "${id}"`;
    const next = await within(clock, BATCH_MS, what, batches.next(), signal);
    if (next.done === true) return count;
    const now = clock.now();
    const rows = next.value.map((row) => notAhead(row, now)).filter((row) => row !== undefined);
    inventory.restore(rows);
    count += next.value.length;
  }
}
