/** Pages in the order of a text: a cursor holds the place itself, so it stays good whatever becomes of the item there. */
import { CursorError } from "./pv-cursor.js";
import type { Page, PageQuery } from "./views.js";

/** By key first, then by id. */
export interface TextPlace {
  readonly key: string;
  readonly id: string;
}

/** @throws CursorError for a cursor that no page gave. */
export function pageByText<T, V>(
  items: Iterable<T>,
  { limit, cursor }: PageQuery,
  placeOf: (item: T) => TextPlace,
  show: (item: T) => V,
): Page<V> {
  const after = cursor === undefined ? undefined : parsePlace(cursor);
  const placed = [...items].map((item) => ({ item, place: placeOf(item) }));
  const left = placed.filter(({ place }) => after === undefined || compare(place, after) > 0);
  left.sort((a, b) => compare(a.place, b.place));
  const shown = left.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ item }) => show(item)),
    total: placed.length,
    next: last === undefined || shown.length === left.length ? null : formatPlace(last.place),
  };
}

export function compare(a: TextPlace, b: TextPlace): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function formatPlace({ key, id }: TextPlace): string {
  return JSON.stringify([key, id]);
}

function parsePlace(cursor: string): TextPlace {
  let parts: unknown;
  try {
    parts = JSON.parse(cursor);
  } catch {
    throw new CursorError();
  }
  if (!Array.isArray(parts) || parts.length !== 2) throw new CursorError();
  const [key, id] = parts as unknown[];
  if (typeof key !== "string" || typeof id !== "string") throw new CursorError();
  return { key, id };
}
