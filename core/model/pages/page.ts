/** Pages in any order. A cursor holds a place in that order, so that it stays good whatever becomes of the item there. */
import type { Page, SortedQuery } from "../views.js";

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
  { limit, cursor, offset }: SortedQuery<unknown>,
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
  const begin = offset ?? 0;
  const shown = left.slice(begin, begin + limit);
  const last = shown.at(-1);
  const isLast = offset !== undefined || last === undefined || shown.length === left.length;
  return {
    items: shown.map(({ item }) => show(item)),
    total,
    next: isLast ? null : order.format(last.place),
  };
}

/** What {@link JSON.stringify} made a cursor of; undefined when it made none. */
export function parsedCursor(cursor: string): unknown {
  try {
    return JSON.parse(cursor);
  } catch {
    return undefined;
  }
}
