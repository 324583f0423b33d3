/** Who may ask when: so many at a time, so many a second, and a queue with an end. */
import type { Clock } from "pvmon";

export interface TurnsOptions {
  readonly atOnce: number;
  readonly perSecond: number;
  readonly maxWaiting: number;
}

interface Waiting {
  readonly go: () => void;
}

export class Turns {
  readonly #options: TurnsOptions;
  readonly #clock: Clock;
  readonly #waiting = new Set<Waiting>();
  #running = 0;
  #nextAt = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(options: TurnsOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  get full(): boolean {
    return this.#waiting.size >= this.#options.maxWaiting;
  }

  /** Runs `task` when its turn comes; rejects with the signal's reason when that comes first. */
  async take<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#turn(signal);
    try {
      return await task();
    } finally {
      this.#running -= 1;
      this.#next();
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.#waiting.delete(waiting);
        reject(signal.reason);
      };
      const waiting: Waiting = {
        go: () => {
          signal.removeEventListener("abort", abort);
          resolve();
        },
      };
      signal.addEventListener("abort", abort, { once: true });
      this.#waiting.add(waiting);
      this.#next();
    });
  }

  #next(): void {
    const [first] = this.#waiting;
    if (first === undefined || this.#running >= this.#options.atOnce) return;
    const now = this.#clock.elapsed();
    if (now < this.#nextAt) {
      this.#cancelTimer ??= this.#clock.after(this.#nextAt - now, () => {
        this.#cancelTimer = undefined;
        this.#next();
      });
      return;
    }
    this.#nextAt = now + 1000 / this.#options.perSecond;
    this.#running += 1;
    this.#waiting.delete(first);
    first.go();
    this.#next();
  }
}
