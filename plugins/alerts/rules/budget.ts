/** How many notifications a destination may get: some at once, then at a steady rate. */

/** At once: a tenth of an hour's. */
const BURST_SHARE = 0.1;

export class Budget {
  readonly #everyMs: number;
  readonly #burst: number;
  #available: number;
  #at = Number.NEGATIVE_INFINITY;

  /** @param perHour Infinity: no limit */
  constructor(perHour: number) {
    this.#everyMs = 3_600_000 / perHour;
    this.#burst = Math.max(1, Math.ceil(Math.min(perHour, 1e6) * BURST_SHARE));
    this.#available = this.#burst;
  }

  /** When the next may be told, `now` or later. */
  freeAt(now: number): number {
    this.#refill(now);
    return this.#available >= 1 ? now : now + (1 - this.#available) * this.#everyMs;
  }

  take(now: number): void {
    this.#refill(now);
    this.#available -= 1;
  }

  #refill(now: number): void {
    if (this.#everyMs === 0) this.#available = this.#burst;
    else if (now > this.#at) {
      const grown = this.#available + (now - this.#at) / this.#everyMs;
      this.#available = Math.min(this.#burst, grown);
    }
    this.#at = Math.max(this.#at, now);
  }
}
