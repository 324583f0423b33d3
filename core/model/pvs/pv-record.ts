/**
 * What is kept of every PV, 64 bytes each: the name's place, when and how often it was asked for, by whom last, and its
 * state. What the hot path touches comes first, so that it mostly lies in one line of the processor's cache.
 */

import type { Ipv4 } from "../address.js";
import { IdSet } from "../inventory/id-set.js";
import { type Counts, PV_STATES, type PvState } from "../views.js";
import { indexInChunk, NONE, RecordPool } from "./pv-pool.js";

const RECORD_BYTES = 64;
export const WORDS_PER_PV = RECORD_BYTES / 4;
export const DOUBLES_PER_PV = RECORD_BYTES / 8;

/** Index of a double in a record. Times are UTC ms. */
export const PV_DOUBLE = {
  lastRequestedAt: 0,
  requests: 1,
  firstSeenAt: 6,
  /** When the own searches for it began to stay unanswered; 0 when the latest was answered. */
  unansweredSinceAt: 7,
} as const;

/** Index of a word in a record. */
export const PV_WORD = {
  nameAt: 4,
  /** Bytes of the name in the low 9 bits, 0 in a free record; above them flags; in the high 16 bits marks of requesters. */
  lengthAndFlags: 5,
  /** Who asked last; no one when its count is 0. It asked at `lastRequestedAt`. */
  requesterIp: 6,
  requesterPort: 7,
  requesterCount: 8,
  /** From its first request to its last, ms. */
  requesterSpanMs: 9,
  /** The one who asked last before, in the pool of requesters. */
  requesterNext: 10,
  /** The latest owner, in the pool of owners. */
  owner: 11,
} as const;

const LENGTH_MASK = 0x1ff;
const STATE_SHIFT = 9;
const STATE_MASK = 3 << STATE_SHIFT;

/** Bits of {@link PV_WORD.lengthAndFlags}. */
export const PV_FLAG = {
  /** More than one server answered the latest search round. */
  duplicate: 1 << 11,
  /** The name breaks the naming rules. */
  invalid: 1 << 12,
  /** Lost although not all of its servers are: they coming back is not its coming back. */
  lostAlone: 1 << 13,
} as const;

const REQUESTER_SHIFT = 16;
/** The golden ratio, which puts neighbouring addresses far apart. */
const HASH_FACTOR = 0x9e37_79b1;

/**
 * One of the bits of {@link PV_WORD.lengthAndFlags} that tell who may be among the requesters: most PVs that a client never asked
 * for are known by it at once, and only of the others the list has to be read. None for the address of new records, 0.
 */
export function requesterMark(ip: Ipv4): number {
  return ip === 0 ? 0 : 1 << (REQUESTER_SHIFT + (Math.imul(ip, HASH_FACTOR) >>> 28));
}

/** States as they are kept. */
export const STATE_CODE: Readonly<Record<PvState, number>> = {
  online: PV_STATES.indexOf("online"),
  lost: PV_STATES.indexOf("lost"),
  neverAnswered: PV_STATES.indexOf("neverAnswered"),
  unverified: PV_STATES.indexOf("unverified"),
};

type DoubleField = (typeof PV_DOUBLE)[keyof typeof PV_DOUBLE];
type PvFlag = (typeof PV_FLAG)[keyof typeof PV_FLAG];
type WordField = (typeof PV_WORD)[keyof typeof PV_WORD];

export function lengthOf(lengthAndFlags: number): number {
  return lengthAndFlags & LENGTH_MASK;
}

export function stateCodeOf(lengthAndFlags: number): number {
  return (lengthAndFlags & STATE_MASK) >>> STATE_SHIFT;
}

/** One field at a time; the hot path goes to the chunks itself. Ids are those of the pool. */
export class PvRecords {
  readonly pool = new RecordPool(RECORD_BYTES);
  #added = new IdSet();
  readonly #inState = PV_STATES.map(() => 0);
  readonly #withFlag = new Map<number, number>();

