/** Pages in any order. A cursor holds a place in that order, so that it stays good whatever becomes of the item there. */
import type { Page, PageQuery } from "../views.js";

/** A cursor that no page of this list gave. */
export class CursorError extends RangeError {
  override readonly name = "CursorError";

  constructor() {
    super("not a cursor of this list");
  }
}

/** No two items have the same place. */
export interface Order<T, P> {
  placeOf(item: T): P;
  compare(a: P, b: P): number;
  format(place: P): string;
  /** @throws CursorError */
  parse(cursor: string): P;
}

/** @throws CursorError for a cursor that no page gave. */
export function pageInOrder<T, P, V>(
  items: Iterable<T>,
  { limit, cursor }: PageQuery,
  order: Order<T, P>,
  show: (item: T) => V,
): Page<V> {
  const after = cursor === undefined ? undefined : order.parse(cursor);
  const left: { readonly item: T; readonly place: P }[] = [];
  let total = 0;
  for (const item of items) {
    total++;
    const place = order.placeOf(item);
    if (after === undefined || order.compare(place, after) > 0) left.push({ item, place });
  }
  left.sort((a, b) => order.compare(a.place, b.place));
  const shown = left.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ item }) => show(item)),
    total,
    next: last === undefined || shown.length === left.length ? null : order.format(last.place),
  };
}
