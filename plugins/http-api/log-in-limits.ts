/** How often somebody may try to log in: after some failures each further one has to wait, longer every time. */
import { LRUCache } from "lru-cache";
import type { Clock } from "pvmon";
import { ApiError } from "./errors.js";
import { networkOf, RateLimit } from "./limits.js";

/** Failures that cost nothing: people mistype. */
const FREE = 5;
/** Entries of each kind; the one not used for longest makes room. */
const MAX_ENTRIES = 10_000;
/** Without a failure for so long, it all begins anew. */
const FORGOTTEN_MS = 900_000;
const MAX_ADDRESS_WAIT_MS = 300_000;
/** Shorter than an address's: somebody else may be failing in this user's name. */
const MAX_NAME_WAIT_MS = 30_000;
/** From everywhere together. */
const PER_SECOND = 5;

interface Failures {
  readonly count: number;
  /** By the monotonic clock. */
  readonly mayTryAt: number;
}

export class LogInLimits {
  readonly #addresses: FailureTable;
  readonly #names: FailureTable;
  readonly #all: RateLimit;

  constructor(clock: Clock) {
    this.#addresses = new FailureTable(clock, MAX_ADDRESS_WAIT_MS);
    this.#names = new FailureTable(clock, MAX_NAME_WAIT_MS);
    this.#all = new RateLimit(clock, "log-ins", PER_SECOND);
  }

  /**
   * Counts an attempt as a failure until {@link succeeded} says otherwise, so that many at one time are many.
   * @throws ApiError tooManyRequests with the seconds to wait.
   */
  begin(name: string, address: string): void {
    const network = networkOf(address);
    const waitMs = Math.max(this.#addresses.waitMs(network), this.#names.waitMs(name));
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1000);
      throw new ApiError(
        "tooManyRequests",
        `too many log-ins have failed: try again in ${seconds} s`,
        undefined,
        seconds,
      );
    }
    this.#all.take();
    this.#addresses.fail(network);
    this.#names.fail(name);
  }

  /** The name begins anew. The address only gets back what this attempt cost it, or one's own user would open it for others'. */
  succeeded(name: string, address: string): void {
    this.#names.forget(name);
    this.#addresses.giveBack(networkOf(address));
  }

  /** The attempt was not looked at, so nobody has failed. */
  undo(name: string, address: string): void {
    this.#names.giveBack(name);
    this.#addresses.giveBack(networkOf(address));
  }

  /** How many addresses and names are remembered. */
  get size(): number {
    return this.#addresses.size + this.#names.size;
  }
}

class FailureTable {
  readonly #clock: Clock;
  readonly #maxWaitMs: number;
  readonly #entries: LRUCache<string, Failures>;

  constructor(clock: Clock, maxWaitMs: number) {
    this.#clock = clock;
    this.#maxWaitMs = maxWaitMs;
    this.#entries = new LRUCache({
      max: MAX_ENTRIES,
      ttl: FORGOTTEN_MS,
      ttlResolution: 0,
      perf: { now: () => clock.elapsed() },
    });
  }

  get size(): number {
    return this.#entries.size;
  }

  waitMs(key: string): number {
    const failures = this.#entries.get(key);
    return failures === undefined ? 0 : Math.max(0, failures.mayTryAt - this.#clock.elapsed());
  }

  fail(key: string): void {
    const count = (this.#entries.get(key)?.count ?? 0) + 1;
    this.#entries.set(key, this.#after(count));
  }

  giveBack(key: string): void {
    const count = (this.#entries.get(key)?.count ?? 1) - 1;
    if (count === 0) this.forget(key);
    else this.#entries.set(key, { count, mayTryAt: this.#clock.elapsed() });
  }

  forget(key: string): void {
    this.#entries.delete(key);
  }

  #after(count: number): Failures {
    const waitMs = count < FREE ? 0 : Math.min(1000 * 2 ** (count - FREE), this.#maxWaitMs);
    return { count, mayTryAt: this.#clock.elapsed() + waitMs };
  }
}
