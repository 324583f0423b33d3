/** The first few of very many, in order, without sorting the rest: a heap with the last of them on top. */

export class Best<T> {
  readonly #limit: number;
  readonly #compare: (a: T, b: T) => number;
  /** Each one comes after those at twice its place, plus one and plus two. */
  readonly #heap: T[] = [];

  /** @param limit at least 1. */
  constructor(limit: number, compare: (a: T, b: T) => number) {
    this.#limit = limit;
    this.#compare = compare;
  }

  /** What a further one has to come before; undefined as long as there is room for any. */
  get last(): T | undefined {
    return this.#heap.length < this.#limit ? undefined : this.#heap[0];
  }

  /** @param item comes before {@link last}. */
  add(item: T): void {
    if (this.#heap.length < this.#limit) this.#rise(item);
    else this.#sink(item);
  }

  /** First to last. */
  sorted(): T[] {
    return [...this.#heap].sort(this.#compare);
  }

  #rise(item: T): void {
    const heap = this.#heap;
    let place = heap.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#compare(item, heap[parent]!) <= 0) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = item;
  }

  #sink(item: T): void {
    const heap = this.#heap;
    let place = 0;
    for (;;) {
      let child = place * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.#compare(heap[child + 1]!, heap[child]!) > 0) child++;
      if (this.#compare(item, heap[child]!) >= 0) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = item;
  }
}
