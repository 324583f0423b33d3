/** One page of a list of PVs by name, read from the order of all names. */
import type { Page, PvItem, PvQuery } from "../views.js";
import type { NameOrder } from "./name-order.js";
import { formatCursor, parseCursor } from "./pv-cursor.js";
import { type AddressesOf, compileFilter } from "./pv-filter.js";
import { keyOf } from "./pv-keys.js";
import { PV_WORD } from "./pv-record.js";
import { findPvs } from "./pv-scan.js";
import type { PvTable } from "./pv-table.js";
import { pvItem } from "./pv-views.js";

/** @param query sorts by name. */
export function* pageByName(
  table: PvTable,
  byName: NameOrder,
  query: PvQuery,
  addressesOf?: AddressesOf,
): Generator<undefined, Page<PvItem>> {
  const { limit, cursor } = query;
  const after = cursor === undefined ? undefined : parseCursor(query, cursor);
  const filter = compileFilter(table, query, addressesOf);
  if (filter === undefined) return { items: [], total: 0, next: null };
  const { names, records } = table;
  const found = yield* findPvs(table, filter);
  yield* byName.update();
  const flagsOf = (id: number): number => records.word(id, PV_WORD.lengthAndFlags);
  const nameAt = (id: number): number => records.word(id, PV_WORD.nameAt);
  // The id can be that of another PV since it was found.
  const isWanted = (id: number): boolean =>
    found === undefined || (found.has(id) && filter(id, flagsOf(id), nameAt(id)));
  const ids = byName.first(limit + 1, query.order === "desc", after?.name, isWanted);
  const last = ids.length > limit ? ids[limit - 1] : undefined;
  const cursorAt = (id: number) => ({
    key: keyOf(table, "name")(id, nameAt(id), records.length(id)),
    name: names.bytesOf(id),
  });
  return {
    items: ids.slice(0, limit).map((id) => pvItem(table, id)),
    total: found?.size ?? records.pool.used,
    next: last === undefined ? null : formatCursor(query, cursorAt(last)),
  };
}
