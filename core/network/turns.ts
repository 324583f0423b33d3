/** Whose turn it is to use the network: so many at a time, one of each kind, so many a second, and a queue with an end. */
import { setMaxListeners } from "node:events";
import type { Clock } from "../plugin/services.js";

export interface TurnsOptions {
  readonly atOnce: number;
  /** Turns begin at least a second divided by this apart: there are no bursts. */
  readonly perSecond: number;
  readonly maxWaiting: number;
  /** What waits, for people: `questions`. */
  readonly noun: string;
}

/** No turn, now or ever: for people. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

/** Of each key, such as a host, there is one turn at a time. */
type Key = number | string;

interface Waiting {
  readonly key: Key | undefined;
  begin(): void;
  refuse(reason: unknown): void;
}

export class Turns {
  readonly #options: TurnsOptions;
  readonly #clock: Clock;
  /** In order of arrival. */
  readonly #waiting = new Set<Waiting>();
  readonly #busy = new Set<Key>();
  #running = 0;
  #nextAt = 0;
  #cancelTimer: (() => void) | undefined;
  #closed: Refusal | undefined;

  constructor(options: TurnsOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get isFull(): boolean {
    return this.#waiting.size >= this.#options.maxWaiting;
  }

  /**
   * Resolves when the caller's turn comes, with the call that ends it, to be made once. Rejects with the signal's reason
   * when that comes first, and with a {@link Refusal} when too many wait or nobody gets a turn any more.
   * @param key those with the same one take their turns one after the other, and others pass them meanwhile.
   */
  async take(signal: AbortSignal, key?: Key): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#closed !== undefined) throw this.#closed;
    if (this.isFull) {
      const { maxWaiting, noun } = this.#options;
      throw new Refusal(`${maxWaiting} ${noun} wait already: try again later`);
    }
    await this.#wait(signal, key);
    return () => {
      this.#running -= 1;
      if (key !== undefined) this.#busy.delete(key);
      this.#next();
    };
  }

  /** Refuses all who wait and all who come; those whose turn it is go on. */
  close(why: string): void {
    this.#closed = new Refusal(why);
    this.#cancelTimer?.();
    for (const waiting of this.#waiting) waiting.refuse(this.#closed);
  }

  #wait(signal: AbortSignal, key: Key | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(waiting);
        signal.removeEventListener("abort", abort);
      };
      const waiting: Waiting = {
        key,
        begin: () => {
          leave();
          resolve();
        },
        refuse: (reason) => {
          leave();
          reject(reason);
        },
      };
      const abort = (): void => waiting.refuse(signal.reason);
      // One signal may end all who wait, each of whom takes the listener back.
      setMaxListeners(0, signal);
      signal.addEventListener("abort", abort, { once: true });
      this.#waiting.add(waiting);
      this.#next();
    });
  }

  #next(): void {
    const { atOnce, perSecond } = this.#options;
    for (const waiting of this.#waiting) {
      const { key } = waiting;
      if (this.#running >= atOnce) return;
      if (key !== undefined && this.#busy.has(key)) continue;
      const now = this.#clock.elapsed();
      if (now < this.#nextAt) {
        this.#wakeAfter(this.#nextAt - now);
        return;
      }
      this.#nextAt = now + 1000 / perSecond;
      this.#running += 1;
      if (key !== undefined) this.#busy.add(key);
      waiting.begin();
    }
  }

  #wakeAfter(ms: number): void {
    this.#cancelTimer ??= this.#clock.after(ms, () => {
      this.#cancelTimer = undefined;
      this.#next();
    });
  }
}
