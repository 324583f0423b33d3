/** Work that must not take for ever. */
import type { Clock } from "../plugin/services.js";

export class DeadlineError extends Error {
  override readonly name = "DeadlineError";
}

/**
 * Settles as `work` does, or rejects with DeadlineError after `ms`, or with the reason of `signal` when that aborts.
 * The work itself goes on: it is up to the caller to end it.
 */
export function within<T>(
  clock: Clock,
  ms: number,
  what: string,
  work: Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal?.reason);
    const cancel = clock.after(ms, () =>
      reject(new DeadlineError(`${what} was not done after ${ms / 1000} s`)),
    );
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted === true) abort();
    // Before it settles, and so before the next one begins: a listener that was taken away still refers to the one after it, and a
    // dead one among what lives long would keep the results of all after it until V8 looks through everything.
    work
      .finally(() => {
        cancel();
        signal?.removeEventListener("abort", abort);
      })
      .then(resolve, reject);
  });
}
