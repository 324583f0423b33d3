/** The ids of all PVs that a query finds, in its order, as they were when it was made. It is made in small steps. */
import { nameBegin } from "../names/names.js";
import type { PvQuery, PvSort } from "../views.js";
import type { NameOrder } from "./name-order.js";
import type { PvPlace } from "./pv-cursor.js";
import type { PvFilter } from "./pv-filter.js";
import { sortedPlaces } from "./pv-key-sort.js";
import { compareBytes, type KeyOf, keyOf } from "./pv-keys.js";
import { PV_WORD } from "./pv-record.js";
import { findPvs, inSlices } from "./pv-scan.js";
import type { PvTable } from "./pv-table.js";

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
  constructor(table: PvTable, sorting: Sorting, filter: PvFilter, byName: NameOrder) {
    this.#table = table;
    this.#sorting = sorting;
    this.#keyOf = keyOf(table, sorting.sort);
    this.#steps = findInOrder(table, sorting, filter, byName);
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
  byName: NameOrder,
): Generator<undefined, Found> {
  const found = yield* findPvs(table, filter);
  yield* byName.update();
  const ids = yield* byName.idsOf(found);
  if (sort === "name") return { ids };
  const { keys, places } = yield* sortByKey(table, ids, sort, order);
  const sorted = { ids: new Uint32Array(ids.length), keys: new Float64Array(ids.length) };
  yield* inSlices(ids.length, (begin, end) => {
    for (let place = begin; place < end; place++) {
      sorted.ids[place] = ids[places[place]!]!;
      sorted.keys[place] = keys[places[place]!]!;
    }
  });
  return sorted;
}

/** @returns what each of them is sorted by, and in the order of that the places that they have. */
function* sortByKey(
  table: PvTable,
  ids: Uint32Array,
  sort: PvSort,
  order: Sorting["order"],
): Generator<undefined, { readonly keys: Float64Array; readonly places: Uint32Array }> {
  const keyedBy = keyOf(table, sort);
  // Copies: what they count changes while they are sorted.
  const keys = new Float64Array(ids.length);
  yield* inSlices(ids.length, (begin, end) => {
    for (let place = begin; place < end; place++) {
      const id = ids[place]!;
      // Only the order by name looks at names.
      if (table.records.has(id)) keys[place] = keyedBy(id, 0, 0);
    }
  });
  return { keys, places: yield* sortedPlaces(keys, order === "desc") };
}
