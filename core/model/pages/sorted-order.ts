/** The order of a list by something that items have alike or lack, and then by a number that each has alone. */
import type { SortedQuery } from "../views.js";
import { CursorError, type Order, parsedCursor } from "./page.js";

/** Of the same type for all items of a list; null for those that have none, which come last in either order. */
export type SortValue = number | string | null;

type SortPlace = readonly [value: SortValue, own: number];

/** @param ownOf a number that no other item has; ties are in ascending order of it. */
export function sortedOrder<T>(
  columnOf: (item: T) => SortValue,
  ownOf: (item: T) => number,
  order: NonNullable<SortedQuery<unknown>["order"]>,
): Order<T, SortPlace> {
  const sign = order === "asc" ? 1 : -1;
  return {
    placeOf: (item) => [columnOf(item), ownOf(item)],
    compare([a, ownOfA], [b, ownOfB]) {
      if (a === b) return ownOfA - ownOfB;
      if (a === null || b === null) return a === null ? 1 : -1;
      return a < b ? -sign : sign;
    },
    format: (place) => JSON.stringify(place),
    parse: parsePlace,
  };
}

function parsePlace(cursor: string): SortPlace {
  const place = parsedCursor(cursor);
  if (!Array.isArray(place) || place.length !== 2) throw new CursorError();
  const [value, own] = place as readonly unknown[];
  const isValue = value === null || typeof value === "number" || typeof value === "string";
  if (!isValue || typeof own !== "number") throw new CursorError();
  return [value, own];
}
