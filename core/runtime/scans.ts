/** Long scans in slices, so that a million names never hold up the loop; few at once, the others wait their turn. */
import { performance } from "node:perf_hooks";
import { setImmediate as nextTurn } from "node:timers/promises";

const SLICE_MS = 8;
const AT_ONCE = 2;
const MOST_WAITING = 1000;

export class Scans {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** Runs the generator to its end; what ends with its first step waits for nobody. Rejects with the reason of `signal` when that aborts, or when too many scans wait. */
  async run<T>(scan: () => Generator<undefined, T>, signal?: AbortSignal): Promise<T> {
    const steps = scan();
    const first = steps.next();
    if (first.done === true) return first.value;
    await this.#enter(signal);
    try {
      return await drive(steps, signal);
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  async #enter(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.#running >= AT_ONCE) {
      if (this.#waiting.length >= MOST_WAITING) throw new Error("too many searches at once");
      // One that has given up meanwhile still takes its turn and passes it on at once.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#running++;
  }
}

async function drive<T>(steps: Generator<undefined, T>, signal?: AbortSignal): Promise<T> {
  let sliceEndsAt = performance.now() + SLICE_MS;
  for (;;) {
    signal?.throwIfAborted();
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() < sliceEndsAt) continue;
    await nextTurn();
    sliceEndsAt = performance.now() + SLICE_MS;
  }
}
