/** A clock that only moves when it is told to: by the data of a replay, or by a test. */
import type { Clock } from "../plugin/services.js";
import { sleep } from "./sleep.js";

interface Timer {
  dueAt: number;
  readonly everyMs: number | undefined;
  readonly call: () => void;
}

export class DataClock implements Clock {
  #now: number;
  readonly #origin: number;
  readonly #timers = new Set<Timer>();

  /** @param now UTC ms. */
  constructor(now = 0) {
    this.#now = now;
    this.#origin = now;
  }

  now(): number {
    return this.#now;
  }

  elapsed(): number {
    return this.#now - this.#origin;
  }

  after(ms: number, call: () => void): () => void {
    return this.#add({ dueAt: this.#now + ms, everyMs: undefined, call });
  }

  every(ms: number, call: () => void): () => void {
    return this.#add({ dueAt: this.#now + ms, everyMs: ms, call });
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleep(this, ms, signal);
  }

  /** Moves to `at`, calling what falls due on the way, each at its own time. Never moves back. */
  advanceTo(at: number): void {
    while (this.step(at));
  }

  /** Moves to the next timer due by `at` and calls it; false when there was none and the clock now stands at `at`. */
  protected step(at: number): boolean {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueAt <= at && (next === undefined || timer.dueAt < next.dueAt)) next = timer;
    }
    this.#now = Math.max(this.#now, next?.dueAt ?? at);
    if (next === undefined) return false;
    if (next.everyMs === undefined) this.#timers.delete(next);
    else next.dueAt = this.#now + Math.max(next.everyMs, 1);
    next.call();
    return true;
  }

  /** Time passes and nothing is called; what fell due meanwhile comes late, and once. */
  protected standStill(ms: number): void {
    this.#now += ms;
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#timers.size;
  }

  #add(timer: Timer): () => void {
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }
}
