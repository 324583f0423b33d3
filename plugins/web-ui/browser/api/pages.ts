/**
 * A list that is read on and on, newest first. It is kept fresh as far as somebody has read, not only at its beginning: entries
 * further down change too, and one that is gone must not stay.
 */
import { useCallback, useMemo } from "preact/hooks";
import type { Parameters } from "../url.js";
import { addressOf, ask } from "./client.js";
import { readOn } from "./read-on.js";
import { type Freshness, type Resource, useLoaded } from "./resource.js";
import type { Page } from "./types.js";

/** Whoever wants to read on from here is better served by filters, or by the list as a file. */
const MOST_ITEMS = 5000;

export interface Pages<T> extends Resource<Page<T>> {
  /** All that were read so far. */
  readonly items: readonly T[];
  readonly hasMore: boolean;
  readonly loadingMore: boolean;
  /** There are more, but not on this page. */
  readonly isFull: boolean;
  more(): void;
}

interface Reading extends Freshness {
  /** How many more each time. */
  readonly pageSize: number;
}

/** @param path undefined asks nothing. */
export function usePages<T>(
  path: string | undefined,
  query: Parameters,
  { pageSize, ...freshness }: Reading,
): Pages<T> {
  const key = path === undefined ? undefined : addressOf(path, query);
  const read = useMemo(() => ({ wanted: pageSize }), [key, pageSize]);
  const load = useCallback(
    (signal: AbortSignal) =>
      readOn<T>(read.wanted, (part) => ask(path ?? "", { ...query, ...part }, signal)),
    [read],
  );
  const list = useLoaded(key, load, freshness);
  const items = list.data?.items ?? [];
  const goesOn = (list.data?.next ?? null) !== null;
  const isFull = goesOn && items.length >= MOST_ITEMS;
  const more = useCallback(() => {
    read.wanted = Math.min(MOST_ITEMS, read.wanted + pageSize);
    list.reload();
  }, [read, list.reload]);
  return {
    ...list,
    items,
    hasMore: goesOn && !isFull,
    loadingMore: list.loading && goesOn && items.length < read.wanted,
    isFull,
    more,
  };
}
