/** Pages of lists that are short enough to be sorted for each request. */
import type { Page, PageQuery } from "pvmon";

/**
 * Sorts by key, greatest first. The cursor is the key of the page's last item, so it stays valid while items come and
 * go. Keys must be unique.
 */
export function pageByKey<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  { limit, cursor }: PageQuery,
): Page<T> {
  const sorted = items
    .map((item) => ({ item, key: keyOf(item) }))
    .sort((a, b) => (a.key < b.key ? 1 : -1));
  const rest = cursor === undefined ? sorted : sorted.filter(({ key }) => key < cursor);
  const taken = rest.slice(0, limit);
  const last = taken.at(-1);
  return {
    items: taken.map(({ item }) => item),
    total: items.length,
    next: last !== undefined && rest.length > limit ? last.key : null,
  };
}
