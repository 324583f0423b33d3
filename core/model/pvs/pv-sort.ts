/**
 * Sorts ids of PVs in small steps, and faster than by comparing: 32 bits of what they are sorted by at a time, and only
 * those that are equal so far by the next 32. An id whose PV changes on the way can come to a wrong place, but never puts
 * others out of order.
 */

/** What ids are sorted by, cut into words. */
export interface SortWords {
  /** The word of an id at a level, from 0: an unsigned 32-bit number. */
  of(id: number, level: number): number;
  /** Whether ids that have this word at this level, and were equal before, are equal. */
  areEqual(level: number, word: number): boolean;
}

/** Work between two yields: some 0.5 ms. */
const STEP = 4096;
/** Sorted at once, in some 0.5 ms. */
const BLOCK = 8192;
/** Fewer are sorted by comparing. */
const FEW = 12;
const BUCKET_BITS = 11;
const BUCKETS = 1 << BUCKET_BITS;

/** Of the two 32-bit words of a 64-bit number in memory, the one that counts for more: 1 on nearly every machine. */
export const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;
const LOW = 1 - HIGH;

/** Ids that are equal before a level, from `begin` up to `end`. */
interface Run {
  readonly begin: number;
  readonly end: number;
  readonly level: number;
}

/** Sorts them in their place; takes 16 bytes for each on the way. */
export function* sortIds(ids: Uint32Array, words: SortWords): Generator<undefined, void> {
  if (ids.length > 0) yield* new Sort(ids, words).run();
}

class Sort {
  readonly #words: SortWords;
  readonly #ids: Uint32Array;
  /** Each a word above the id that has it. */
  readonly #pairs: BigUint64Array;
  /** The halves of the pairs. */
  readonly #halves: Uint32Array;
  #spare = new Uint32Array(0);
  #work = 0;

  constructor(ids: Uint32Array, words: SortWords) {
    this.#ids = ids;
    this.#words = words;
    this.#pairs = new BigUint64Array(ids.length);
    this.#halves = new Uint32Array(this.#pairs.buffer);
  }

  *run(): Generator<undefined, void> {
    const ids = this.#ids;
    for (let n = 0; n < ids.length; n++) {
      this.#halves[2 * n + LOW] = ids[n]!;
      if (this.#isStep(0.1)) yield;
    }
    const runs: Run[] = [{ begin: 0, end: ids.length, level: 0 }];
    for (let run = runs.pop(); run !== undefined; run = runs.pop()) {
      const { begin, end, level } = run;
      for (let n = begin; n < end; n++) {
        this.#halves[2 * n + HIGH] = this.#words.of(this.#idAt(n), level);
        if (this.#isStep(1)) yield;
      }
      yield* this.#sortByWord(begin, end);
      yield* this.#split(run, runs);
    }
    for (let n = 0; n < ids.length; n++) {
      ids[n] = this.#idAt(n);
      if (this.#isStep(0.1)) yield;
    }
  }

  *#sortByWord(begin: number, end: number): Generator<undefined, void> {
    if (end - begin <= BLOCK) {
      this.#pairs.subarray(begin, end).sort();
      if (this.#isStep(end - begin)) yield;
      return;
    }
    let different = 0;
    const first = this.#wordAt(begin);
    for (let n = begin; n < end; n++) {
      different |= this.#wordAt(n) ^ first;
      if (this.#isStep(0.1)) yield;
    }
    if (different === 0) return;
    const shift = Math.max(0, 32 - Math.clz32(different) - BUCKET_BITS);
    const ends = yield* this.#distribute(begin, end, shift);
    let from = begin;
    for (const to of ends) {
      if (to - from > 1 && shift > 0) yield* this.#sortByWord(from, to);
      from = to;
    }
  }

  /** Into buckets, by some bits of the word below which all are equal. Answers where each bucket ends. */
  *#distribute(begin: number, end: number, shift: number): Generator<undefined, Uint32Array> {
    const halves = this.#halves;
    if (this.#spare.length === 0) this.#spare = new Uint32Array(halves.length);
    const spare = this.#spare;
    const mask = BUCKETS - 1;
    const places = new Uint32Array(BUCKETS + 1);
    for (let n = begin; n < end; n++) {
      const bucket = (this.#wordAt(n) >>> shift) & mask;
      places[bucket + 1]!++;
      if (this.#isStep(0.2)) yield;
    }
    places[0] = begin;
    for (let bucket = 1; bucket <= BUCKETS; bucket++) places[bucket]! += places[bucket - 1]!;
    for (let n = begin; n < end; n++) {
      const place = 2 * places[(halves[2 * n + HIGH]! >>> shift) & mask]!++;
      spare[place] = halves[2 * n]!;
      spare[place + 1] = halves[2 * n + 1]!;
      if (this.#isStep(0.5)) yield;
    }
    for (let from = 2 * begin; from < 2 * end; from += 2 * BLOCK) {
      halves.set(spare.subarray(from, Math.min(from + 2 * BLOCK, 2 * end)), from);
      if (this.#isStep(STEP / 8)) yield;
    }
    return places.subarray(0, BUCKETS);
  }

  /** Ids of one word after the other: few are sorted at once, many are left as runs of their own. */
  *#split({ begin, end, level }: Run, runs: Run[]): Generator<undefined, void> {
    for (let from = begin, to = begin; from < end; from = to) {
      const word = this.#wordAt(from);
      for (to = from + 1; to < end && this.#wordAt(to) === word; to++) {
        if (this.#isStep(0.1)) yield;
      }
      if (to - from > 1 && !this.#words.areEqual(level, word)) {
        if (to - from > FEW) runs.push({ begin: from, end: to, level: level + 1 });
        else this.#sortFew(from, to, level + 1);
      }
      if (this.#isStep(to - from)) yield;
    }
  }

  #sortFew(begin: number, end: number, level: number): void {
    for (let n = begin + 1; n < end; n++) {
      const id = this.#idAt(n);
      let place = n;
      for (; place > begin && this.#compare(this.#idAt(place - 1), id, level) > 0; place--) {
        this.#halves[2 * place + LOW] = this.#idAt(place - 1);
      }
      this.#halves[2 * place + LOW] = id;
    }
  }

  #compare(one: number, other: number, from: number): number {
    for (let level = from; ; level++) {
      const word = this.#words.of(one, level);
      const difference = word - this.#words.of(other, level);
      if (difference !== 0 || this.#words.areEqual(level, word)) return difference;
    }
  }

  #idAt(n: number): number {
    return this.#halves[2 * n + LOW]!;
  }

  #wordAt(n: number): number {
    return this.#halves[2 * n + HIGH]!;
  }

  /** Whether so much has been done since the last time that others should get their turn. */
  #isStep(work: number): boolean {
    this.#work += work;
    if (this.#work < STEP) return false;
    this.#work = 0;
    return true;
  }
}
