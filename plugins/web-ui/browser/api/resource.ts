/** An answer of the API that a page shows: loaded, kept fresh, and honest about what went wrong. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Parameters } from "../url.js";
import { addressOf, ask, Problem } from "./client.js";
import { onGap, onHappening } from "./stream.js";
import type { Happening, Page } from "./types.js";

export interface Resource<T> {
  /** The latest answer; stays while the next one is loaded. */
  readonly data: T | undefined;
  /** Of the latest attempt. */
  readonly problem: Problem | undefined;
  readonly loading: boolean;
  reload(): void;
}

export interface Freshness {
  /** Loaded again so often while somebody looks. */
  readonly everySeconds?: number;
  /** Loaded again soon after such a happening. */
  readonly when?: (happening: Happening) => boolean;
}

/** Many happenings at once cause one loading. */
const SOON_MS = 700;

/** @param path below `api/v1/`; undefined asks nothing. */
export function useResource<T>(
  path: string | undefined,
  query: Parameters = {},
  freshness: Freshness = {},
): Resource<T> {
  const load = useCallback(
    (signal: AbortSignal) => ask<T>(path ?? "", query, signal),
    [path === undefined ? "" : addressOf(path, query)],
  );
  return useLoaded(path === undefined ? undefined : addressOf(path, query), load, freshness);
}

/** All items of a list that is not too long to be had whole: hosts, servers, groups. */
export function useWholeList<T>(
  path: string | undefined,
  query: Parameters = {},
  freshness: Freshness = {},
): Resource<readonly T[]> {
  const key = path === undefined ? undefined : addressOf(path, query);
  const load = useCallback(
    async (signal: AbortSignal) => {
      const items: T[] = [];
      let cursor: string | null = null;
      do {
        const page: Page<T> = await ask(path ?? "", { ...query, limit: 1000, cursor }, signal);
        items.push(...page.items);
        cursor = page.next;
      } while (cursor !== null);
      return items;
    },
    [key],
  );
  return useLoaded(key, load, freshness);
}

interface State<T> {
  readonly key: string | undefined;
  readonly data: T | undefined;
  readonly problem: Problem | undefined;
  readonly loading: boolean;
}

/** @param key says what is loaded: another one is another thing, whose old answer is not shown. */
export function useLoaded<T>(
  key: string | undefined,
  load: (signal: AbortSignal) => Promise<T>,
  { everySeconds, when }: Freshness,
): Resource<T> {
  const empty = { key, data: undefined, problem: undefined, loading: key !== undefined };
  const [state, setState] = useState<State<T>>(empty);
  const [round, setRound] = useState(0);
  const reload = useCallback(() => setRound((before) => before + 1), []);
  const isWanted = useRef(when);
  isWanted.current = when;

  useEffect(() => {
    if (key === undefined) return;
    const gone = new AbortController();
    setState((before) => (before.key === key ? { ...before, loading: true } : empty));
    load(gone.signal).then(
      (data) => {
        if (!gone.signal.aborted) setState({ key, data, problem: undefined, loading: false });
      },
      (error: unknown) => {
        if (gone.signal.aborted) return;
        const problem = error instanceof Problem ? error : new Problem(String(error), 0, "unknown");
        setState((before) => ({
          key,
          data: before.key === key ? before.data : undefined,
          problem,
          loading: false,
        }));
      },
    );
    return () => gone.abort();
  }, [key, load, round]);

  useEffect(() => {
    if (everySeconds === undefined) return;
    const timer = setInterval(() => {
      if (!document.hidden) reload();
    }, everySeconds * 1000);
    return () => clearInterval(timer);
  }, [everySeconds, reload]);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        reload();
      }, SOON_MS);
    };
    const ends = [
      onGap(soon),
      onHappening((happening) => {
        if (isWanted.current?.(happening) === true) soon();
      }),
    ];
    return () => {
      clearTimeout(timer);
      for (const end of ends) end();
    };
  }, [reload]);

  const { data, problem, loading } = state.key === key ? state : empty;
  return { data, problem, loading, reload };
}
