/** Listeners that may come and go at any time, and of which none can harm the others or the one who tells. */

export class Listeners<T> {
  readonly #listeners = new Set<(item: T) => void>();
  readonly #failed: (error: unknown) => void;

  /** @param failed gets what a listener throws. */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  /** The answer ends it. */
  add(listener: (item: T) => void): () => void {
    // A function of its own, so that one listener added twice is told twice and removed once.
    const own = (item: T): void => listener(item);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  tell(item: T): void {
    for (const listener of this.#listeners) {
      try {
        listener(item);
      } catch (error) {
        this.#failed(error);
      }
    }
  }
}
