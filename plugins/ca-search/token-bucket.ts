/** The budget of one destination: a token is one datagram. */

export class TokenBucket {
  readonly #perMs: number;
  readonly #capacity: number;
  #tokens: number;
  #filledAt: number;

  /**
   * In any span of t seconds at most `1 + perSecond * t` tokens are given (for rates below one a second), or
   * `perSecond * (t + 1)`: a burst of one second, which starts out full.
   * @param now monotonic ms.
   */
  constructor(perSecond: number, now: number) {
    this.#perMs = perSecond / 1000;
    this.#capacity = Math.max(1, perSecond);
    this.#tokens = this.#capacity;
    this.#filledAt = now;
  }

  /** Milliseconds until a token is there, 0 when one is. */
  waitMs(now: number): number {
    this.#fill(now);
    return this.#tokens >= 1 ? 0 : Math.ceil((1 - this.#tokens) / this.#perMs);
  }

  /** Takes a token that `waitMs` said is there. */
  take(now: number): void {
    this.#fill(now);
    this.#tokens -= 1;
  }

  /** Nothing was taken for long: a new bucket would be the same. */
  full(now: number): boolean {
    this.#fill(now);
    return this.#tokens === this.#capacity;
  }

  #fill(now: number): void {
    const added = Math.max(0, now - this.#filledAt) * this.#perMs;
    this.#tokens = Math.min(this.#capacity, this.#tokens + added);
    this.#filledAt = Math.max(this.#filledAt, now);
  }
}
