/** The rows of a list that is too long to be had whole: a window of it at a time, wherever somebody scrolls to. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Parameters } from "../url.js";
import { addressOf, ask } from "./client.js";
import { type Problem, problemFrom } from "./problem.js";
import type { RowSource } from "./row-source.js";
import { onGap } from "./stream.js";
import type { Page } from "./types.js";

/** Rows that are asked for together. */
const PART = 200;
/** Parts that are kept: what somebody has just scrolled past is there at once. */
const MAX_PARTS = 60;
const REFRESH_SECONDS = 5;

/** Many rows that somebody passes by on the way to others are not asked for. */
const PASSING_MS = 100;

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
    () => new RemoteRows<T>(path, query, () => redraw((count) => count + 1)),
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

export class RemoteRows<T> implements RowSource<T> {
  total: number | undefined;
  problem: Problem | undefined;
  readonly #path: string;
  readonly #query: Parameters;
  readonly #changed: () => void;
  readonly #gone = new AbortController();
  /** By number, the one used last at the end. */
  readonly #parts = new Map<number, readonly T[]>();
  readonly #loading = new Set<number>();
  #seen: readonly number[] = [0];
  #passing: ReturnType<typeof setTimeout> | undefined;

  constructor(path: string, query: Parameters, changed: () => void) {
    this.#path = path;
    this.#query = query;
    this.#changed = changed;
  }

  get(index: number): T | undefined {
    return this.#parts.get(Math.floor(index / PART))?.[index % PART];
  }

  /** These rows are looked at now. */
  show(first: number, count: number): void {
    const from = Math.floor(first / PART);
    const to = Math.floor(Math.max(first, first + count - 1) / PART);
    this.#seen = Array.from({ length: to - from + 1 }, (_, i) => from + i);
    if (this.total === undefined) this.#loadMissing();
    else this.#passing ??= setTimeout(() => this.#loadMissing(), PASSING_MS);
  }

  #loadMissing(): void {
    this.#passing = undefined;
    for (const part of this.#seen) if (!this.#parts.has(part)) void this.#load(part);
  }

  refresh(): void {
    for (const part of this.#seen) void this.#load(part);
  }

  stop(): void {
    clearTimeout(this.#passing);
    this.#gone.abort();
  }

  #forgetUnseen(): void {
    for (const part of this.#parts.keys()) if (!this.#seen.includes(part)) this.#parts.delete(part);
  }

  async #load(part: number): Promise<void> {
    if (this.#loading.has(part) || this.#gone.signal.aborted) return;
    this.#loading.add(part);
    try {
      const query = { ...this.#query, limit: PART, offset: part * PART };
      const page = await ask<Page<T>>(this.#path, query, this.#gone.signal);
      // When some came or went, others have moved: only what is seen is loaded anew.
      if (page.total !== this.total) this.#forgetUnseen();
      this.#parts.delete(part);
      this.#parts.set(part, page.items);
      this.total = page.total;
      this.problem = undefined;
      for (const old of this.#parts.keys()) {
        if (this.#parts.size <= MAX_PARTS) break;
        if (!this.#seen.includes(old)) this.#parts.delete(old);
      }
    } catch (error) {
      if (this.#gone.signal.aborted) return;
      this.problem = problemFrom(error);
    } finally {
      this.#loading.delete(part);
    }
    this.#changed();
  }
}
