/** What the probe keeps of one host: when its turn is, how it fails, and the details that somebody asked for. */
import type { Values } from "./reading.js";
import { DETAILS, SIGNATURE } from "./suffixes.js";

/** Between the tries of one round. */
const RETRY_MS = 2000;
/** Details older than this are not shown beside the values of now. */
const DETAILS_KEPT_MS = 3_600_000;

export interface Rhythm {
  readonly everyMs: number;
  readonly tries: number;
  readonly longestPauseRounds: number;
  readonly giveUpMs: number;
  /** 0 <= x < 1. */
  readonly random: () => number;
}

export class WatchedHost {
  readonly source: string;
  /** Monotonic ms. */
  dueAt: number;
  /** `ip:port` that was asked last. */
  server: string | undefined;
  readonly #rhythm: Rhythm;
  #readers = 0;
  /** UTC ms; of one that was never read, when its name was found. */
  #lastGoodAt: number;
  #failedTries = 0;
  #pauseRounds = 0;
  #details: { readonly boot: string | number | undefined; readonly at: number; values: Values } = {
    boot: undefined,
    at: 0,
    values: {},
  };

  /** @param lastGoodAt UTC ms  @param dueAt monotonic ms */
  constructor(source: string, lastGoodAt: number, dueAt: number, rhythm: Rhythm) {
    this.source = source;
    this.dueAt = dueAt;
    this.#lastGoodAt = lastGoodAt;
    this.#rhythm = rhythm;
  }

  /** Its last reading failed. */
  get isFailing(): boolean {
    return this.#failedTries > 0 || this.#pauseRounds > 0;
  }

  get isBeingRead(): boolean {
    return this.#readers > 0;
  }

  /** A reading begins, and {@link answered} comes when it has ended. */
  asked(server: string): void {
    this.server = server;
    this.#readers += 1;
  }

  answered(): void {
    this.#readers -= 1;
  }

  /** Nothing was read of it for so long that nobody asks any more, until its server says that it is back. */
  isGivenUp(at: number): boolean {
    return at - this.#lastGoodAt > this.#rhythm.giveUpMs;
  }

  /**
   * A reading with its signature. Answers the values to tell: those read, and the details read before, which stay true for
   * an hour unless the host boots.
   * @param at UTC ms  @param now monotonic ms
   */
  succeeded(values: Values, at: number, now: number): Values {
    this.#lastGoodAt = at;
    this.#failedTries = 0;
    this.#pauseRounds = 0;
    this.dueAt = now + this.#rhythm.everyMs;
    const details = Object.entries(values).filter(([suffix]) => DETAILS.includes(suffix));
    if (details.length > 0) {
      this.#details = { boot: values[SIGNATURE], at, values: Object.fromEntries(details) };
    }
    const { boot, at: readAt, values: kept } = this.#details;
    const areKept = boot === values[SIGNATURE] && at - readAt <= DETAILS_KEPT_MS;
    return areKept ? { ...kept, ...values } : values;
  }

  /**
   * The next try comes soon; after the last one whole rounds are left out, none at first, then one or two more each time.
   * @param now monotonic ms
   */
  failed(now: number): void {
    const { tries, everyMs, longestPauseRounds, random } = this.#rhythm;
    this.#failedTries += 1;
    if (this.#failedTries < tries) {
      this.dueAt = now + RETRY_MS;
      return;
    }
    this.#failedTries = 0;
    this.dueAt = now + everyMs * (1 + this.#pauseRounds);
    this.#pauseRounds = Math.min(longestPauseRounds, this.#pauseRounds + 1 + random());
  }

  /** Its name has no server now: nothing is asked, and nothing has failed. */
  waits(now: number): void {
    this.dueAt = now + this.#rhythm.everyMs;
  }

  /** Its server is back: failures of before say nothing any more. @param at UTC ms  @param now monotonic ms */
  returned(at: number, now: number): void {
    if (this.isGivenUp(at)) this.#lastGoodAt = at;
    this.#failedTries = 0;
    this.#pauseRounds = 0;
    this.dueAt = Math.min(this.dueAt, now + RETRY_MS);
  }
}
