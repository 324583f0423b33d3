/**
 * The names of one datagram, where they lie in it, all hashed before any of them is looked up: the lookups of all of them
 * are then independent, so that a processor waits for several misses of its caches at once.
 */
import { type HashKey, hashKey, hashName } from "./name-hash.js";

/** CA allows about this much; longer ones come from broken or hostile senders. */
export const MAX_NAME_BYTES = 499;

/** Looked up together: more than a processor fetches from memory at once, and few enough to stay in its nearest cache. */
export const SOME_NAMES = 64;

const NOTHING = new Uint8Array(0);

/** @returns a signed 32-bit hash; arguments as of {@link hashName}. */
export type NameHash = (view: DataView, begin: number, length: number, key: HashKey) => number;

export class NameBatch {
  readonly #key: HashKey;
  readonly #hash: NameHash;
  #bytes: Uint8Array = NOTHING;
  /** Over the bytes in which the names are. */
  view: DataView = new DataView(NOTHING.buffer);
  /** Where each name begins, and where it ends. */
  starts: Uint32Array = new Uint32Array(1);
  #ends: Uint32Array = new Uint32Array(1);
  hashes = new Int32Array(64);
  /** For a single name. */
  readonly #one = new Uint8Array(MAX_NAME_BYTES);
  readonly #oneStart = new Uint32Array(1);
  readonly #oneEnd = new Uint32Array(1);
  /** For some names. */
  readonly #some = new Uint8Array(SOME_NAMES * MAX_NAME_BYTES);
  readonly #someStarts = new Uint32Array(SOME_NAMES);
  readonly #someEnds = new Uint32Array(SOME_NAMES);

  constructor(seed: number, hash: NameHash = hashName) {
    this.#key = hashKey(seed);
    this.#hash = hash;
  }

  /** Takes the names that `starts` and `ends` (offsets in `bytes`) tell, as long as these hold; the hashes are for later. */
  load(bytes: Uint8Array, starts: Uint32Array, ends: Uint32Array): void {
    if (this.#bytes !== bytes) {
      this.#bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.starts = starts;
    this.#ends = ends;
  }

  /** Takes one name, with its hash. */
  loadOne(name: string | Uint8Array): void {
    this.#oneEnd[0] = typeof name === "string" ? this.#takeText(name) : this.#takeBytes(name);
    this.load(this.#one, this.#oneStart, this.#oneEnd);
    this.hash(1);
  }

  /** Takes some names, {@link SOME_NAMES} at most, with their hashes. */
  loadSome(names: readonly { readonly name: Uint8Array }[]): void {
    let end = 0;
    for (const [index, { name }] of names.entries()) {
      this.#someStarts[index] = end;
      if (name.length <= MAX_NAME_BYTES) {
        this.#some.set(name, end);
        end += name.length;
      }
      this.#someEnds[index] = end;
    }
    this.load(this.#some, this.#someStarts, this.#someEnds);
    this.hash(names.length);
  }

  /** Bytes of the name at `index`; 0 for one that is empty or too long to be a name. */
  lengthOf(index: number): number {
    const length = this.#ends[index]! - this.starts[index]!;
    return length >= 1 && length <= MAX_NAME_BYTES ? length : 0;
  }

  /** Fills in the hashes of the first `count` names. */
  hash(count: number): void {
    if (count > this.hashes.length) this.hashes = new Int32Array(count * 2);
    for (let index = 0; index < count; index++) {
      const length = this.lengthOf(index);
      if (length > 0) this.hashes[index] = this.hashOf(this.view, this.starts[index]!, length);
    }
  }

  hashOf(view: DataView, begin: number, length: number): number {
    return this.#hash(view, begin, length, this.#key);
  }

  /** Answers its length, 0 for a text that is no name: too long, or with characters above 0xff. */
  #takeText(text: string): number {
    if (text.length > MAX_NAME_BYTES) return 0;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0xff) return 0;
      this.#one[index] = code;
    }
    return text.length;
  }

  #takeBytes(bytes: Uint8Array): number {
    if (bytes.length > MAX_NAME_BYTES) return 0;
    this.#one.set(bytes);
    return bytes.length;
  }
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
