/** One page of a list of PVs by name, read from the order of all names. */
import type { Page, PvItem, PvQuery } from "../views.js";
import type { NameOrder } from "./name-order.js";
import { formatCursor, type PvPlace, parseCursor } from "./pv-cursor.js";
import { type AddressesOf, compileFilter } from "./pv-filter.js";
import { nameKey } from "./pv-keys.js";
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
  const { records } = table;
  const found = yield* findPvs(table, filter);
  yield* byName.update();
  // The id can be that of another PV since it was found.
  const isWanted = (id: number): boolean =>
    found === undefined || (found.has(id) && filter(Uint32Array.of(id), 1) === 1);
  const items: PvItem[] = [];
  let end: PvPlace | undefined;
  // One more shows that it is not the last page.
  let [left, name] = [limit + 1, after?.name];
  for (;;) {
    const { ids, last } = byName.some(name, query.order === "desc", left, isWanted);
    for (const id of ids.slice(0, limit - items.length)) {
      if (items.push(pvItem(table, id)) === limit) {
        end = { key: nameKey(table, id), name: table.names.bytesOf(id) };
      }
    }
    [left, name] = [left - ids.length, last];
    if (left === 0 || last === undefined || items.length === found?.size) break;
    yield;
  }
  const next = left > 0 || end === undefined ? null : formatCursor(query, end);
  return { items, total: found?.size ?? records.pool.used, next };
}
