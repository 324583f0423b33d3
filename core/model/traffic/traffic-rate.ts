/** A rate over the latest seconds, kept in buckets: adding costs a few nanoseconds and no memory. */

export class RateWindow {
  readonly #bucketMs: number;
  readonly #buckets: Uint32Array;
  /** Number of the running bucket since 1970. */
  #running = 0;

  /** Looks back over `buckets` x `bucketMs`, the running bucket included. */
  constructor(bucketMs: number, buckets: number) {
    this.#bucketMs = bucketMs;
    this.#buckets = new Uint32Array(buckets);
  }

  /** Late ones count in the bucket of their time; those from before the window come after a clock set back. */
  add(at: number, amount: number): void {
    this.#turnTo(at);
    const length = this.#buckets.length;
    const bucket = Math.floor(at / this.#bucketMs);
    const place = bucket > this.#running - length ? bucket : this.#running;
    this.#buckets[place % length]! += amount;
  }

  /** All of [from, to), both at the edge of a bucket; nothing of what lies before the window. */
  between(from: number, to: number): number {
    const length = this.#buckets.length;
    const first = Math.max(Math.floor(from / this.#bucketMs), this.#running - length + 1);
    const last = Math.min(Math.floor(to / this.#bucketMs) - 1, this.#running);
    let sum = 0;
    for (let bucket = first; bucket <= last; bucket++) sum += this.#buckets[bucket % length]!;
    return sum;
  }

  /** The clock was set back to `at`: what was later than that is none of the window's. */
  clockSet(at: number): void {
    const length = this.#buckets.length;
    const bucket = Math.floor(at / this.#bucketMs);
    for (
      let later = Math.max(bucket, this.#running - length) + 1;
      later <= this.#running;
      later++
    ) {
      this.#buckets[later % length] = 0;
    }
    this.#running = Math.min(this.#running, bucket);
  }

  /** Over the whole buckets of the window and what has passed of the running one; to the hundredth. */
  perSecond(now: number): number {
    this.#turnTo(now);
    let sum = 0;
    for (const amount of this.#buckets) sum += amount;
    const startOfRunning = this.#running * this.#bucketMs;
    const coveredMs =
      (this.#buckets.length - 1) * this.#bucketMs + Math.max(0, now - startOfRunning);
    return Math.round((sum * 100_000) / coveredMs) / 100;
  }

  #turnTo(at: number): void {
    const bucket = Math.floor(at / this.#bucketMs);
    if (bucket < this.#running - this.#buckets.length) this.#running = 0;
    if (bucket > this.#running) this.#turn(bucket);
  }

  #turn(bucket: number): void {
    const length = this.#buckets.length;
    for (let next = Math.max(this.#running + 1, bucket - length + 1); next <= bucket; next++) {
      this.#buckets[next % length] = 0;
    }
    this.#running = bucket;
  }
}
