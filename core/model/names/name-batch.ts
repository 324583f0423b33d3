/**
 * The names of one datagram, copied into words and hashed before any of them is looked up: the lookups of all of them are
 * then independent, so that a processor waits for several misses of its caches at once.
 */
import { type HashKey, hashKey, hashWords } from "./name-hash.js";

/** CA allows about this much; longer ones come from broken or hostile senders. */
export const MAX_NAME_BYTES = 499;

const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** @returns a signed 32-bit hash; arguments as of {@link hashWords}. */
export type NameHash = (words: Uint32Array, begin: number, length: number, key: HashKey) => number;

export class NameBatch {
  readonly #key: HashKey;
  readonly #hash: NameHash;
  /** The names one after the other, each from a word of its own on and filled up with zero bytes. */
  words = new Uint32Array(1024);
  #bytes = new Uint8Array(this.words.buffer);
  /** Where each name begins in {@link words}. */
  begins = new Uint32Array(64);
  /** Bytes of each name; 0 for one that is empty or too long to be a name. */
  lengths = new Uint16Array(64);
  hashes = new Int32Array(64);
  #view: DataView = new DataView(this.words.buffer);

  constructor(seed: number, hash: NameHash = hashWords) {
    this.#key = hashKey(seed);
    this.#hash = hash;
  }

  /** Takes in the first `count` names that `starts` and `ends` (offsets in `bytes`) tell; {@link hashAll} is for later. */
  load(bytes: Uint8Array, starts: Uint32Array, ends: Uint32Array, count: number): void {
    this.#makeRoom(starts, ends, count);
    if (this.#view.buffer !== bytes.buffer) this.#view = new DataView(bytes.buffer);
    const { begins, lengths } = this;
    let begin = 0;
    for (let index = 0; index < count; index++) {
      const start = starts[index]!;
      const length = ends[index]! - start;
      const isName = length >= 1 && length <= MAX_NAME_BYTES;
      begins[index] = begin;
      lengths[index] = isName ? length : 0;
      if (!isName) continue;
      this.#copy(bytes, start, length, begin);
      begin += (length + 3) >>> 2;
    }
  }

  /** The hashes of the first `count` names, which not everybody needs. */
  hashAll(count: number): void {
    const { begins, lengths, hashes, words } = this;
    const key = this.#key;
    for (let index = 0; index < count; index++) {
      const length = lengths[index]!;
      if (length > 0) hashes[index] = this.#hash(words, begins[index]!, length, key);
    }
  }

  /** Takes in one name. */
  loadOne(name: string | Uint8Array): void {
    const bytes = typeof name === "string" ? latin1Bytes(name) : name;
    const length = bytes?.length ?? 0;
    const isName = length >= 1 && length <= MAX_NAME_BYTES;
    this.begins[0] = 0;
    this.lengths[0] = isName ? length : 0;
    if (bytes === undefined || !isName) return;
    this.words[length >>> 2] = 0;
    this.#bytes.set(bytes);
    this.hashes[0] = this.hashOf(this.words, 0, length);
  }

  hashOf(words: Uint32Array, begin: number, length: number): number {
    return this.#hash(words, begin, length, this.#key);
  }

  #copy(bytes: Uint8Array, start: number, length: number, begin: number): void {
    const words = this.words;
    const view = this.#view;
    const whole = length >>> 2;
    let offset = bytes.byteOffset + start;
    for (let word = begin; word < begin + whole; word++) {
      words[word] = view.getUint32(offset, IS_LITTLE_ENDIAN);
      offset += 4;
    }
    if ((length & 3) === 0) return;
    words[begin + whole] = 0;
    for (let index = whole * 4; index < length; index++) {
      this.#bytes[begin * 4 + index] = bytes[start + index]!;
    }
  }

  #makeRoom(starts: Uint32Array, ends: Uint32Array, count: number): void {
    if (count > this.begins.length) {
      this.begins = new Uint32Array(count * 2);
      this.lengths = new Uint16Array(count * 2);
      this.hashes = new Int32Array(count * 2);
    }
    let words = 0;
    for (let index = 0; index < count; index++)
      words += ((ends[index]! - starts[index]!) >>> 2) + 1;
    if (words <= this.words.length) return;
    this.words = new Uint32Array(words * 2);
    this.#bytes = new Uint8Array(this.words.buffer);
  }
}

/** Undefined for a text with characters above 0xff, which no name has. */
export function latin1Bytes(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0xff) return undefined;
    bytes[index] = code;
  }
  return bytes;
}

/** By length of names. To make texts of plain arrays takes half the time. */
const CODES: number[][] = [];

/** @param begin of a name in the bytes, and its `end`. */
export function latin1Text(bytes: Uint8Array, begin: number, end: number): string {
  const length = end - begin;
  CODES[length] ??= Array.from({ length }, () => 0);
  const codes = CODES[length];
  for (let index = 0; index < length; index++) codes[index] = bytes[begin + index]!;
  return Reflect.apply(String.fromCharCode, undefined, codes);
}
