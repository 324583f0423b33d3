/** Pauses between attempts: doubling from the first to the longest, each shortened at random so that nobody retries in step. */

export interface BackOffOptions {
  readonly firstMs: number;
  readonly longestMs: number;
  /** 0 <= x < 1. */
  readonly random?: () => number;
}

export class BackOff {
  readonly #options: BackOffOptions;
  /** Attempts that failed in a row. */
  attempts = 0;

  constructor(options: BackOffOptions) {
    this.#options = options;
  }

  /** The next pause, between half and all of firstMs x 2^attempts. */
  nextMs(): number {
    const { firstMs, longestMs, random = Math.random } = this.#options;
    const fullMs = Math.min(longestMs, firstMs * 2 ** Math.min(this.attempts++, 30));
    return Math.round(fullMs * (0.5 + random() / 2));
  }

  reset(): void {
    this.attempts = 0;
  }
}
