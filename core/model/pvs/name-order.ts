/**
 * All PVs in the order of their names. A name keeps its place for as long as it is known, so the order is made once, and from
 * then on new names are put in and forgotten ones taken out when somebody wants to read it. 8 bytes for each PV.
 */
import { IdSet } from "../inventory/id-set.js";
import { nameBegin } from "../names/names.js";
import { sortedByName } from "./name-sort.js";
import { compareBytes } from "./pv-keys.js";
import { PV_WORD } from "./pv-record.js";
import type { PvTable } from "./pv-table.js";

/** Ids that are copied, or places that are looked for, between two yields: some 0.1 ms. */
const COPIED = 32_768;
const FOUND = 128;
/** More than one in so many without a rank is too many: they are compared by their bytes. */
const RANKED = 16;

type Steps = Generator<undefined, Uint32Array<ArrayBuffer>>;

export class NameOrder {
  readonly #table: PvTable;
  #ids = new Uint32Array(0);
  /** Of {@link #ids}: names that are no more. Each id can be that of another name by now. */
  #forgotten = new IdSet();
  /** Of them, those since the order began to be brought up to date. */
  #forgottenSince = new IdSet();
  /** What is being put in, or was when that failed. */
  #missing = new IdSet();
  /** What brings it up to date, as long as that is under way. */
  #steps: Steps | undefined;
  #isMade = false;
  #ranks = new Uint32Array(0);
  #ranked = 0;

  constructor(table: PvTable) {
    this.#table = table;
  }

  /** Whether it costs little to bring it up to date. */
  get isMade(): boolean {
    return this.#isMade;
  }

  /** There is no PV with this id any more. */
  forget(id: number): void {
    this.#forgotten.add(id);
    this.#forgottenSince.add(id);
    this.#missing.delete(id);
    if (this.#ranks[id]) {
      this.#ranks[id] = 0;
      this.#ranked--;
    }
  }

  /**
   * By id: of two PVs with other ranks than 0 the one with the lower comes first, so that nobody has to compare their names. A new
   * name has none for a while. A later array has other ranks.
   */
  get ranks(): Uint32Array {
    return this.#ranks;
  }

