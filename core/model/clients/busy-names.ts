/**
 * The names asked for most in the running minute, read off the ring of the latest requests when the minute is told: no
 * counter per name, and nothing on the hot path. What the ring no longer holds is estimated from what it holds.
 */
import { mostCounted } from "./client-views.js";
import type { RequestRing } from "./request-ring.js";

/** Names with a series of their own. */
const NAME_SERIES = 50;
/**
 * Once there are so many, a further one needs more than this many times the requests of the least of them, and this share
 * of what the ring holds: chance alone adds none, and a minute has few rows however often it is told.
 */
const OUTDOES = 2;
const MIN_SHARE = 0.001;
/** Rows of a minute that a run before has begun: it told every few seconds, so that more names came together. */
const MAX_RESTORED = 1000;

/** What busy names have to know about names. */
export interface NameIds {
  nameOf(id: number): string;
  /** Negative when there is no such name. */
  idOf(name: string): number;
}

export class BusyNames {
  readonly #latest: RequestRing;
  readonly #names: NameIds;
  /** Requests that the ring had seen when the minute began. */
  #begunAt = 0;
  /** Names that already have a row of this minute, which must not stay at less than the whole; without what was before. */
  #told = new Map<string, number>();
  /** What a run before counted in this minute. */
  #before = new Map<string, number>();

  constructor(latest: RequestRing, names: NameIds) {
    this.#latest = latest;
    this.#names = names;
  }

  begin(): void {
    this.#begunAt = this.#latest.pushed;
    this.#told.clear();
    this.#before.clear();
  }

  /** Goes on with what a run before has told of the running minute. */
  restore(name: string, value: number): void {
    if (this.#before.size >= MAX_RESTORED) return;
    this.#before.set(name, Math.max(value, this.#before.get(name) ?? 0));
    if (!this.#told.has(name)) this.#told.set(name, 0);
  }

  /**
   * The minute's requests of each busy name so far, and of each one told before. They are exact while the ring holds all
   * requests of the minute; beyond that they are those that it holds, scaled up to all and rounded. They never go back.
   */
  tell(tell: (name: string, value: number) => void): void {
    const asked = this.#latest.pushed - this.#begunAt;
    const held = Math.min(asked, this.#latest.size);
    const scale = held === 0 ? 0 : asked / held;
    const counts = new Map<number, number>();
    this.#latest.forEach((id) => {
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }, held);
    for (const [name, value] of this.#told) {
      const counted = Math.round((counts.get(this.#names.idOf(name)) ?? 0) * scale);
      if (counted > value) this.#told.set(name, counted);
    }
    const least = this.#leastOfMany();
    for (const [id, count] of mostCounted(counts, NAME_SERIES)) {
      const counted = Math.round(count * scale);
      const stands =
        this.#told.size < NAME_SERIES || (counted > OUTDOES * least && count >= MIN_SHARE * held);
      const name = this.#names.nameOf(id);
      if (stands && !this.#told.has(name)) this.#told.set(name, counted);
    }
    for (const [name, value] of this.#told) tell(name, value + (this.#before.get(name) ?? 0));
  }

  /** Of the names told, the one in the last place of those with a series; 0 while there is room. */
  #leastOfMany(): number {
    const values = [...this.#told.values()].sort((a, b) => b - a);
    return values[NAME_SERIES - 1] ?? 0;
  }
}
