/** Damage that can be repeated: the same seed number and the same seeds give the same inputs. */
import { seededRandom } from "../../core/testkit/site/random.js";

const MAX_INPUT_BYTES = 16_384;
const MAX_CHANGES = 8;
/** Longest run of bytes that one change takes away, repeats or brings in. */
const MAX_RUN_BYTES = 64;
/** At the edges of what lengths, counts and ids can be. */
const EDGES = [0, 1, 2, 3, 4, 7, 8, 15, 16, 23, 24, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff];
const WIDE_EDGES = [...EDGES, 0x1_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0, 0xffff_ffff];
/** What texts are taken apart at, and what breaks out of them. */
const WORDS = [
  ...['"', "\\", "\\u0000", "\\ud800", "{", "}", "[", "]", ",", ":", "\n", "\0", "null", "true"],
  ...["-1", "1e999", "9007199254740993", "[".repeat(200), '{"a":'.repeat(60), " ".repeat(200)],
  ...["__proto__", "constructor", "<script>", "' OR 1=1; --", "${", "&a *a", "../..", "."],
  ...["\xff\xfe", "\u202e", "é"],
].map((word) => Buffer.from(word, "utf8"));

export class Mutator {
  readonly #seeds: readonly Uint8Array[];
  readonly #random: () => number;
  /** Inputs are made here, one after the other. */
  readonly #bytes = new Uint8Array(MAX_INPUT_BYTES);
  #length = 0;

  constructor(seeds: readonly Uint8Array[], seed: number) {
    if (seeds.length === 0) throw new RangeError("there is nothing to be damaged");
    this.#seeds = seeds;
    this.#random = seededRandom(seed);
  }

  /** One of the seeds with up to eight changes. Valid until the next one is made. */
  next(): Uint8Array {
    this.#length = 0;
    this.#insert(0, this.#seed());
    for (let changes = 1 + this.#below(MAX_CHANGES); changes > 0; changes--) this.#change();
    return this.#bytes.subarray(0, this.#length);
  }

  #change(): void {
    const at = this.#below(this.#length + 1);
    switch (this.#below(9)) {
      case 0:
        if (at < this.#length) this.#bytes[at]! ^= 1 << this.#below(8);
        break;
      case 1:
        if (at < this.#length) this.#bytes[at] = this.#below(256);
        break;
      case 2:
        this.#write(at, 2, EDGES[this.#below(EDGES.length)]!);
        break;
      case 3:
        this.#write(at, 4, WIDE_EDGES[this.#below(WIDE_EDGES.length)]!);
        break;
      case 4:
        this.#remove(at, this.#run());
        break;
      case 5:
        this.#insert(at, this.#bytes.slice(at, Math.min(at + this.#run(), this.#length)));
        break;
      case 6:
        this.#insert(at, WORDS[this.#below(WORDS.length)]!);
        break;
      case 7: {
        const other = this.#seed();
        const from = this.#below(other.length + 1);
        this.#insert(at, other.subarray(from, from + this.#run()));
        break;
      }
      case 8:
        // An end that is cut off makes most others useless, so it is made seldom.
        if (this.#below(4) === 0) this.#length = at;
        break;
    }
  }

  /** In either byte order. */
  #write(at: number, size: 2 | 4, value: number): void {
    if (at + size > this.#length) return;
    const littleEndian = this.#below(4) === 0;
    const view = new DataView(this.#bytes.buffer, at, size);
    if (size === 2) view.setUint16(0, value, littleEndian);
    else view.setUint32(0, value, littleEndian);
  }

  #remove(at: number, count: number): void {
    const end = Math.min(at + count, this.#length);
    this.#bytes.copyWithin(at, end, this.#length);
    this.#length -= end - at;
  }

  #insert(at: number, bytes: Uint8Array): void {
    const room = bytes.subarray(0, MAX_INPUT_BYTES - this.#length);
    this.#bytes.copyWithin(at + room.length, at, this.#length);
    this.#bytes.set(room, at);
    this.#length += room.length;
  }

  #seed(): Uint8Array {
    return this.#seeds[this.#below(this.#seeds.length)]!;
  }

  #run(): number {
    return 1 + this.#below(MAX_RUN_BYTES);
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
}
