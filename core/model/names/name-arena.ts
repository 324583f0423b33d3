/**
 * The bytes of all names, outside the garbage-collected heap. A name takes whole words, filled up with zero bytes, so that
 * names are compared word by word; the room of a freed name goes to the next one that takes as many words.
 */

import { lastWordAt, wordAt } from "./name-words.js";

/** Room is given in steps of so many words: fewer lists of free room, and those that there are get used. */
const STEP_WORDS = 2;
const CHUNK_BITS = 19;
const CHUNK_WORDS = 1 << CHUNK_BITS;
const CHUNK_MASK = CHUNK_WORDS - 1;
const NO_ROOM = -1;

interface Chunk {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
}

function stepsOf(length: number): number {
  return Math.ceil(length / (4 * STEP_WORDS));
}

export class NameArena {
  readonly #maxWords: number;
  readonly #chunks: Chunk[] = [];
  /** Everything before has been given to names at some time. */
  #end = 0;
  /** By steps taken: where the latest freed room begins; its first word leads to the one freed before. */
  readonly #freed: number[] = [];

  /** @param maxBytes to the nearest chunk of 2 MB. */
  constructor(maxBytes: number) {
    this.#maxWords = Math.ceil(maxBytes / 4 / CHUNK_WORDS) * CHUNK_WORDS;
  }

  /**
   * Keeps the name of `length` bytes that begins in `view` at `begin`.
   * @returns where it is, undefined when all room is taken.
   */
  add(view: DataView, begin: number, length: number): number | undefined {
    const at = this.#take(stepsOf(length));
    if (at === undefined) return undefined;
    const words = this.#wordsAt(at);
    const first = at & CHUNK_MASK;
    const whole = length >>> 2;
    for (let index = 0; index < whole; index++) {
      words[first + index] = wordAt(view, begin + 4 * index);
    }
    if ((length & 3) !== 0) {
      words[first + whole] = lastWordAt(view, begin + 4 * whole, length & 3);
    }
    return at;
  }

  /** Whether the name at this place, which has that length, is the one that begins in `view` at `begin`. */
  has(at: number, view: DataView, begin: number, length: number): boolean {
    const words = this.#wordsAt(at);
    const first = at & CHUNK_MASK;
    const whole = length >>> 2;
    for (let index = 0; index < whole; index++) {
      if (words[first + index] !== wordAt(view, begin + 4 * index)) return false;
    }
    if ((length & 3) === 0) return true;
    return words[first + whole] === lastWordAt(view, begin + 4 * whole, length & 3);
  }

  remove(at: number, length: number): void {
    const steps = stepsOf(length);
    this.#wordsAt(at)[at & CHUNK_MASK] = this.#freed[steps] ?? NO_ROOM;
    this.#freed[steps] = at;
  }

  /** The bytes among which the name at this place is, from {@link indexInArenaBytes} on. */
  bytesAt(at: number): Uint8Array {
    return this.#chunks[at >>> CHUNK_BITS]!.bytes;
  }

  #wordsAt(at: number): Int32Array {
    return this.#chunks[at >>> CHUNK_BITS]!.words;
  }

  #take(steps: number): number | undefined {
    const freed = this.#freed[steps] ?? NO_ROOM;
    if (freed !== NO_ROOM) {
      this.#freed[steps] = this.#wordsAt(freed)[freed & CHUNK_MASK]!;
      return freed;
    }
    const words = steps * STEP_WORDS;
    if ((this.#end & CHUNK_MASK) + words > CHUNK_WORDS) {
      this.#end = (this.#end + CHUNK_MASK) & ~CHUNK_MASK;
    }
    if (this.#end + words > this.#maxWords) return undefined;
    if (this.#end >>> CHUNK_BITS === this.#chunks.length) {
      const memory = new ArrayBuffer(CHUNK_WORDS * 4);
      this.#chunks.push({ words: new Int32Array(memory), bytes: new Uint8Array(memory) });
    }
    const at = this.#end;
    this.#end += words;
    return at;
  }
}

export function indexInArenaBytes(at: number): number {
  return (at & CHUNK_MASK) * 4;
}
