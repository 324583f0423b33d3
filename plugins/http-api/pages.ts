/** Pages of lists that are short enough to be gone through for each request. */
import { setImmediate } from "node:timers/promises";
import type { Page, PageQuery } from "pvmon";

/** Items that are looked at before others get their turn. */
const SLICE = 200;
/** Texts, which cost less: about a millisecond. */
const TEXT_SLICE = 2000;

type List<T> = (query: PageQuery) => Page<T>;

/**
 * Sorts by key. The cursor is the key of the page's last item, so it stays valid while items come and go. Keys must be
 * unique.
 */
export function pageByKey<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  { limit, cursor }: PageQuery,
  order: "ascending" | "descending" = "descending",
): Page<T> {
  const comesAfter = (a: string, b: string): boolean => (order === "ascending" ? a > b : a < b);
  const sorted = items
    .map((item) => ({ item, key: keyOf(item) }))
    .sort((a, b) => (comesAfter(a.key, b.key) ? 1 : -1));
  const rest = cursor === undefined ? sorted : sorted.filter(({ key }) => comesAfter(key, cursor));
  const taken = rest.slice(0, limit);
  const last = taken.at(-1);
  return {
    items: taken.map(({ item }) => item),
    total: items.length,
    next: last !== undefined && rest.length > limit ? last.key : null,
  };
}

/**
 * Texts in ascending order, each of which comes once. They may be very many: they are gone through in slices, and only those
 * that are shown are sorted.
 */
export async function pageOfTexts(
  texts: Iterable<string>,
  { limit, cursor }: PageQuery,
): Promise<Page<string>> {
  let total = 0;
  let first: string[] = [];
  // Further ones come after the page; one more than the page shows that it is not the last.
  let end: string | undefined;
  for (const text of texts) {
    total += 1;
    if ((cursor === undefined || text > cursor) && (end === undefined || text < end)) {
      first.push(text);
    }
    if (first.length > 2 * limit + 1) {
      first = first.sort().slice(0, limit + 1);
      end = first.at(-1);
    }
    if (total % TEXT_SLICE === 0) await setImmediate();
  }
  const items = first.sort().slice(0, limit);
  return { items, total, next: first.length > limit ? (items.at(-1) ?? null) : null };
}

/** All items of a list of the inventory, in its order. */
export async function* everyItem<T>(list: List<T>): AsyncGenerator<T> {
  for await (const { items } of slices(list)) yield* items;
}

/** A page of those items of a list that pass. Its cursors are the list's own. */
export async function filteredPage<T>(
  list: List<T>,
  passes: (item: T) => boolean,
  { limit, cursor }: PageQuery,
): Promise<Page<T>> {
  const found: T[] = [];
  let count = 0;
  let afterLast: string | null = null;
  for await (const slice of slices(list, cursor)) {
    for (const [index, item] of slice.items.entries()) {
      if (!passes(item)) continue;
      count += 1;
      if (count > limit) continue;
      found.push(item);
      if (count === limit) afterLast = list(sliceQuery(slice.cursor, index + 1)).next;
    }
  }
  const total = cursor === undefined ? count : (await filteredPage(list, passes, { limit })).total;
  return { items: found, total, next: count > limit ? afterLast : null };
}

interface Slice<T> {
  readonly items: readonly T[];
  /** That it was asked for with. */
  readonly cursor: string | undefined;
}

async function* slices<T>(list: List<T>, start?: string): AsyncGenerator<Slice<T>> {
  let cursor = start;
  for (;;) {
    const { items, next } = list(sliceQuery(cursor, SLICE));
    yield { items, cursor };
    if (next === null) return;
    cursor = next;
    await setImmediate();
  }
}

function sliceQuery(cursor: string | undefined, limit: number): PageQuery {
  return { limit, ...(cursor !== undefined && { cursor }) };
}
