/**
 * Names to ids and back: each name is kept once, as bytes. A datagram's names are taken step by step together, first all
 * hashes, then all records, then all comparisons, so that the processor waits for many cache misses at once.
 */

import { indexInChunk, NONE } from "../pvs/pv-pool.js";
import { lengthOf, PV_FLAG, PV_WORD, type PvRecords, WORDS_PER_PV } from "../pvs/pv-record.js";
import { indexInArenaBytes, NameArena } from "./name-arena.js";
import { latin1Text, NameBatch, type NameHash } from "./name-batch.js";
import { NameIndex } from "./name-index.js";
import { type NameRules, type NameValidity, nameValidity } from "./name-validity.js";

/** On average; the room for names is bounded by it. */
const MEAN_NAME_BYTES = 64;
/** Slots of a growing index that each datagram moves: a few microseconds. */
const MOVED_PER_DATAGRAM = 256;

export interface NamesOptions {
  readonly maxNames: number;
  /** 0..2^53-1. */
  readonly seed: number;
  /** In the place of the keyed hash, to provoke collisions. */
  readonly hash?: NameHash;
  /** Which names are flagged as invalid. */
  readonly rules?: NameRules;
}

/** Names of a datagram: see `SearchSeen`. */
export interface NameSlices {
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly count: number;
}

export interface SeenName {
  readonly name: Uint8Array;
  readonly firstSeenAt: number;
}

export interface InternedName {
  /** NONE when it is refused. */
  readonly id: number;
  readonly isNew: boolean;
}

export class Names {
  readonly #records: PvRecords;
  readonly #maxNames: number;
  readonly #arena: NameArena;
  readonly #index = new NameIndex();
  readonly #batch: NameBatch;
  readonly #isValid: NameValidity;
  #ids = new Uint32Array(64);
  #places = new Uint32Array(64);
  #refused = 0;
  /** Index in the batch of the name that {@link #isWanted} compares with. */
  #wanted = 0;

  constructor(options: NamesOptions, records: PvRecords) {
    this.#records = records;
    this.#maxNames = options.maxNames;
    this.#arena = new NameArena(options.maxNames * MEAN_NAME_BYTES);
    this.#batch = new NameBatch(options.seed, options.hash);
    this.#isValid = nameValidity(options.rules);
  }

  /** Names that got no id since the start. */
  get refused(): number {
    return this.#refused;
  }

