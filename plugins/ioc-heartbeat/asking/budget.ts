/** The requests that may still be sent: to one application, and to all together. */
import type { Clock } from "pvmon";

/** Burst that is allowed after a pause, ms of the rate: timers that are late would else cost throughput. */
const BURST_MS = 200;
/** Paces that have recovered are dropped beyond this many. */
const MAX_PACES = 4096;

/** A token bucket, kept as the time at which it would be full again (virtual scheduling). */
class Pace {
  readonly #periodMs: number;
  readonly #slackMs: number;
  /** Monotonic ms. */
  #fullAt = Number.NEGATIVE_INFINITY;

  constructor(perSecond: number) {
    this.#periodMs = 1000 / perSecond;
    this.#slackMs = Math.max(0, BURST_MS - this.#periodMs);
  }

  waitMs(now: number): number {
    return Math.max(0, this.#fullAt - this.#slackMs - now);
  }

  spend(now: number): void {
    this.#fullAt = Math.max(this.#fullAt, now) + this.#periodMs;
  }

  hasRecovered(now: number): boolean {
    return this.#fullAt <= now;
  }
}

export class Budget {
  readonly #perIoc: number;
  readonly #clock: Clock;
  readonly #total: Pace;
  readonly #paces = new Map<number, Pace>();

  /** In any t seconds at most `1 + rate * (t + 0.2)` are sent, to one key (`perIoc`) and to all (`total`). */
  constructor(rates: { readonly perIoc: number; readonly total: number }, clock: Clock) {
    this.#perIoc = rates.perIoc;
    this.#total = new Pace(rates.total);
    this.#clock = clock;
  }

  /** Resolves when one may be sent now, which is then booked; rejects with the signal's reason. */
  async take(key: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const now = this.#clock.elapsed();
      const pace = this.#pace(key, now);
      const waitMs = Math.max(pace.waitMs(now), this.#total.waitMs(now));
      if (waitMs === 0) {
        pace.spend(now);
        this.#total.spend(now);
        return;
      }
      await this.#clock.sleep(Math.ceil(waitMs), signal);
    }
  }

  #pace(key: number, now: number): Pace {
    let pace = this.#paces.get(key);
    if (pace === undefined) {
      if (this.#paces.size >= MAX_PACES) this.#dropRecovered(now);
      pace = new Pace(this.#perIoc);
      this.#paces.set(key, pace);
    }
    return pace;
  }

  #dropRecovered(now: number): void {
    for (const [key, pace] of this.#paces) if (pace.hasRecovered(now)) this.#paces.delete(key);
  }
}
