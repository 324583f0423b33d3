/** A list that is too long to be had whole, for as long as a page shows it. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Parameters } from "../url.js";
import { addressOf, ask } from "./client.js";
import { RemoteRows } from "./remote-rows.js";
import { onGap } from "./stream.js";

const REFRESH_SECONDS = 5;

export interface Rows<T> {
  /** Of the list before, until the first ones of this list are here. */
  readonly rows: RemoteRows<T>;
  readonly loading: boolean;
}

/** Rows of a list that takes `offset`; what is seen is kept fresh. */
export function useRemoteRows<T>(path: string, query: Parameters): Rows<T> {
  const [, redraw] = useState(0);
  const key = addressOf(path, query);
  const rows = useMemo(
    () =>
      new RemoteRows<T>(
        (part, signal) => ask(path, { ...query, ...part }, signal),
        // With what is scrolled in the same frame: drawn on its own, it would be laid out twice.
        () => requestAnimationFrame(() => redraw((count) => count + 1)),
      ),
    [key],
  );
  const shown = useRef(rows);
  const isKnown = rows.total !== undefined || rows.problem !== undefined;
  if (isKnown) shown.current = rows;
  useEffect(() => {
    rows.show(0, 1);
    const refresh = (): void => {
      if (!document.hidden) rows.refresh();
    };
    const timer = setInterval(refresh, REFRESH_SECONDS * 1000);
    const end = onGap(refresh);
    return () => {
      clearInterval(timer);
      end();
      rows.stop();
    };
  }, [rows]);
  return { rows: shown.current, loading: !isKnown };
}
