/** The rows of a list that is too long to be had whole: a window of it at a time, wherever somebody scrolls to. */
import { isRefusal, Problem, problemFrom } from "./problem.js";
import type { RowSource } from "./row-source.js";
import type { Page } from "./types.js";

/** Rows that are asked for together. */
const PART = 200;
/** Parts that are kept: what somebody has just scrolled past is there at once. */
const MAX_PARTS = 60;
/** Many rows that somebody passes by on the way to others are not asked for. */
const PASSING_MS = 100;

type Ask<T> = (
  part: { readonly limit: number; readonly offset: number },
  signal: AbortSignal,
) => Promise<Page<T>>;

export class RemoteRows<T> implements RowSource<T> {
  total: number | undefined;
  problem: Problem | undefined;
  readonly #ask: Ask<T>;
  readonly #changed: () => void;
  readonly #gone = new AbortController();
  /** By number, the one used last at the end. */
  readonly #parts = new Map<number, readonly T[]>();
  /** Each with whether it is wanted once more after that: what is under way may be older than what somebody wants to see. */
  readonly #loading = new Map<number, boolean>();
  #seen: readonly number[] = [0];
  #passing: ReturnType<typeof setTimeout> | undefined;

  /** @param changed there are others than before, or a problem. */
  constructor(ask: Ask<T>, changed: () => void) {
    this.#ask = ask;
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

  /** What is seen is as new as this call, or newer, once it is here. */
  refresh(): void {
    for (const part of this.#seen) {
      if (this.#loading.has(part)) this.#loading.set(part, true);
      else void this.#load(part);
    }
  }

  stop(): void {
    clearTimeout(this.#passing);
    this.#gone.abort();
  }

  #forgetUnseen(): void {
    for (const part of this.#parts.keys()) if (!this.#seen.includes(part)) this.#parts.delete(part);
  }

  #fail(problem: Problem): void {
    this.problem = problem;
    if (!isRefusal(problem)) return;
    this.#parts.clear();
    this.total = undefined;
  }

  async #load(part: number): Promise<void> {
    const { signal } = this.#gone;
    if (this.#loading.has(part) || signal.aborted) return;
    this.#loading.set(part, false);
    const answer = await this.#ask({ limit: PART, offset: part * PART }, signal).catch(problemFrom);
    if (signal.aborted) return;
    if (answer instanceof Problem) this.#fail(answer);
    else this.#keep(part, answer);
    const isWantedAgain = this.#loading.get(part) === true;
    this.#loading.delete(part);
    this.#changed();
    if (isWantedAgain) void this.#load(part);
  }

  #keep(part: number, { items, total }: Page<T>): void {
    // When some came or went, others have moved: only what is seen is loaded anew.
    if (total !== this.total) this.#forgetUnseen();
    this.#parts.delete(part);
    this.#parts.set(part, items);
    this.total = total;
    this.problem = undefined;
    for (const old of this.#parts.keys()) {
      if (this.#parts.size <= MAX_PARTS) break;
      if (!this.#seen.includes(old)) this.#parts.delete(old);
    }
  }
}
