/** A set of ids from 0 upwards at one bit each: millions may have changed, or wait for a store that is away. */

const FIRST_WORDS = 1024;

export class IdSet {
  #bits = new Uint32Array(FIRST_WORDS);
  #size = 0;
  /** The word that {@link take} goes on with, so that every id has its turn. */
  #cursor = 0;

  constructor(ids: Iterable<number> = []) {
    for (const id of ids) this.add(id);
  }

  get size(): number {
    return this.#size;
  }

  has(id: number): boolean {
    return ((this.#bits[id >>> 5] ?? 0) & (1 << (id & 31))) !== 0;
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

  delete(id: number): void {
    if (!this.has(id)) return;
    const word = id >>> 5;
    this.#bits[word] = this.#bits[word]! & ~(1 << (id & 31));
    this.#size--;
  }

  /** A word at a time: a million ids take less than a millisecond. */
  addAll(ids: IdSet): void {
    const others = ids.#bits;
    if (others.length > this.#bits.length) this.#grow(others.length);
    for (let word = 0; word < others.length; word++) this.#addBits(word, others[word]!);
  }

  /** Those in ascending order, a word at a time where they are close together. */
  addAscending(ids: Uint32Array): void {
    const words = ((ids.at(-1) ?? 0) >>> 5) + 1;
    if (words > this.#bits.length) this.#grow(words);
    for (let n = 0; n < ids.length; ) {
      const word = ids[n]! >>> 5;
      let bits = 0;
      for (; n < ids.length && ids[n]! >>> 5 === word; n++) bits |= 1 << (ids[n]! & 31);
      this.#addBits(word, bits);
    }
  }

  /**
   * Moves those ids that are in the set, or that are not, to the beginning, in their order.
   * @param count so many of them, from the first on.
   * @returns how many there are.
   */
  narrow(ids: Uint32Array, count: number, areIn: boolean): number {
    const bits = this.#bits;
    const wanted = areIn ? 1 : 0;
    let kept = 0;
    for (let n = 0; n < count; n++) {
      const id = ids[n]!;
      const word = id >>> 5;
      const bit = word < bits.length ? (bits[word]! >>> (id & 31)) & 1 : 0;
      if (bit === wanted) ids[kept++] = id;
    }
    return kept;
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

  /** All of them, in ascending order. */
  toArray(): Uint32Array {
    const ids = new Uint32Array(this.#size);
    let count = 0;
    for (let word = 0; count < ids.length; word++) {
      for (let bits = this.#bits[word]!; bits !== 0; bits &= bits - 1) {
        ids[count++] = word * 32 + 31 - Math.clz32(bits & -bits);
      }
    }
    return ids;
  }

  /** @param word that there is. */
  #addBits(word: number, bits: number): void {
    const added = bits & ~this.#bits[word]!;
    if (added === 0) return;
    this.#bits[word] = this.#bits[word]! | added;
    this.#size += ones(added);
  }

  #grow(words: number): void {
    const bits = new Uint32Array(Math.max(words, this.#bits.length * 2));
    bits.set(this.#bits);
    this.#bits = bits;
  }
}

/** Bits of a word that are set, counted in pairs, in fours, in bytes, and all bytes together. */
function ones(word: number): number {
  const pairs = word - ((word >>> 1) & 0x5555_5555);
  const fours = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
