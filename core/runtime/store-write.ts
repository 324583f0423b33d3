/** One write to a store, which gets so long, and as long again to end when it was told to. */
import type { Row } from "../model/row.js";
import type { Store } from "../plugin/plugin.js";
import type { Clock } from "../plugin/services.js";
import { DeadlineError, within } from "./deadline.js";

export interface WriteLimits {
  readonly clock: Clock;
  readonly writeMs: number;
  /** Aborted when it takes too long. */
  readonly abort: AbortController;
  /** It takes too long and was told to end. */
  late(reason: string): void;
  /** It does not end. */
  hangs(reason: string): void;
}

/** Settles only once the store has ended the write, or hangs for good. */
export async function writeOnce(
  store: Store,
  rows: readonly Row[],
  { clock, writeMs, abort, late, hangs }: WriteLimits,
): Promise<void> {
  // An async function, because a store that throws has failed as one that rejects.
  const work = (async () => store.write(rows, abort.signal))();
  try {
    return await within(clock, writeMs, "a write", work);
  } catch (error) {
    if (!(error instanceof DeadlineError)) throw error;
    // Not the error itself: a store that ends with its signal's reason has not hung.
    abort.abort(new Error(error.message));
    late(error.message);
  }
  try {
    await within(clock, writeMs, "a write that was told to end", work);
  } catch (error) {
    if (error instanceof DeadlineError) hangs(error.message);
    throw error;
  }
}