  /** Gives ranks where too few PVs have one. */
  *rank(): Generator<undefined, void> {
    const { used, slots } = this.#table.records.pool;
    if ((used - this.#ranked) * RANKED <= used) return;
    yield* this.update();
    const ids = this.#ids;
    const ranks = new Uint32Array(slots);
    this.#ranks = ranks;
    this.#ranked = 0;
    for (let begin = 0; begin < ids.length; begin += COPIED) {
      // Of those in an order of before nobody remembers which are forgotten.
      if (ids !== this.#ids || ranks !== this.#ranks) return;
      this.#rankSome(ids, ranks, begin, Math.min(begin + COPIED, ids.length));
      yield;
    }
  }

  #rankSome(ids: Uint32Array, ranks: Uint32Array, begin: number, end: number): void {
    for (let place = begin; place < end; place++) {
      const id = ids[place]!;
      if (id >= ranks.length || this.#forgotten.has(id)) continue;
      ranks[id] = place + 1;
      this.#ranked++;
    }
  }

  /** Brings it up to date with all that was known at the call, together with others who wait for that. */
  *update(): Generator<undefined, void> {
    // What is under way was begun before, and perhaps given up long ago.
    yield* this.#end(this.#steps);
    if (this.#steps === undefined && this.#hasChanged) {
      this.#forgottenSince = new IdSet();
      this.#missing.addAll(this.#table.records.takeAdded());
      this.#steps = this.#updated(this.#missing.toArray());
    }
    yield* this.#end(this.#steps);
  }

  /**
   * Those that are wanted, all when undefined, as it was brought up to date last: not to be changed. Of what is forgotten after the
   * first step some may be among them.
   */
  *idsOf(wanted: IdSet | undefined): Steps {
    return yield* withoutOthers(this.#ids, wanted, this.#forgotten);
  }

  /**
   * Goes on through some thousands of names after one, or before it when `isDown`; without one from the beginning, or the end.
   * @returns at most `limit` that are wanted, and the name to go on from, undefined at the end.
   */
  some(
    after: Uint8Array | undefined,
    isDown: boolean,
    limit: number,
    isWanted: (id: number) => boolean,
  ): { readonly ids: readonly number[]; readonly last: Uint8Array | undefined } {
    const all = this.#ids;
    const step = isDown ? -1 : 1;
    let place = isDown ? all.length - 1 : 0;
    if (after !== undefined) {
      const next = this.#placeOf(after, all, 0, this.#forgotten, isDown);
      place = isDown ? next - 1 : next;
    }
    const ids: number[] = [];
    for (let left = COPIED; place >= 0 && place < all.length; place += step) {
      const id = all[place]!;
      if (this.#forgotten.has(id)) continue;
      if (isWanted(id)) ids.push(id);
      if (--left === 0 || ids.length === limit) {
        return { ids, last: this.#table.names.bytesOf(id) };
      }
    }
    return { ids, last: undefined };
  }

  get #hasChanged(): boolean {
    return this.#table.records.added + this.#missing.size + this.#forgotten.size > 0;
  }

  /** All who wait for it do some of the work. */
  *#end(steps: Steps | undefined): Generator<undefined, void> {
    while (steps !== undefined && steps === this.#steps) {
      const step = this.#advance(steps);
      if (step.done === true) {
        this.#steps = undefined;
        this.#missing = new IdSet();
        this.#ids = step.value;
        this.#forgotten = this.#forgottenSince;
        this.#isMade = true;
      } else yield;
    }
  }

  /** What failed, as for want of memory, begins anew the next time. */
  #advance(steps: Steps): IteratorResult<undefined, Uint32Array<ArrayBuffer>> {
    try {
      return steps.next();
    } catch (error) {
      this.#steps = undefined;
      throw error;
    }
  }

  *#updated(added: Uint32Array): Steps {
    const kept = yield* withoutOthers(this.#ids, undefined, this.#forgotten);
    const sorted = yield* sortedByName(this.#table, added);
    if (kept.length === 0) return sorted;
    const places = yield* this.#placesOf(sorted, kept);
    const merged = new Uint32Array(kept.length + sorted.length);
    let next = 0;
    for (let place = 0; place <= kept.length; place++) {
      while (next < sorted.length && places[next] === place) {
        merged[place + next] = sorted[next]!;
        next++;
      }
      if (place < kept.length) merged[place + next] = kept[place]!;
      if (place % COPIED === 0) yield;
    }
    return merged;
  }

  /** For each of the sorted ids, how many of those that are kept come before it. */
  *#placesOf(sorted: Uint32Array, kept: Uint32Array): Generator<undefined, Uint32Array> {
    const places = new Uint32Array(sorted.length);
    let place = 0;
    for (let n = 0; n < sorted.length; n++) {
      const id = sorted[n]!;
      // One whose name is no more has no place. It is taken out the next time.
      if (!this.#forgottenSince.has(id) && place < kept.length) {
        const name = this.#table.names.bytesOf(id);
        place = this.#placeOf(name, kept, place, this.#forgottenSince, true);
      }
      places[n] = place;
      if (n % FOUND === 0) yield;
    }
    return places;
  }

  /**
   * How many come before the name, or are it too when not `isBefore`. In steps that double from a place on, which is mostly near.
   */
  #placeOf(
    name: Uint8Array,
    ids: Uint32Array,
    from: number,
    forgotten: IdSet,
    isBefore: boolean,
  ): number {
    // Of one that is forgotten there is no telling: the next one that is not says where it is.
    const isPast = (begin: number): boolean => {
      let place = begin;
      while (place < ids.length && forgotten.has(ids[place]!)) place++;
      if (place === ids.length) return true;
      const difference = this.#compare(ids[place]!, name);
      return isBefore ? difference >= 0 : difference > 0;
    };
    let low = from;
    let step = 1;
    while (low + step <= ids.length && !isPast(low + step - 1)) {
      low += step;
      step *= 2;
    }
    let high = Math.min(low + step - 1, ids.length);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isPast(middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #compare(id: number, name: Uint8Array): number {
    const { names, records } = this.#table;
    const nameAt = records.word(id, PV_WORD.nameAt);
    return compareBytes(names.memoryOf(nameAt), nameBegin(nameAt), records.length(id), name);
  }
}

function* withoutOthers(
  ids: Uint32Array<ArrayBuffer>,
  wanted: IdSet | undefined,
  forgotten: IdSet,
): Steps {
  if (wanted === undefined && forgotten.size === 0) return ids;
  const copy = new Uint32Array(ids.length);
  let count = 0;
  for (let from = 0; from < ids.length; from += COPIED) {
    const some = ids.subarray(from, from + COPIED);
    count = copySome(some, wanted, forgotten, copy, count);
    yield;
  }
  return count === copy.length ? copy : copy.slice(0, count);
}

/** @returns how many the copy has after that. */
function copySome(
  ids: Uint32Array,
  wanted: IdSet | undefined,
  forgotten: IdSet,
  copy: Uint32Array,
  begin: number,
): number {
  let count = begin;
  for (let n = 0; n < ids.length; n++) {
    const id = ids[n]!;
    if ((wanted === undefined || wanted.has(id)) && !forgotten.has(id)) copy[count++] = id;
  }
  return count;
}