  counts(): Counts["pvs"] {
    return {
      total: this.pool.used,
      online: this.#inState[STATE_CODE.online]!,
      lost: this.#inState[STATE_CODE.lost]!,
      neverAnswered: this.#inState[STATE_CODE.neverAnswered]!,
      unverified: this.#inState[STATE_CODE.unverified]!,
      duplicate: this.#withFlag.get(PV_FLAG.duplicate) ?? 0,
      invalid: this.#withFlag.get(PV_FLAG.invalid) ?? 0,
    };
  }

  /** A new PV, unverified, with the name that is at that place of the arena. */
  add(nameAt: number, length: number, firstSeenAt: number): number {
    const id = this.pool.allocate();
    const { f64, u32 } = this.pool.chunk(id);
    const words = indexInChunk(id) * WORDS_PER_PV;
    const code = STATE_CODE.unverified;
    u32[words + PV_WORD.nameAt] = nameAt;
    u32[words + PV_WORD.lengthAndFlags] = length | (code << STATE_SHIFT);
    u32[words + PV_WORD.requesterNext] = NONE;
    u32[words + PV_WORD.owner] = NONE;
    f64[indexInChunk(id) * DOUBLES_PER_PV + PV_DOUBLE.firstSeenAt] = firstSeenAt;
    this.#inState[code]!++;
    this.#added.add(id);
    return id;
  }

  /** How many {@link takeAdded} has. */
  get added(): number {
    return this.#added.size;
  }

  /** Those that were added since the last call and are still there. */
  takeAdded(): IdSet {
    const added = this.#added;
    this.#added = new IdSet();
    return added;
  }

  remove(id: number): void {
    for (const flag of Object.values(PV_FLAG)) this.setFlag(id, flag, false);
    this.#inState[stateCodeOf(this.word(id, PV_WORD.lengthAndFlags))]!--;
    this.#added.delete(id);
    this.pool.free(id);
  }

  /** Whether there is a PV with this id. */
  has(id: number): boolean {
    return id >= 0 && id < this.pool.slots && this.length(id) > 0;
  }

  double(id: number, field: DoubleField): number {
    return this.pool.chunk(id).f64[indexInChunk(id) * DOUBLES_PER_PV + field]!;
  }

  setDouble(id: number, field: DoubleField, value: number): void {
    this.pool.chunk(id).f64[indexInChunk(id) * DOUBLES_PER_PV + field] = value;
  }

  word(id: number, field: WordField): number {
    return this.pool.chunk(id).u32[indexInChunk(id) * WORDS_PER_PV + field]!;
  }

  setWord(id: number, field: WordField, value: number): void {
    this.pool.chunk(id).u32[indexInChunk(id) * WORDS_PER_PV + field] = value;
  }

  /** Bytes of the name, 0 in a free record. */
  length(id: number): number {
    return lengthOf(this.word(id, PV_WORD.lengthAndFlags));
  }

  state(id: number): PvState {
    return PV_STATES[stateCodeOf(this.word(id, PV_WORD.lengthAndFlags))]!;
  }

  setState(id: number, state: PvState): void {
    const word = this.word(id, PV_WORD.lengthAndFlags);
    const code = STATE_CODE[state];
    this.#inState[stateCodeOf(word)]!--;
    this.#inState[code]!++;
    this.setWord(id, PV_WORD.lengthAndFlags, (word & ~STATE_MASK) | (code << STATE_SHIFT));
  }

  is(id: number, flag: PvFlag): boolean {
    return (this.word(id, PV_WORD.lengthAndFlags) & flag) !== 0;
  }

  setFlag(id: number, flag: PvFlag, on: boolean): void {
    const word = this.word(id, PV_WORD.lengthAndFlags);
    if (((word & flag) !== 0) === on) return;
    this.#withFlag.set(flag, (this.#withFlag.get(flag) ?? 0) + (on ? 1 : -1));
    this.setWord(id, PV_WORD.lengthAndFlags, word ^ flag);
  }
}
