/** The budget of look-ups: so many at one time, and so many a second, evenly spaced. */
import type { Clock } from "pvmon";
import type { Config } from "./config.js";

export class Turns {
  readonly #maxAtOnce: number;
  readonly #spacingMs: number;
  readonly #clock: Clock;
  readonly #running = new Set<Promise<void>>();
  /** Monotonic. */
  #nextAt = Number.NEGATIVE_INFINITY;

  constructor(
    { maxAtOnce, lookupsPerSecond }: Pick<Config, "maxAtOnce" | "lookupsPerSecond">,
    clock: Clock,
  ) {
    this.#maxAtOnce = maxAtOnce;
    this.#spacingMs = 1000 / lookupsPerSecond;
    this.#clock = clock;
  }

  /** Begins `work`, which must not reject, when it may; resolves then. Called by one at a time. Rejects when `signal` aborts. */
  async take(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    while (this.#running.size >= this.#maxAtOnce) await Promise.race(this.#running);
    for (let now = this.#clock.elapsed(); now < this.#nextAt; now = this.#clock.elapsed()) {
      await this.#clock.sleep(this.#nextAt - now, signal);
    }
    signal.throwIfAborted();
    this.#nextAt = this.#clock.elapsed() + this.#spacingMs;
    const running = work().finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.#running);
  }
}
