/**
 * What one store has still to write. Records are remembered by id and become rows at the moment of writing, so the newest
 * state wins however long a store was away; history waits in a bounded queue.
 */
import type { Row } from "../model/row.js";
import type { Store } from "../plugin/plugin.js";
import type { Clock, OutboxView } from "../plugin/services.js";
import { BackOff } from "./back-off.js";
import { DeadlineError, within } from "./deadline.js";
import { DirtyRecords, type RowSource, type TakenRecords } from "./dirty-records.js";
import { messageOf } from "./error-message.js";
import { Fifo } from "./fifo.js";

/** The store of an outbox, as its supervisor lends it. */
export interface StoreSlot {
  readonly id: string;
  /** Undefined while it does not run. */
  readonly store: Store | undefined;
  /** Its writes fail, or work again where `reason` is undefined. */
  complain(reason: string | undefined): void;
  /** It hangs: replace it by a new instance. */
  fail(reason: string): void;
}

export interface OutboxOptions {
  /** Events and traffic rows kept while the store cannot take them. */
  readonly historyLimit: number;
  /** Rows in one write. */
  readonly batchRows: number;
  /** A write that takes longer is told to end and counts as failing; one that goes on for as long again has its store replaced. */
  readonly writeMs: number;
  readonly backOff: BackOff;
}

interface Batch {
  readonly rows: readonly Row[];
  /** Position in the history after the last row of this batch. */
  readonly historyEnd: number;
  readonly records: TakenRecords;
}

const DRAIN_PAUSE_MS = 1000;

export class Outbox {
  /** Records to write; mark them here. */
  readonly dirty: DirtyRecords;
  readonly #slot: StoreSlot;
  readonly #clock: Clock;
  readonly #options: OutboxOptions;
  readonly #moved: () => void;
  readonly #history: Fifo<Row>;
  #recordsDue = false;
  #recordsInFlight = 0;
  #error: string | null = null;
  #lastWrittenAt: number | null = null;
  #running: Promise<void> | undefined;
  #write = new AbortController();
  #cancelRetry: (() => void) | undefined;

