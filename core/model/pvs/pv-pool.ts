/**
 * Fixed-size records in chunks of memory outside the garbage-collected heap: millions of them cost the collector
 * nothing, and growing by a chunk moves nothing.
 */

/** In the place of the number of a record: there is none. */
export const NONE = 0xffff_ffff;

const CHUNK_BITS = 14;
const CHUNK_RECORDS = 1 << CHUNK_BITS;
const CHUNK_MASK = CHUNK_RECORDS - 1;

/** Two views of the same memory. */
export interface Chunk {
  readonly f64: Float64Array;
  readonly u32: Uint32Array;
}

/** Numbers of records run from 0; that of a freed one is used again. */
export class RecordPool {
  readonly #wordsPerRecord: number;
  readonly #chunks: Chunk[] = [];
  /** Records ever used; all beyond are still zero. */
  #slots = 0;
  #used = 0;
  /** The freed one to be used next; the last word of each leads to another. */
  #freed = NONE;

  /** @param bytesPerRecord a multiple of 8. */
  constructor(bytesPerRecord: number) {
    this.#wordsPerRecord = bytesPerRecord / 4;
  }

  /** Records of now. */
  get used(): number {
    return this.#used;
  }

  /** All numbers are lower than this. */
  get slots(): number {
    return this.#slots;
  }

  /** The number of a record that is all zero. */
  allocate(): number {
    this.#used++;
    if (this.#freed === NONE) return this.#extend();
    const record = this.#freed;
    const words = this.#wordsPerRecord;
    const begin = (record & CHUNK_MASK) * words;
    const { u32 } = this.chunk(record);
    this.#freed = u32[begin + words - 1]!;
    u32[begin + words - 1] = 0;
    return record;
  }

  free(record: number): void {
    const words = this.#wordsPerRecord;
    const begin = (record & CHUNK_MASK) * words;
    const { u32 } = this.chunk(record);
    u32.fill(0, begin, begin + words);
    u32[begin + words - 1] = this.#freed;
    this.#freed = record;
    this.#used--;
  }

  /** Where a record is: in this chunk, its first word or double at {@link indexInChunk} times its length. */
  chunk(record: number): Chunk {
    return this.#chunks[record >>> CHUNK_BITS]!;
  }

  #extend(): number {
    const record = this.#slots++;
    if ((record & CHUNK_MASK) === 0) {
      const memory = new ArrayBuffer(CHUNK_RECORDS * this.#wordsPerRecord * 4);
      this.#chunks.push({ f64: new Float64Array(memory), u32: new Uint32Array(memory) });
    }
    return record;
  }
}

/** Words beside the records of a pool, for what is read of all of them without the rest. */
export class RecordColumn {
  readonly #wordsPerRecord: number;
  readonly #chunks: Uint32Array[] = [];

  constructor(wordsPerRecord: number) {
    this.#wordsPerRecord = wordsPerRecord;
  }

  /** Where those of a record are, all zero at first: from {@link indexInChunk} times their number on. */
  chunk(record: number): Uint32Array {
    const number = record >>> CHUNK_BITS;
    this.#chunks[number] ??= new Uint32Array(CHUNK_RECORDS * this.#wordsPerRecord);
    return this.#chunks[number];
  }

  /** Makes those of a record zero. */
  clear(record: number): void {
    const begin = indexInChunk(record) * this.#wordsPerRecord;
    this.#chunks[record >>> CHUNK_BITS]?.fill(0, begin, begin + this.#wordsPerRecord);
  }
}

export function indexInChunk(record: number): number {
  return record & CHUNK_MASK;
}
