/** A set of ids from 0 upwards at one bit each, so that a store that is away may have millions of records waiting. */

const FIRST_WORDS = 1024;

export class IdSet {
  #bits = new Uint32Array(FIRST_WORDS);
  #size = 0;
  /** The word that {@link take} goes on with, so that every id has its turn. */
  #cursor = 0;

  get size(): number {
    return this.#size;
  }

  add(id: number): void {
    const word = id >>> 5;
    if (word >= this.#bits.length) this.#grow(word + 1);
    const before = this.#bits[word] ?? 0;
    const after = (before | (1 << (id & 31))) >>> 0;
    if (after === before) return;
    this.#bits[word] = after;
    this.#size++;
  }

  /** Takes out at most `count`, going round through all ids from call to call. */
  take(count: number): readonly number[] {
    const taken: number[] = [];
    const wanted = Math.min(count, this.#size);
    while (taken.length < wanted) {
      let bits = this.#bits[this.#cursor] ?? 0;
      while (bits !== 0 && taken.length < wanted) {
        const bit = 31 - Math.clz32(bits);
        bits = (bits & ~(1 << bit)) >>> 0;
        taken.push(this.#cursor * 32 + bit);
      }
      this.#bits[this.#cursor] = bits;
      if (bits === 0) this.#cursor = (this.#cursor + 1) % this.#bits.length;
    }
    this.#size -= taken.length;
    return taken;
  }

  #grow(words: number): void {
    const bits = new Uint32Array(Math.max(words, this.#bits.length * 2));
    bits.set(this.#bits);
    this.#bits = bits;
  }
}
