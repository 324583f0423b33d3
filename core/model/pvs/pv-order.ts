/** The ids of all PVs that a query finds, in its order, as they were when it was made. It is made in small steps. */
import { nameBegin } from "../names/names.js";
import type { PvQuery } from "../views.js";
import type { PvPlace } from "./pv-cursor.js";
import type { PvFilter } from "./pv-filter.js";
import { compareBytes, type KeyOf, keyOf, threeBytes } from "./pv-keys.js";
import { PV_WORD } from "./pv-record.js";
import { SLICE, scanSlice } from "./pv-scan.js";
import { HIGH, type SortWords, sortIds } from "./pv-sort.js";
import type { PvTable } from "./pv-table.js";

/** Of a name, in one word; a number below them says how many there are. */
const BYTES_PER_WORD = 3;
const NO_IDS = new Uint32Array(0);

type Sorting = Pick<PvQuery, "sort" | "order">;

interface Found {
  readonly ids: Uint32Array;
  /** What each was sorted by, of those that are not sorted by name. */
  readonly keys?: Float64Array;
}

export class PvOrder {
  readonly #table: PvTable;
  readonly #sorting: Sorting;
  readonly #keyOf: KeyOf;
  readonly #steps: Generator<undefined, Found>;
  #found: Found | undefined;
  /** Since it was begun. Their ids can be those of other PVs by now. */
  readonly #forgotten = new Set<number>();

  /** @param sorting by name always goes up: it is read backwards to go down. */
  constructor(table: PvTable, sorting: Sorting, filter: PvFilter) {
    this.#table = table;
    this.#sorting = sorting;
    this.#keyOf = keyOf(table, sorting.sort);
    this.#steps = findInOrder(table, sorting, filter);
  }

  get isMade(): boolean {
    return this.#found !== undefined;
  }

  /** How many were found; 0 while it is being made. */
  get total(): number {
    return this.#ids.length;
  }

  /** That it takes, once it is made. */
  get bytes(): number {
    return this.#ids.byteLength + (this.#found?.keys?.byteLength ?? 0);
  }

  /** How many PVs were forgotten since it was begun. */
  get forgotten(): number {
    return this.#forgotten.size;
  }

  /** Does a little of the work. False when all is done. */
  advance(): boolean {
    if (this.isMade) return false;
    const step = this.#steps.next();
    if (step.done === true) this.#found = step.value;
    return step.done !== true;
  }

  /** There is no PV with this id any more. */
  forget(id: number): void {
    this.#forgotten.add(id);
  }

  /** The first places from one offset up to another, of ones that are not forgotten. Offsets count from the end when `isDown`. */
  places(begin: number, end: number, limit: number, isDown: boolean): number[] {
    const places: number[] = [];
    for (let n = begin; n < Math.min(end, this.total) && places.length < limit; n++) {
      const place = isDown ? this.total - 1 - n : n;
      if (!this.#isForgotten(place)) places.push(place);
    }
    return places;
  }

  idAt(place: number): number {
    return this.#ids[place]!;
  }

  /** What a cursor holds. */
  cursorAt(place: number): PvPlace {
    const id = this.idAt(place);
    const { names, records } = this.#table;
    const nameAt = records.word(id, PV_WORD.nameAt);
    const key = this.#found?.keys?.[place] ?? this.#keyOf(id, nameAt, records.length(id));
    return { key, name: names.bytesOf(id) };
  }

  /** How many come before whatever comes after the cursor's PV. */
  offsetAfter(cursor: PvPlace, isDown: boolean): number {
    let low = 0;
    let high = this.total;
    while (low < high) {
      const middle = (low + high) >>> 1;
      let place = middle;
      while (place < high && this.#isForgotten(place)) place++;
      const isBefore =
        place < high &&
        (isDown ? this.#compare(place, cursor) < 0 : this.#compare(place, cursor) <= 0);
      if (isBefore) low = place + 1;
      else high = middle;
    }
    return isDown ? this.total - low : low;
  }

  get #ids(): Uint32Array {
    return this.#found?.ids ?? NO_IDS;
  }

  #isForgotten(place: number): boolean {
    return this.#forgotten.has(this.#ids[place]!);
  }

  #compare(place: number, cursor: PvPlace): number {
    const key = this.#found?.keys?.[place];
    if (key !== undefined && key !== cursor.key) {
      return this.#sorting.order === "asc" ? key - cursor.key : cursor.key - key;
    }
    const { names, records } = this.#table;
    const id = this.idAt(place);
    const nameAt = records.word(id, PV_WORD.nameAt);
    const memory = names.memoryOf(nameAt);
    return compareBytes(memory, nameBegin(nameAt), records.length(id), cursor.name);
  }
}

function* findInOrder(
  table: PvTable,
  { sort, order }: Sorting,
  filter: PvFilter,
): Generator<undefined, Found> {
  const { pool } = table.records;
  const slices = Math.ceil(pool.slots / SLICE);
  let ids = new Uint32Array(SLICE);
  // By id; what they count changes while they are sorted.
  const keys = sort === "name" ? undefined : new Float64Array(slices * SLICE);
  const places = new Uint32Array(slices * SLICE);
  const lengths = new Uint16Array(slices * SLICE);
  const key = keyOf(table, sort);
  let count = 0;
  const take = (id: number, nameAt: number, length: number): void => {
    if (count === ids.length) ids = lengthened(ids);
    ids[count++] = id;
    places[id] = nameAt;
    lengths[id] = length;
    if (keys !== undefined) keys[id] = key(id, nameAt, length);
  };
  for (let number = 0; number < slices; number++) {
    scanSlice(pool, number, true, filter, take);
    yield;
  }
  const found = ids.slice(0, count);
  const byName = nameWords(table, places, lengths);
  if (keys === undefined) {
    yield* sortIds(found, byName);
    return { ids: found };
  }
  yield* sortIds(found, keyWords(keys, order === "desc", byName));
  const sorted = new Float64Array(count);
  for (let place = 0; place < count; place++) {
    sorted[place] = keys[found[place]!]!;
    if (place % SLICE === 0) yield;
  }
  return { ids: found, keys: sorted };
}

function lengthened(ids: Uint32Array): Uint32Array<ArrayBuffer> {
  const longer = new Uint32Array(2 * ids.length);
  longer.set(ids);
  return longer;
}

/**
 * Bytes of the name; that it ends comes before any byte.
 * @param places where names are, by id, and how long they are: closer together than in the records.
 */
function nameWords({ names }: PvTable, places: Uint32Array, lengths: Uint16Array): SortWords {
  return {
    of(id, level) {
      const nameAt = places[id]!;
      const from = level * BYTES_PER_WORD;
      const left = Math.max(0, lengths[id]! - from);
      const bytes = threeBytes(names.memoryOf(nameAt), nameBegin(nameAt) + from, left);
      return ((bytes << 8) | Math.min(left, BYTES_PER_WORD)) >>> 0;
    },
    areEqual: (_level, word) => (word & 0xff) < BYTES_PER_WORD,
  };
}

/** The halves of the key, then the name. Bits of numbers that are not negative are in the order of the numbers. */
function keyWords(keys: Float64Array, isDown: boolean, byName: SortWords): SortWords {
  const halves = new Uint32Array(keys.buffer);
  const turn = isDown ? -1 : 0;
  return {
    of: (id, level) =>
      level < 2
        ? (halves[2 * id + (level === 0 ? HIGH : 1 - HIGH)]! ^ turn) >>> 0
        : byName.of(id, level - 2),
    areEqual: (level, word) => level >= 2 && byName.areEqual(level - 2, word),
  };
}
