/** Long scans in slices, so that a million names never hold up the loop; few at once, the others wait their turn. */
import { performance } from "node:perf_hooks";
import { setImmediate as nextTurn, setTimeout as pause } from "node:timers/promises";

const SLICE_MS = 8;
/** Of what nobody waits for: a slice, and what others have after each. */
const BEHIND_MS = 4;
const PAUSE_MS = 12;
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
      return await drive(steps, SLICE_MS, nextTurn, signal);
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  /**
   * Runs what nobody waits for to its end, beside all others and so slowly that they hardly notice; whoever is answered now comes first.
   * Rejects when `signal` aborts.
   */
  async runBehind(scan: () => Generator<undefined, void>, signal: AbortSignal): Promise<void> {
    const letOthers = () => pause(PAUSE_MS, undefined, { signal });
    await letOthers();
    await drive(scan(), BEHIND_MS, letOthers, signal);
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

async function drive<T>(
  steps: Generator<undefined, T>,
  sliceMs: number,
  letOthers: () => Promise<unknown>,
  signal?: AbortSignal,
): Promise<T> {
  let sliceEndsAt = performance.now() + sliceMs;
  for (;;) {
    signal?.throwIfAborted();
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() < sliceEndsAt) continue;
    await letOthers();
    sliceEndsAt = performance.now() + sliceMs;
  }
}
