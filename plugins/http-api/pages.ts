/** Pages of lists that are short enough to be sorted for each request. */
import type { Page, PageQuery } from "pvmon";
import { ApiError } from "./errors.js";

/**
 * Sorts by key, greatest first. The cursor is the key of the page's last item, so it stays valid while items come and
 * go. Keys must be unique.
 */
export function pageByKey<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  { limit, cursor }: PageQuery,
): Page<T> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor);
  const sorted = items
    .map((item) => ({ item, key: keyOf(item) }))
    .sort((a, b) => (a.key < b.key ? 1 : -1));
  const rest = after === undefined ? sorted : sorted.filter(({ key }) => key < after);
  const taken = rest.slice(0, limit);
  const last = taken.at(-1);
  return {
    items: taken.map(({ item }) => item),
    total: items.length,
    next: last !== undefined && rest.length > limit ? encodeCursor(last.key) : null,
  };
}

function encodeCursor(key: string): string {
  return Buffer.from(key).toString("base64url");
}

function decodeCursor(cursor: string): string {
  const key = Buffer.from(cursor, "base64url").toString();
  if (encodeCursor(key) === cursor) return key;
  throw new ApiError("badParameter", "cursor: not the `next` of a page", "cursor");
}
