/** Ids in the order they came, and by what they are about: so that a host's entries cost only as much as it has. */

export class JournalIndex {
  /** Id to key, oldest first. */
  readonly #keys = new Map<string, string>();
  readonly #ids = new Map<string, Set<string>>();

  get size(): number {
    return this.#keys.size;
  }

  has(id: string): boolean {
    return this.#keys.has(id);
  }

  /** An id that is there already stays where it is. */
  add(id: string, key: string): void {
    if (this.#keys.has(id)) return;
    this.#keys.set(id, key);
    const ids = this.#ids.get(key);
    if (ids === undefined) this.#ids.set(key, new Set([id]));
    else ids.add(id);
  }

  /** False when it was not there. */
  delete(id: string): boolean {
    const key = this.#keys.get(id);
    if (key === undefined) return false;
    this.#keys.delete(id);
    const ids = this.#ids.get(key);
    ids?.delete(id);
    if (ids?.size === 0) this.#ids.delete(key);
    return true;
  }

  oldest(): string | undefined {
    const [oldest] = this.#keys.keys();
    return oldest;
  }

  /** Oldest first, as they are now. */
  all(): string[] {
    return [...this.#keys.keys()];
  }

  /** Oldest first, as they are now. */
  of(key: string): string[] {
    return [...(this.#ids.get(key) ?? [])];
  }

  countOf(key: string): number {
    return this.#ids.get(key)?.size ?? 0;
  }
}
