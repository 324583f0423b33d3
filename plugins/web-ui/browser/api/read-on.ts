/** Reads a list from its beginning over as many of the API's pages as it takes. */
import type { Page } from "./types.js";

/** As many as the API gives at one time. */
const MOST_AT_ONCE = 1000;

/**
 * As one page of `wanted` items, or of all that there are.
 * @param wanted `Infinity` for the whole list.
 */
export async function readOn<T>(
  wanted: number,
  ask: (part: { readonly limit: number; readonly cursor: string | null }) => Promise<Page<T>>,
): Promise<Page<T>> {
  const items: T[] = [];
  let cursor: string | null = null;
  for (;;) {
    const page = await ask({ limit: Math.min(MOST_AT_ONCE, wanted - items.length), cursor });
    items.push(...page.items);
    cursor = page.next;
    if (cursor === null || items.length >= wanted) return { ...page, items };
  }
}
