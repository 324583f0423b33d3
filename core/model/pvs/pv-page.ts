/** One page of a sorted list of PVs: one scan over all records that keeps the first ones after the cursor. */
import { nameBegin } from "../names/names.js";
import type { Page, PvItem, PvQuery } from "../views.js";
import { Best } from "./pv-best.js";
import { formatCursor, type PvPlace, parseCursor } from "./pv-cursor.js";
import { type AddressesOf, compileFilter, type PvFilter } from "./pv-filter.js";
import { compareBytes, type KeyOf, keyOf } from "./pv-keys.js";
import { SLICE, scanSlice } from "./pv-scan.js";
import type { PvTable } from "./pv-table.js";
import { pvItem } from "./pv-views.js";

/** A PV that may be on the page. Its name is a copy: by the end of the scan the id may be another's. */
interface Candidate extends PvPlace {
  readonly id: number;
}

export function* pagePvs(
  table: PvTable,
  query: PvQuery,
  addressesOf?: AddressesOf,
): Generator<undefined, Page<PvItem>> {
  const after = query.cursor === undefined ? undefined : parseCursor(query, query.cursor);
  const filter = compileFilter(table, query, addressesOf);
  if (filter === undefined) return { items: [], total: 0, next: null };
  const scan = new PageScan(table, query, filter, after);
  const slices = Math.ceil(table.records.pool.slots / SLICE);
  for (let number = 0; number < slices; number++) {
    // Names come in the order in which they are asked for, mostly sorted, and old ones first: what begins at the right
    // end finds the best ones early and has to keep few.
    scan.slice(query.order === "asc" ? number : slices - 1 - number);
    yield;
  }
  return scan.page();
}

class PageScan {
  readonly #table: PvTable;
  readonly #query: PvQuery;
  readonly #filter: PvFilter;
  readonly #after: PvPlace | undefined;
  readonly #best: Best<Candidate>;
  readonly #keyOf: KeyOf;
  /** 1 for ascending keys, -1 for descending ones. */
  readonly #keySign: 1 | -1;
  readonly #nameSign: 1 | -1;
  #total = 0;
  /** Of them, those after the cursor. */
  #remaining = 0;

  constructor(table: PvTable, query: PvQuery, filter: PvFilter, after: PvPlace | undefined) {
    this.#table = table;
    this.#query = query;
    this.#filter = filter;
    this.#after = after;
    this.#keyOf = keyOf(table, query.sort);
    this.#keySign = query.order === "asc" ? 1 : -1;
    this.#nameSign = query.sort === "name" ? this.#keySign : 1;
    this.#best = new Best(
      query.limit,
      (a, b) =>
        this.#keySign * (a.key - b.key) ||
        this.#nameSign * compareBytes(a.name, 0, a.name.length, b.name),
    );
  }

  slice(number: number): void {
    const isUp = this.#query.order === "asc";
    scanSlice(this.#table.records.pool, number, isUp, this.#filter, this.#consider);
  }

  page(): Page<PvItem> {
    const { names } = this.#table;
    const shown = this.#best.sorted();
    const last = shown.at(-1);
    return {
      items: shown
        .filter(({ id, name }) => names.idOf(name) === id)
        .map(({ id }) => pvItem(this.#table, id)),
      total: this.#total,
      next:
        last === undefined || this.#remaining <= shown.length
          ? null
          : formatCursor(this.#query, last),
    };
  }

  readonly #consider = (id: number, nameAt: number, length: number): void => {
    this.#total++;
    const key = this.#keyOf(id, nameAt, length);
    if (this.#after !== undefined && this.#compare(key, nameAt, length, this.#after) <= 0) return;
    this.#remaining++;
    const { last } = this.#best;
    if (last !== undefined && this.#compare(key, nameAt, length, last) >= 0) return;
    this.#best.add({ id, key, name: this.#table.names.bytesOf(id) });
  };

  #compare(key: number, nameAt: number, length: number, place: PvPlace): number {
    const byKey = this.#keySign * (key - place.key);
    if (byKey !== 0) return byKey;
    const memory = this.#table.names.memoryOf(nameAt);
    return this.#nameSign * compareBytes(memory, nameBegin(nameAt), length, place.name);
  }
}