  /** The ids of names, new ones if need be; NONE for one that is refused. Valid until the next call. */
  intern({ bytes, starts, ends, count, at }: NameSlices): Uint32Array {
    const batch = this.#batch;
    batch.load(bytes, starts, ends);
    this.#index.move(MOVED_PER_DATAGRAM);
    if (this.#ids.length < count) {
      this.#ids = new Uint32Array(count * 2);
      this.#places = new Uint32Array(count * 2);
    }
    const ids = this.#ids;
    if (this.#areFollowers(count)) return ids;
    batch.hash(count);
    this.#index.candidates(batch.hashes, count, ids);
    this.#findPlaces(count);
    for (let index = 0; index < count; index++) {
      if (!this.#isAt(this.#places[index]!, index)) ids[index] = this.#internOne(index, at);
    }
    return ids;
  }

  /** The id of one name, a new one if need be; NONE when it is refused. */
  internOne(name: string | Uint8Array, at: number): number {
    this.#batch.loadOne(name);
    return this.#internOne(0, at);
  }

  /** As {@link internOne} for some names, {@link SOME_NAMES} at most, whose places in the index are fetched together. */
  internSome(names: readonly SeenName[]): readonly InternedName[] {
    const batch = this.#batch;
    batch.loadSome(names);
    this.#index.candidates(batch.hashes, names.length, this.#ids);
    const { pool } = this.#records;
    return names.map(({ firstSeenAt }, index) => {
      const known = pool.used;
      const id = this.#internOne(index, firstSeenAt);
      return { id, isNew: pool.used > known };
    });
  }

  /** NONE when there is no such name. */
  idOf(name: string | Uint8Array): number {
    this.#batch.loadOne(name);
    return this.#find(0);
  }

  /** A copy. */
  bytesOf(id: number): Uint8Array {
    const at = this.#records.word(id, PV_WORD.nameAt);
    const begin = nameBegin(at);
    return this.#arena.bytesAt(at).slice(begin, begin + this.#records.length(id));
  }

  textOf(id: number): string {
    const at = this.#records.word(id, PV_WORD.nameAt);
    const begin = nameBegin(at);
    return latin1Text(this.#arena.bytesAt(at), begin, begin + this.#records.length(id));
  }

  /** The memory in which the name lies that a record has at `nameAt`, from {@link nameBegin} on. */
  memoryOf(nameAt: number): Uint8Array {
    return this.#arena.bytesAt(nameAt);
  }

  /** The record goes, too. */
  forget(id: number): void {
    const at = this.#records.word(id, PV_WORD.nameAt);
    const length = this.#records.length(id);
    const memory = new DataView(this.memoryOf(at).buffer);
    const hash = this.#batch.hashOf(memory, nameBegin(at), length);
    this.#index.remove(hash, id);
    this.#arena.remove(at, length);
    this.#records.remove(id);
  }

  /**
   * Whether the names have ids one after another, and then sets them. Names that a client first asked for in one
   * datagram got such ids, and it asks for them together again: their records lie side by side, and no index is needed.
   */
  #areFollowers(count: number): boolean {
    const { pool } = this.#records;
    const batch = this.#batch;
    const ids = this.#ids;
    if (count === 0) return false;
    batch.hash(1);
    this.#index.candidates(batch.hashes, 1, ids);
    let id = ids[0]!;
    for (let index = 0; index < count; index++, id++) {
      if (id >= pool.slots) return false;
      const { u32 } = pool.chunk(id);
      const record = indexInChunk(id) * WORDS_PER_PV;
      const length = batch.lengthOf(index);
      // A record that is free has no length, as what is no name.
      if (length === 0 || length !== lengthOf(u32[record + PV_WORD.lengthAndFlags]!)) return false;
      if (!this.#isAt(u32[record + PV_WORD.nameAt]!, index)) return false;
      ids[index] = id;
    }
    return true;
  }

  /** Where the names of the candidates are, as far as they have the length of those in the batch. */
  #findPlaces(count: number): void {
    const { pool } = this.#records;
    for (let index = 0; index < count; index++) {
      const id = this.#ids[index]!;
      if (id === NONE) {
        this.#places[index] = NONE;
        continue;
      }
      const { u32 } = pool.chunk(id);
      const record = indexInChunk(id) * WORDS_PER_PV;
      const length = lengthOf(u32[record + PV_WORD.lengthAndFlags]!);
      const isOfLength = length === this.#batch.lengthOf(index);
      this.#places[index] = isOfLength ? u32[record + PV_WORD.nameAt]! : NONE;
    }
  }

  /** Whether the name at that place of the arena, which has the same length, is the one at `index` of the batch. */
  #isAt(place: number, index: number): boolean {
    if (place === NONE) return false;
    const batch = this.#batch;
    return this.#arena.has(place, batch.view, batch.starts[index]!, batch.lengthOf(index));
  }

  readonly #isWanted = (id: number): boolean =>
    this.#records.length(id) === this.#batch.lengthOf(this.#wanted) &&
    this.#isAt(this.#records.word(id, PV_WORD.nameAt), this.#wanted);

  #find(index: number): number {
    if (this.#batch.lengthOf(index) === 0) return NONE;
    this.#wanted = index;
    return this.#index.find(this.#batch.hashes[index]!, this.#isWanted);
  }

  #internOne(index: number, at: number): number {
    const found = this.#find(index);
    if (found !== NONE) return found;
    const { view, starts, hashes } = this.#batch;
    const length = this.#batch.lengthOf(index);
    const isRefused = length === 0 || this.#index.size >= this.#maxNames;
    const place = isRefused ? undefined : this.#arena.add(view, starts[index]!, length);
    if (place === undefined) {
      this.#refused++;
      return NONE;
    }
    const id = this.#records.add(place, length, at);
    this.#index.insert(hashes[index]!, id);
    const isInvalid = !this.#isValid(this.#arena.bytesAt(place), nameBegin(place), length);
    this.#records.setFlag(id, PV_FLAG.invalid, isInvalid);
    return id;
  }
}

export function nameBegin(nameAt: number): number {
  return indexInArenaBytes(nameAt);
}
