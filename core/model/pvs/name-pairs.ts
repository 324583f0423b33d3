/**
 * Which pairs of neighbouring bytes each name has, ASCII case aside: by these most names are told not to have what somebody looks for.
 * They lie one after the other, where records and names are a cache miss each. 8 bytes for each PV.
 */
import { type Names, nameBegin } from "../names/names.js";
import type { PvFilter } from "./pv-filter.js";
import { indexInChunk, RecordColumn } from "./pv-pool.js";
import { PV_WORD, type PvRecords } from "./pv-record.js";
import { FOLD } from "./text-match.js";

/** Bits of a name are two words. A pair has one of the bits, which it shares with other pairs. */
const WORDS = 2;
const HASH_FACTOR = 0x9e37_79b1;

export class NamePairs {
  readonly #names: Names;
  readonly #records: PvRecords;
  /** Zero for a name of one byte, and for one that nobody has looked for since it came. */
  readonly #bits = new RecordColumn(WORDS);

  constructor(names: Names, records: PvRecords) {
    this.#names = names;
    this.#records = records;
  }

  /** Lets all names pass that match the text, as of `compileMatch`, and few others. */
  filter(text: string): PvFilter {
    const [wantedLow, wantedHigh] = bitsOf(text);
    return (ids, count) => {
      if (count === 0) return 0;
      const bits = this.#bits.chunk(ids[0]!);
      let passed = 0;
      for (let n = 0; n < count; n++) {
        const id = ids[n]!;
        const at = indexInChunk(id) * WORDS;
        let low = bits[at]!;
        let high = bits[at + 1]!;
        if ((low | high) === 0) {
          this.#look(id, bits, at);
          low = bits[at]!;
          high = bits[at + 1]!;
        }
        if (((wantedLow & ~low) | (wantedHigh & ~high)) === 0) ids[passed++] = id;
      }
      return passed;
    };
  }

  /** There is no PV with this id any more. */
  forget(id: number): void {
    this.#bits.clear(id);
  }

  #look(id: number, bits: Uint32Array, at: number): void {
    const nameAt = this.#records.word(id, PV_WORD.nameAt);
    const begin = nameBegin(nameAt);
    const end = begin + this.#records.length(id);
    addPairs(bits, at, this.#names.memoryOf(nameAt), begin, end);
  }
}

/** Those that a text wants of a name. */
function bitsOf(text: string): readonly [low: number, high: number] {
  const bits = new Uint32Array(WORDS);
  for (const part of text.split(/[*?]/)) {
    const bytes = Uint8Array.from(part, (character) => character.charCodeAt(0));
    addPairs(bits, 0, bytes, 0, bytes.length);
  }
  return [bits[0]!, bits[1]!];
}

function addPairs(
  bits: Uint32Array,
  at: number,
  bytes: Uint8Array,
  begin: number,
  end: number,
): void {
  let low = bits[at]!;
  let high = bits[at + 1]!;
  for (let index = begin + 1; index < end; index++) {
    const pair = (FOLD[bytes[index - 1]!]! << 8) | FOLD[bytes[index]!]!;
    // Its top bit tells the word, the next five the bit of it.
    const hash = Math.imul(pair, HASH_FACTOR);
    const bit = 1 << (hash >>> 26);
    if (hash < 0) high |= bit;
    else low |= bit;
  }
  bits[at] = low;
  bits[at + 1] = high;
}
