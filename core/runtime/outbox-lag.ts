/**
 * How far behind a store is: for how long the oldest row that is not written yet has waited. Rows have no such time of their
 * own, above all not on disk; so it is marked now and then how many had come, and a mark goes when as many are written.
 */

/** No closer marks than this share of what is told: it is off by no more, and some hundreds of marks are enough for a year. */
const PRECISION = 1 / 32;
/** Waiting for longer is no rhythm of writes any more. */
const BEHIND_MS = 10_000;
/** Once behind, it is so until it is well below, and has room for what comes: what is dropped for want of room does not wait, either. */
const CAUGHT_UP_MS = 5000;

interface Mark {
  /** That had come by then. */
  readonly rows: number;
  /** Monotonic ms. */
  readonly at: number;
}

export class OutboxLag {
  #came = 0;
  #marks: Mark[] = [];
  /** The store takes history, but has not as fast as it came. */
  isBehind = false;

  /** A row has come. */
  add(): void {
    this.#came += 1;
  }

  /**
   * To be told now and then, at least every few seconds.
   * @param waiting rows that are neither written nor given up, those of an earlier process too
   * @param now monotonic ms
   * @param isWriting a write is under way: one that only begins now, as after a stall of this process, is late by no fault of the store
   * @param isFull there is little room for more that has to wait
   */
  look(waiting: number, now: number, isWriting: boolean, isFull = false): void {
    const gone = this.#came - waiting;
    this.#marks = this.#marks.filter(({ rows }) => rows > gone);
    const ms = this.ms(now);
    const latest = this.#marks.at(-1);
    const isDue = latest === undefined || now - latest.at >= ms * PRECISION;
    if (isDue && this.#came > (latest?.rows ?? gone))
      this.#marks.push({ rows: this.#came, at: now });
    this.isBehind = this.isBehind ? ms > CAUGHT_UP_MS || isFull : isWriting && ms > BEHIND_MS;
  }

  /** 0 when nothing waits. */
  ms(now: number): number {
    const [oldest] = this.#marks;
    return oldest === undefined ? 0 : now - oldest.at;
  }
}
