/** Ids that may still be heard of. Of too many the oldest are forgotten. */
export class RecentIds {
  readonly #max: number;
  readonly #ids = new Set<number>();

  constructor(max: number) {
    this.#max = max;
  }

  add(id: number): void {
    this.#ids.add(id);
    const [oldest = id] = this.#ids;
    if (this.#ids.size > this.#max) this.#ids.delete(oldest);
  }

  /** True when it was there. */
  delete(id: number): boolean {
    return this.#ids.delete(id);
  }
}
