/** One page of a sorted list of PVs: one scan over all records that keeps the first ones after the cursor. */
import { nameBegin } from "../names/names.js";
import type { Page, PvItem, PvQuery } from "../views.js";
import type { NameOrder } from "./name-order.js";
import { Best } from "./pv-best.js";
import { formatCursor, type PvPlace, parseCursor } from "./pv-cursor.js";
import { type AddressesOf, compileFilter } from "./pv-filter.js";
import { compareBytes, fillKeys } from "./pv-keys.js";
import { PV_WORD } from "./pv-record.js";
import { passingIn, SLICE } from "./pv-scan.js";
import type { PvTable } from "./pv-table.js";
import { pvItem } from "./pv-views.js";

/** A PV that may be on the page. Its name is a copy: by the end of the scan the id may be another's. */
interface Candidate extends PvPlace {
  readonly id: number;
}

export function* pagePvs(
  table: PvTable,
  byName: NameOrder,
  query: PvQuery,
  addressesOf?: AddressesOf,
): Generator<undefined, Page<PvItem>> {
  const after = query.cursor === undefined ? undefined : parseCursor(query, query.cursor);
  const filter = compileFilter(table, query, addressesOf);
  if (filter === undefined) return { items: [], total: 0, next: null };
  const scan = new PageScan(table, byName, query, after);
  const { pool } = table.records;
  const slices = Math.ceil(pool.slots / SLICE);
  for (let number = 0; number < slices; number++) {
    // Names come in the order in which they are asked for, mostly sorted, and old ones first: what begins at the right
    // end finds the best ones early and has to keep few.
    const slice = query.order === "asc" ? number : slices - 1 - number;
    scan.consider(passingIn(pool, slice, filter));
    yield;
  }
  return scan.page();
}

/** Of a slice. */
const KEYS = new Float64Array(SLICE);
const NO_RANKS = new Uint32Array(0);

class PageScan {
  readonly #table: PvTable;
  readonly #byName: NameOrder;
  readonly #ranks: Uint32Array;
  readonly #query: PvQuery;
  readonly #after: PvPlace | undefined;
  /** One more than the page shows that it is not the last. */
  readonly #best: Best<Candidate>;
  /** 1 for ascending keys, -1 for descending ones. */
  readonly #keySign: 1 | -1;
  readonly #nameSign: 1 | -1;
  #total = 0;

  constructor(table: PvTable, byName: NameOrder, query: PvQuery, after: PvPlace | undefined) {
    this.#table = table;
    this.#byName = byName;
    this.#ranks = byName.ranks;
    this.#query = query;
    this.#after = after;
    this.#keySign = query.order === "asc" ? 1 : -1;
    this.#nameSign = query.sort === "name" ? this.#keySign : 1;
    this.#best = new Best(
      query.limit + 1,
      (a, b) =>
        this.#keySign * (a.key - b.key) ||
        this.#nameSign * compareBytes(a.name, 0, a.name.length, b.name),
    );
  }

  /** @param ids of a slice. */
  consider(ids: Uint32Array): void {
    this.#total += ids.length;
    fillKeys(this.#table, this.#query.sort, ids, KEYS);
    const isUp = this.#query.order === "asc";
    const keySign = this.#keySign;
    // In later ones the id of one that was kept could be that of another.
    const ranks = this.#ranks === this.#byName.ranks ? this.#ranks : NO_RANKS;
    let { last } = this.#best;
    let lastRank = (last && ranks[last.id]) ?? 0;
    for (let step = 0; step < ids.length; step++) {
      const n = isUp ? step : ids.length - 1 - step;
      const id = ids[n]!;
      const key = KEYS[n]!;
      // Of most, the key tells that they come after those that were kept so far.
      if (last !== undefined && keySign * (key - last.key) > 0) continue;
      // Of most others, the rank of the name does.
      const rank = lastRank > 0 && key === last?.key ? (ranks[id] ?? 0) : 0;
      if (rank > 0 && this.#nameSign * (rank - lastRank) > 0) continue;
      if (!this.#isBetween(id, key, last)) continue;
      this.#best.add({ id, key, name: this.#table.names.bytesOf(id) });
      last = this.#best.last;
      lastRank = (last && ranks[last.id]) ?? 0;
    }
  }

  page(): Page<PvItem> {
    const { names } = this.#table;
    const best = this.#best.sorted();
    const shown = best.slice(0, this.#query.limit);
    return {
      items: shown
        .filter(({ id, name }) => names.idOf(name) === id)
        .map(({ id }) => pvItem(this.#table, id)),
      total: this.#total,
      next: best.length === shown.length ? null : formatCursor(this.#query, shown.at(-1)!),
    };
  }

  /** Whether it comes after the cursor, and before the last that was kept so far. */
  #isBetween(id: number, key: number, last: PvPlace | undefined): boolean {
    if (last !== undefined && this.#compare(id, key, last) >= 0) return false;
    return this.#after === undefined || this.#compare(id, key, this.#after) > 0;
  }

  #compare(id: number, key: number, place: PvPlace): number {
    if (key !== place.key) return this.#keySign * (key - place.key);
    const { names, records } = this.#table;
    const nameAt = records.word(id, PV_WORD.nameAt);
    const begin = nameBegin(nameAt);
    const length = records.length(id);
    return this.#nameSign * compareBytes(names.memoryOf(nameAt), begin, length, place.name);
  }
}
