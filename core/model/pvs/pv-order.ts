/** The ids of all PVs that a query finds, in its order, as they were when it was made. It is made in small steps. */
import { nameBegin } from "../names/names.js";
import type { PvQuery } from "../views.js";
import type { NameOrder } from "./name-order.js";
import type { PvPlace } from "./pv-cursor.js";
import type { PvFilter } from "./pv-filter.js";
import { sortedPlaces } from "./pv-key-sort.js";
import { compareBytes, keysById, nameKey } from "./pv-keys.js";
import { PV_WORD } from "./pv-record.js";
import { findPvs, inSlices } from "./pv-scan.js";
import type { PvTable } from "./pv-table.js";

type Sorting = Pick<PvQuery, "sort" | "order">;

interface Found {
  /** By name. */
  readonly ids: Uint32Array;
  /** What each is sorted by, if not by name. */
  readonly keys?: Float64Array;
  /** Then: where in both of them each place of the order is. */
  readonly places?: Uint32Array;
}

export class PvOrder {
  readonly #table: PvTable;
  readonly #sorting: Sorting;
  readonly #steps: Generator<undefined, Found>;
  #found: Found | undefined;
  /** Since it was begun. Their ids can be those of other PVs by now. */
  readonly #forgotten = new Set<number>();

  /** @param sorting by name always goes up: it is read backwards to go down. */
  constructor(table: PvTable, sorting: Sorting, filter: PvFilter, byName: NameOrder) {
    this.#table = table;
    this.#sorting = sorting;
    this.#steps = findInOrder(table, sorting, filter, byName);
  }

  get isMade(): boolean {
    return this.#found !== undefined;
  }

  /** How many were found; 0 while it is being made. */
  get total(): number {
    return this.#found?.ids.length ?? 0;
  }

  /** That it takes, once it is made. */
  get bytes(): number {
    const { ids, keys, places } = this.#found ?? {};
    return (ids?.byteLength ?? 0) + (keys?.byteLength ?? 0) + (places?.byteLength ?? 0);
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

  /** @param place lower than {@link total}. */
  idAt(place: number): number {
    return this.#found!.ids[this.#byName(place)]!;
  }

  /** What a cursor holds. */
  cursorAt(place: number): PvPlace {
    const id = this.idAt(place);
    const key = this.#keyAt(place) ?? nameKey(this.#table, id);
    return { key, name: this.#table.names.bytesOf(id) };
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

  #byName(place: number): number {
    return this.#found?.places?.[place] ?? place;
  }

  #keyAt(place: number): number | undefined {
    return this.#found?.keys?.[this.#byName(place)];
  }

  #isForgotten(place: number): boolean {
    return this.#forgotten.has(this.idAt(place));
  }

  #compare(place: number, cursor: PvPlace): number {
    const key = this.#keyAt(place);
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
  const byId = yield* keysById(table, sort);
  const keys = new Float64Array(ids.length);
  yield* inSlices(ids.length, (begin, end) => {
    for (let n = begin; n < end; n++) keys[n] = byId[ids[n]!]!;
  });
  return { ids, keys, places: yield* sortedPlaces(keys, order === "desc", byId.buffer) };
}
