/** An answer of the API that a page shows: loaded, kept fresh, and honest about what went wrong. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { Parameters } from "../url.js";
import { addressOf, ask, askForOne } from "./client.js";
import { Loader, type Outcome } from "./loader.js";
import { readOn } from "./read-on.js";
import { onGap, onHappening } from "./stream.js";
import type { Happening } from "./types.js";

export interface Resource<T> extends Outcome<T> {
  reload(): void;
}

export interface Freshness {
  /** Loaded again so often while somebody looks. */
  readonly everySeconds?: number;
  /** Loaded again soon after such a happening. */
  readonly when?: (happening: Happening) => boolean;
}

/** Many happenings at once cause one loading, and so do many that follow each other. */
const SOON_MS = 700;
const APART_MS = 3000;

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

/** One thing that there may not be. @param path below `api/v1/`; undefined asks nothing. */
export function useOne<T>(path: string | undefined, freshness: Freshness = {}): Resource<T> {
  const load = useCallback((signal: AbortSignal) => askForOne<T>(path ?? "", signal), [path]);
  return useLoaded(path, load, freshness);
}

/** All items of a list that is not too long to be had whole: hosts, servers, groups. */
export function useWholeList<T>(
  path: string | undefined,
  query: Parameters = {},
  freshness: Freshness = {},
): Resource<readonly T[]> {
  const key = path === undefined ? undefined : addressOf(path, query);
  const load = useCallback(
    async (signal: AbortSignal): Promise<readonly T[]> => {
      const whole = await readOn<T>(Number.POSITIVE_INFINITY, (part) =>
        ask(path ?? "", { ...query, ...part }, signal),
      );
      return whole.items;
    },
    [key],
  );
  return useLoaded(key, load, freshness);
}

interface State<T> extends Outcome<T> {
  readonly key: string | undefined;
}

/**
 * @param key says what is loaded: another one is another thing, whose old answer is not shown.
 * @param load another function only for another thing.
 */
export function useLoaded<T>(
  key: string | undefined,
  load: (signal: AbortSignal) => Promise<T>,
  { everySeconds, when }: Freshness,
): Resource<T> {
  const empty = { key, data: undefined, problem: undefined, loading: key !== undefined };
  const [state, setState] = useState<State<T>>(empty);
  const loader = useRef<Loader<T>>(undefined);
  const reload = useCallback(() => loader.current?.load(), []);
  const isWanted = useRef(when);
  isWanted.current = when;

  useEffect(() => {
    if (key === undefined) return;
    const made = new Loader(load, (outcome) => setState({ key, ...outcome }));
    loader.current = made;
    made.load();
    return () => {
      made.stop();
      loader.current = undefined;
    };
  }, [key, load]);

  useEffect(() => {
    if (everySeconds === undefined) return;
    const timer = setInterval(() => {
      if (!document.hidden) reload();
    }, everySeconds * 1000);
    return () => clearInterval(timer);
  }, [everySeconds, reload]);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let lastAt = Number.NEGATIVE_INFINITY;
    const soon = (): void => {
      timer ??= setTimeout(
        () => {
          timer = undefined;
          lastAt = performance.now();
          reload();
        },
        Math.max(SOON_MS, lastAt + APART_MS - performance.now()),
      );
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
