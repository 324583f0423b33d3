/**
 * How many rows go in one write: few over a way so slow that many would never be there in time, and as many as are wanted
 * where there is time to spare.
 */
import type { Clock } from "../plugin/services.js";

/** One of history and one record, or one of the two would starve. */
const LEAST_ROWS = 2;

export class BatchSize {
  readonly #clock: Pick<Clock, "elapsed">;
  readonly #most: number;
  readonly #writeMs: number;
  rows: number;

  /** @param writeMs what a write may take */
  constructor(clock: Pick<Clock, "elapsed">, mostRows: number, writeMs: number) {
    this.#clock = clock;
    this.#most = mostRows;
    this.#writeMs = writeMs;
    this.rows = mostRows;
  }

  /** Settles as the write of so many rows does, and learns from what it took. */
  async measure(rows: number, write: () => Promise<void>): Promise<void> {
    const begin = this.#clock.elapsed();
    try {
      await write();
      const isQuick = this.#clock.elapsed() - begin < this.#writeMs / 4;
      // History alone has half of it while records wait for a deletion.
      if (isQuick && rows >= this.rows >> 1) this.rows = Math.min(this.#most, this.rows * 2);
    } finally {
      const isLate = this.#clock.elapsed() - begin >= this.#writeMs;
      if (isLate) this.rows = Math.min(this.#most, Math.max(LEAST_ROWS, this.rows >> 2));
    }
  }
}
