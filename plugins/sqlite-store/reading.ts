/**
 * The history from the outside. A process reads it, so that a long read holds up neither the event loop nor a write, and can
 * be ended in its middle: SQLite in a thread goes on with a question to its end, even when the thread is terminated.
 */
import { type Clock, HistoryError, type HistoryService } from "pvmon";
import type { ReadName, ReadQuestion, Reads } from "./protocol.js";
import type { ReadingProcess } from "./reading-process.js";

/** For a read, and for its wait for those in front of it. */
const READ_MS = 60_000;
const MOST_WAITING = 100;

export type Reader = Pick<ReadingProcess, "isRunning" | "ask" | "end">;

export class Reading implements HistoryService {
  readonly #startReader: () => Reader;
  readonly #clock: Clock;
  /** Made when it is first needed, and again after it had to be ended. */
  #reader: Reader | undefined;
  #isClosed = false;
  #waiting = 0;
  #factWrites = 0;
  #factWritesNow = 0;
  /** One read after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(startReader: () => Reader, clock: Clock) {
    this.#startReader = startReader;
    this.#clock = clock;
  }

  readonly events: HistoryService["events"] = (query) => this.#inTurn("events", query);
  readonly eventCounts: HistoryService["eventCounts"] = (query) =>
    this.#inTurn("eventCounts", query);
  readonly traffic: HistoryService["traffic"] = (query) => this.#inTurn("traffic", query);
  readonly top: HistoryService["top"] = (query) => this.#inTurn("top", query);
  readonly changes: HistoryService["changes"] = (span) => this.#inTurn("changes", span);

  /** To be around everything that writes or deletes facts: what was counted of them before is of no use any more. */
  async whileFactsChange<T>(write: () => Promise<T>): Promise<T> {
    this.#factWritesNow++;
    try {
      return await write();
    } finally {
      this.#factWritesNow--;
      this.#factWrites++;
    }
  }

  /** Ends what is being read; never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#reader?.end(new Error("the store has been stopped"));
  }

  async #inTurn<K extends ReadName>(
    read: K,
    query: Parameters<Reads[K]>[0],
  ): Promise<ReturnType<Reads[K]>> {
    if (this.#waiting >= MOST_WAITING) throw busy();
    this.#waiting++;
    const askedAt = this.#clock.elapsed();
    const turn = this.#turn.then(() => {
      this.#waiting--;
      if (this.#clock.elapsed() - askedAt > READ_MS) throw busy();
      return this.#ask({ read, query });
    });
    this.#turn = turn.catch(() => undefined);
    return turn as Promise<ReturnType<Reads[K]>>;
  }

  get #factsVersion(): number | undefined {
    return this.#factWritesNow > 0 ? undefined : this.#factWrites;
  }

  async #ask(question: ReadQuestion): Promise<unknown> {
    if (this.#isClosed) throw new Error("the store is not running");
    if (this.#reader?.isRunning !== true) this.#reader = this.#startReader();
    const reader = this.#reader;
    const cancel = this.#clock.after(READ_MS, () => void reader.end(tooLong()));
    try {
      const factsVersion = this.#factsVersion;
      const { result, usesKnown } = await reader.ask({ ...question, factsVersion });
      // What was known may be from before what was written meanwhile.
      const isWhole = !usesKnown || factsVersion === this.#factsVersion;
      return isWhole ? result : (await reader.ask(question)).result;
    } finally {
      cancel();
    }
  }
}

function busy(): HistoryError {
  return new HistoryError(
    "HISTORY_BUSY",
    "too many questions to the history are in front of this one: try again later",
  );
}

function tooLong(): HistoryError {
  return new HistoryError(
    "HISTORY_TIMEOUT",
    `the history was not read after ${READ_MS / 1000} s: ask for a shorter span of time`,
  );
}
