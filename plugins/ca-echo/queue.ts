/** Whose turn it is to be checked: so many at a time, one of a host, so many a second, and a queue with an end. */
import { setMaxListeners } from "node:events";
import type { Clock, Endpoint, Ipv4 } from "pvmon";

export interface QueueOptions {
  readonly atOnce: number;
  /** Turns begin at least a second divided by this apart: there are no bursts. */
  readonly perSecond: number;
  readonly maxWaiting: number;
}

interface Waiting {
  readonly server: Endpoint;
  begin(end: () => void): void;
  refuse(reason: unknown): void;
}

export class CheckQueue {
  readonly #options: QueueOptions;
  readonly #clock: Clock;
  /** In order of arrival. */
  readonly #waiting = new Set<Waiting>();
  readonly #busyHosts = new Set<Ipv4>();
  #nextAt = 0;
  #cancelTimer: (() => void) | undefined;
  #closed: Error | undefined;

  constructor(options: QueueOptions, clock: Clock) {
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
   * Resolves when the server's turn comes, with the call that ends it, to be made once. Rejects with the signal's reason
   * when that comes first, and when too many wait or the queue is closed.
   */
  async turn(server: Endpoint, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.#closed !== undefined) throw this.#closed;
    if (this.isFull) throw new Error(`${this.#waiting.size} checks wait already: try again later`);
    return await new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(waiting);
        signal.removeEventListener("abort", abort);
      };
      const waiting: Waiting = {
        server,
        begin: (end) => {
          leave();
          resolve(end);
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

  /** Refuses all who wait and all who come; those whose turn it is go on. */
  close(why: string): void {
    this.#closed = new Error(why);
    this.#cancelTimer?.();
    for (const waiting of this.#waiting) waiting.refuse(this.#closed);
  }

  #next(): void {
    const { atOnce, perSecond } = this.#options;
    for (const waiting of this.#waiting) {
      const { ip } = waiting.server;
      if (this.#busyHosts.size >= atOnce) return;
      if (this.#busyHosts.has(ip)) continue;
      const now = this.#clock.elapsed();
      if (now < this.#nextAt) {
        this.#wakeAfter(this.#nextAt - now);
        return;
      }
      this.#nextAt = now + 1000 / perSecond;
      this.#busyHosts.add(ip);
      waiting.begin(() => {
        this.#busyHosts.delete(ip);
        this.#next();
      });
    }
  }

  #wakeAfter(ms: number): void {
    this.#cancelTimer ??= this.#clock.after(ms, () => {
      this.#cancelTimer = undefined;
      this.#next();
    });
  }
}
