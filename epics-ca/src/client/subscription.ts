/**
 * The values of a monitor, as an async iterable. Not a callback: the reader sets the pace, ends it by leaving the loop, and gets the
 * error where it reads, so that none is lost and none goes unhandled. Values that come faster than they are read are dropped, oldest
 * first, as servers and libca do: a reader who is late sees the newest ones, and how many are missing.
 */
import type { DbrValue } from "../index.js";

/** What came, and what did not. */
export interface MonitorValue {
  readonly value: DbrValue;
  /** Values that were dropped since the one before, because they were not read in time. */
  readonly dropped: number;
}

export class Subscription implements AsyncIterableIterator<MonitorValue> {
  readonly #maxQueued: number;
  readonly #cancel: () => void;
  readonly #queue: { readonly value: DbrValue; dropped: number }[] = [];
  readonly #readers: {
    resolve(result: IteratorResult<MonitorValue>): void;
    reject(error: unknown): void;
  }[] = [];
  #error: unknown;
  #isOver = false;

  /** @param cancel called once when the reader has had enough */
  constructor(maxQueued: number, cancel: () => void) {
    this.#maxQueued = maxQueued;
    this.#cancel = cancel;
  }

  push(value: DbrValue): void {
    if (this.#isOver) return;
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      reader.resolve({ done: false, value: { value, dropped: 0 } });
      return;
    }
    const isFull = this.#queue.length >= this.#maxQueued;
    const dropped = isFull ? this.#queue.shift()!.dropped + 1 : 0;
    this.#queue.push({ value, dropped: 0 });
    this.#queue[0]!.dropped += dropped;
  }

  /** No more values: what is queued can still be read, then the error is thrown. */
  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const first = this.#readers.shift();
    if (first === undefined) this.#error = error;
    else first.reject(error);
    this.#finishReaders();
  }

  async next(): Promise<IteratorResult<MonitorValue>> {
    const queued = this.#queue.shift();
    if (queued !== undefined) return { done: false, value: queued };
    if (this.#isOver) {
      const error = this.#error;
      this.#error = undefined;
      if (error !== undefined) throw error;
      return { done: true, value: undefined };
    }
    return await new Promise((resolve, reject) => this.#readers.push({ resolve, reject }));
  }

  /** What `break` and `return` in a loop call: no further value is wanted. */
  async return(): Promise<IteratorResult<MonitorValue>> {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#cancel();
    }
    this.#queue.length = 0;
    this.#error = undefined;
    this.#finishReaders();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #finishReaders(): void {
    for (const reader of this.#readers.splice(0)) reader.resolve({ done: true, value: undefined });
  }
}
