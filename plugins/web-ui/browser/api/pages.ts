/** A list that is read on and on, newest first: its first page is kept fresh, further ones follow when they are asked for. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Parameters } from "../url.js";
import { addressOf, ask, Problem } from "./client.js";
import { type Freshness, type Resource, useResource } from "./resource.js";
import type { Page } from "./types.js";

export interface Pages<T> extends Resource<Page<T>> {
  /** The first page and all that were added. */
  readonly items: readonly T[];
  readonly hasMore: boolean;
  readonly loadingMore: boolean;
  more(): void;
}

interface Further<T> {
  readonly key: string;
  readonly items: readonly T[];
  readonly next: string | null;
}

export function usePages<T>(
  path: string | undefined,
  query: Parameters,
  keyOf: (item: T) => string,
  freshness: Freshness = {},
): Pages<T> {
  const key = addressOf(path ?? "", query);
  const first = useResource<Page<T>>(path, query, freshness);
  const [further, setFurther] = useState<Further<T> | undefined>();
  const [loadingMore, setLoadingMore] = useState(false);
  const [moreProblem, setMoreProblem] = useState<Problem | undefined>();
  const gone = useRef(new AbortController());
  useEffect(() => {
    gone.current = new AbortController();
    setFurther(undefined);
    setMoreProblem(undefined);
    return () => gone.current.abort();
  }, [key]);

  const added = further?.key === key ? further : undefined;
  const next = added === undefined ? (first.data?.next ?? null) : added.next;
  const before = first.data?.items ?? [];

  const more = useCallback(() => {
    if (path === undefined || next === null) return;
    const { signal } = gone.current;
    setLoadingMore(true);
    ask<Page<T>>(path, { ...query, cursor: next }, signal)
      .then((page) => {
        // What was on the first page moves down as new ones come: it is kept here, or it would be gone between the pages.
        const items = [...(added?.items ?? before), ...page.items];
        setFurther({ key, items, next: page.next });
        setMoreProblem(undefined);
      })
      .catch((error: unknown) => {
        if (signal.aborted) return;
        setMoreProblem(error instanceof Problem ? error : new Problem(String(error), 0, "unknown"));
      })
      .finally(() => setLoadingMore(false));
  }, [path, key, next, added, before]);

  return {
    ...first,
    problem: first.problem ?? moreProblem,
    items: added === undefined ? before : merged(before, added.items, keyOf),
    hasMore: next !== null,
    loadingMore,
    more,
  };
}

/** The fresh ones first; each once. */
function merged<T>(fresh: readonly T[], kept: readonly T[], keyOf: (item: T) => string): T[] {
  const keys = new Set(fresh.map(keyOf));
  return [...fresh, ...kept.filter((item) => !keys.has(keyOf(item)))];
}