  /** @param moved called whenever {@link settled} may have changed. */
  constructor(
    slot: StoreSlot,
    source: RowSource,
    clock: Clock,
    moved: () => void,
    options: Partial<OutboxOptions> = {},
  ) {
    this.#slot = slot;
    this.#clock = clock;
    this.#moved = moved;
    this.#options = {
      historyLimit: 200_000,
      batchRows: 2000,
      writeMs: 30_000,
      backOff: new BackOff({ firstMs: 1000, longestMs: 60_000 }),
      ...options,
    };
    this.dirty = new DirtyRecords(source);
    this.#history = new Fifo(this.#options.historyLimit);
  }

  /** Answers the row's place, for {@link settled}. */
  add(row: Row): number {
    this.#history.push(row);
    return this.#history.end;
  }

  /** The history up to `place` is written, or given up, or cannot be written now. */
  settled(place: number): boolean {
    return this.#history.first >= place || this.isDegraded;
  }

  get isDegraded(): boolean {
    return this.#error !== null || this.#slot.store === undefined;
  }

  /** 0..1; 0 while the store is degraded: then the oldest is dropped, and nobody waits for a store that may never come. */
  get pressure(): number {
    return this.isDegraded ? 0 : this.#history.fullness;
  }

  view(): OutboxView {
    return {
      store: this.#slot.id,
      records: this.dirty.size + this.#recordsInFlight,
      history: this.#history.length,
      dropped: this.#history.dropped,
      lastWrittenAt: this.#lastWrittenAt,
      error: this.#error,
    };
  }

  /** Writes what waits, unless a write is under way or the pause after a failure is not over. Records only when told. */
  flush(records: boolean): void {
    if (records) this.#recordsDue = true;
    if (this.#running !== undefined || this.#cancelRetry !== undefined) return;
    this.#running = this.#writeAll()
      .catch((error: unknown) => this.#report(messageOf(error)))
      .finally(() => {
        this.#running = undefined;
      });
  }

  /**
   * Writes everything, trying again after failures, until `signal` aborts or the store stops running.
   * @returns what was left, for people; undefined when nothing was.
   */
  async drain(signal: AbortSignal): Promise<string | undefined> {
    const ended = new Promise<void>((resolve) => {
      const end = (): void => {
        this.#write.abort(signal.reason);
        resolve();
      };
      signal.addEventListener("abort", end, { once: true });
      if (signal.aborted) end();
    });
    while (!signal.aborted && this.#slot.store !== undefined) {
      this.#endPause();
      this.flush(true);
      await Promise.race([this.#running, ended]);
      if (this.#left() === undefined) break;
      if (this.#error !== null) {
        await this.#clock.sleep(DRAIN_PAUSE_MS, signal).catch(() => undefined);
      }
    }
    this.#endPause();
    return this.#left();
  }

  #left(): string | undefined {
    const { records, history, store, error } = this.view();
    if (records + history === 0) return undefined;
    const why = error === null ? "" : ` (${error})`;
    return `"${store}" has not written ${records} records and ${history} rows of history${why}`;
  }

  async #writeAll(): Promise<void> {
    for (;;) {
      const { store } = this.#slot;
      const batch = store === undefined ? undefined : this.#take();
      if (store === undefined || batch === undefined) break;
      this.#recordsInFlight = batch.records.count;
      const failure = batch.rows.length === 0 ? undefined : await this.#tryWrite(store, batch.rows);
      this.#recordsInFlight = 0;
      if (failure !== undefined) return this.#pause(batch, failure);
      this.#history.releaseTo(batch.historyEnd);
      this.#options.backOff.reset();
      this.#lastWrittenAt = this.#clock.now();
      this.#report(null);
    }
    this.#moved();
  }

  /** Half of a batch at most is history while records wait, so that neither starves. Undefined when nothing is due. */
  #take(): Batch | undefined {
    const { batchRows } = this.#options;
    const recordsWaiting = this.#recordsDue ? this.dirty.size : 0;
    const history = this.#history.peek(Math.max(batchRows - recordsWaiting, batchRows >> 1));
    const records = this.dirty.take(this.#recordsDue ? batchRows - history.length : 0);
    if (this.dirty.size === 0) this.#recordsDue = false;
    if (history.length + records.count === 0) return undefined;
    return {
      rows: [...history, ...records.rows],
      historyEnd: this.#history.first + history.length,
      records,
    };
  }

  /** Undefined when the batch was written. Answers only once the store has ended this write, or hangs for good. */
  async #tryWrite(store: Store, rows: readonly Row[]): Promise<string | undefined> {
    const { writeMs } = this.#options;
    const abort = new AbortController();
    this.#write = abort;
    // An async function, because a store that throws has failed as one that rejects.
    const work = (async () => store.write(rows, abort.signal))();
    try {
      await within(this.#clock, writeMs, "a write", work);
      return undefined;
    } catch (error) {
      if (!(error instanceof DeadlineError)) return messageOf(error);
      // Not the error itself: a store that ends with its signal's reason has not hung.
      abort.abort(new Error(error.message));
      this.#report(error.message);
    }
    try {
      await within(this.#clock, writeMs, "a write that was told to end", work);
      return undefined;
    } catch (error) {
      if (error instanceof DeadlineError) this.#slot.fail(error.message);
      return messageOf(error);
    }
  }

  #pause({ records }: Batch, failure: string): void {
    records.putBack();
    this.#recordsDue ||= records.count > 0;
    this.#report(failure);
    this.#cancelRetry = this.#clock.after(this.#options.backOff.nextMs(), () => {
      this.#cancelRetry = undefined;
      this.flush(false);
    });
  }

  #endPause(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
  }

  #report(error: string | null): void {
    const changed = error !== this.#error;
    this.#error = error;
    if (changed) this.#slot.complain(error === null ? undefined : `not stored: ${error}`);
    this.#moved();
  }
}
