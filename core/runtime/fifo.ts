/** A bounded queue that counts what it had to drop, and whose places keep their number from entry to exit. */

export class Fifo<T> {
  readonly #limit: number;
  /** `#items[i]` has the position `#origin + i`; those below {@link first} have left and await compaction. */
  #items: (T | undefined)[] = [];
  #origin = 0;
  #first = 0;
  /** Items given up because the queue was full. */
  dropped = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Position of the oldest item: everything before it was taken out or dropped. */
  get first(): number {
    return this.#first;
  }

  /** Position after the newest item. */
  get end(): number {
    return this.#origin + this.#items.length;
  }

  get length(): number {
    return this.end - this.#first;
  }

  /** 0..1 */
  get fullness(): number {
    return this.length / this.#limit;
  }

  /** Full: the oldest item makes room. */
  push(item: T): void {
    this.#items.push(item);
    if (this.length <= this.#limit) return;
    this.dropped++;
    this.releaseTo(this.#first + 1);
  }

  /** The oldest items, at most `count`; they stay until {@link releaseTo}. */
  peek(count: number): readonly T[] {
    const from = this.#first - this.#origin;
    return this.#items.slice(from, from + count) as T[];
  }

  /** Takes out what is before `position`; nothing when it has left already. */
  releaseTo(position: number): void {
    const until = Math.min(position, this.end);
    while (this.#first < until) this.#items[this.#first++ - this.#origin] = undefined;
    const gone = this.#first - this.#origin;
    if (gone < 1024 || gone * 2 < this.#items.length) return;
    this.#items = this.#items.slice(gone);
    this.#origin = this.#first;
  }
}
