/**
 * What one store has still to write. Records are remembered by id and become rows at the moment of writing, so the newest
 * state wins however long a store was away; history waits in a bounded queue, on disk while the store is away.
 */
import type { HistoryRow, Row } from "../model/row.js";
import type { Store } from "../plugin/plugin.js";
import type { Clock, OutboxView } from "../plugin/services.js";
import { BatchSize } from "./batch-size.js";
import { within } from "./deadline.js";
import { DirtyRecords, type RowSource, type TakenRecords } from "./dirty-records.js";
import { messageOf } from "./error-message.js";
import { OutboxHistory, type TakenHistory } from "./outbox-history.js";
import { OutboxLag } from "./outbox-lag.js";
import { OutboxLosses } from "./outbox-losses.js";
import { type OutboxOptions, outboxOptions } from "./outbox-options.js";
import { writeSound } from "./sound-rows.js";
import { writeOnce } from "./store-write.js";

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

interface Batch {
  readonly history: TakenHistory;
  readonly records: TakenRecords;
}

const DRAIN_PAUSE_MS = 1000;
/** Of the room for history. */
const MUCH = 0.5;
const NOT_KEPT = "history cannot be kept on disk";
const HELD_BACK = "history on disk cannot be read, and what is newer waits for it";

export class Outbox {
  /** Records to write; mark them here. */
  readonly dirty: DirtyRecords;
  readonly #slot: StoreSlot;
  readonly #clock: Clock;
  readonly #options: OutboxOptions;
  readonly #moved: () => void;
  readonly #history: OutboxHistory;
  readonly #losses = new OutboxLosses();
  readonly #lag = new OutboxLag();
  readonly #batch: BatchSize;
  #recordsDue = false;
  #recordsInFlight = 0;
  #error: string | null = null;
  #complaint: string | undefined;
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
    this.#options = outboxOptions(options);
    this.#batch = new BatchSize(clock, this.#options.batchRows, this.#options.writeMs);
    this.dirty = new DirtyRecords(source);
    this.#history = new OutboxHistory(this.#options.historyLimit, this.#options.spool);
  }

  /** Answers the row's place, for {@link settled}. */
  add(row: HistoryRow): number {
    this.#lag.add();
    return this.#history.add(row);
  }

  /** The history up to `place` is written, or on disk, or given up, or can be neither written nor kept on disk now. */
  settled(place: number): boolean {
    return this.#history.isSafe(place) || (this.isDegraded && !this.#history.canSpill);
  }

  get isDegraded(): boolean {
    const isAway = this.#error !== null || this.#slot.store === undefined;
    return isAway || this.#history.isHeldBack || this.#lag.isBehind;
  }

  /** 0..1; 0 while the store is degraded: then the oldest is dropped, and nobody waits for a store that may never come, or cannot keep up. */
  get pressure(): number {
    return this.isDegraded ? 0 : this.#history.fullness;
  }

  view(): OutboxView {
    return {
      store: this.#slot.id,
      records: this.dirty.size + this.#recordsInFlight,
      history: this.#history.length,
      behindMs: Math.round(this.#lag.ms(this.#clock.elapsed())),
      dropped: this.#history.dropped,
      refused: this.#losses.refused,
      spooledBytes: this.#history.spooledBytes,
      spoolError: this.#history.spoolError,
      lastWrittenAt: this.#lastWrittenAt,
      error: this.#error,
    };
  }

  /** Writes what waits, unless a write is under way or the pause after a failure is not over. Records only when told. */
  flush(records: boolean): void {
    if (records) this.#recordsDue = true;
    this.#look();
    if (this.isDegraded || this.#history.wantsSpill) void this.#spill();
    if (this.#running !== undefined || this.#cancelRetry !== undefined) return;
    this.#running = this.#writeAll()
      .catch((error: unknown) => this.#report(messageOf(error)))
      .finally(() => {
        this.#running = undefined;
      });
  }

  /**
   * Writes everything, trying again after failures, until `signal` aborts or the store stops running; history that is left
   * goes to the disk.
   * @returns what is lost, for people; undefined when nothing is.
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
      if (this.#isEmpty) break;
      if (this.isDegraded) {
        await this.#clock.sleep(DRAIN_PAUSE_MS, signal).catch(() => undefined);
      }
    }
    this.#endPause();
    await this.#history.spill();
    await this.#history.close();
    return this.#left();
  }

  /**
   * Writes what is on disk to a store that does not take part yet, before it is loaded: what was forgotten in the meantime
   * must not come back, nor the ids of events be given again. Rejects when the store does not take it.
   */
  async catchUp(store: Store, signal: AbortSignal): Promise<void> {
    const { writeMs } = this.#options;
    for (;;) {
      const { rows, release } = await this.#history.takeSpooled(this.#batch.rows);
      if (rows.length === 0) return;
      const write = (some: readonly Row[]): Promise<void> =>
        this.#batch.measure(some.length, () =>
          within(this.#clock, writeMs, "writing the spool", store.write(some, signal), signal),
        );
      const refusals = await writeSound(rows, write);
      await release();
      this.#losses.leftOut(refusals, this.#clock.now());
    }
  }

  get #isEmpty(): boolean {
    return this.dirty.size + this.#recordsInFlight + this.#history.length === 0;
  }

  #left(): string | undefined {
    const { records, store, error } = this.view();
    const history = this.#history.inMemory;
    if (records + history === 0) return undefined;
    const why = error === null ? "" : ` (${error})`;
    return `"${store}" has not written ${records} records and ${history} rows of history${why}`;
  }

  async #writeAll(): Promise<void> {
    for (;;) {
      const { store } = this.#slot;
      const batch = store === undefined ? undefined : await this.#take();
      if (store === undefined || batch === undefined) break;
      const rows = [...batch.history.rows, ...batch.records.rows];
      this.#recordsInFlight = batch.records.count;
      try {
        const refusals = await writeSound(rows, (some) => this.#writeOnce(store, some));
        this.#losses.leftOut(refusals, this.#clock.now());
      } catch (error) {
        return this.#pause(batch, messageOf(error));
      } finally {
        this.#recordsInFlight = 0;
      }
      // Deletions that come again from the disk would take the records of this batch with them.
      if (await batch.history.release()) this.#putBack(batch);
      this.#options.backOff.reset();
      this.#lastWrittenAt = this.#clock.now();
      this.#report(null);
    }
    this.#look();
    this.#moved();
  }

  /**
   * Half of a batch at most is history while records wait, so that neither starves; but no record is written before an older
   * deletion, which might be of it. Undefined when nothing is due.
   */
  async #take(): Promise<Batch | undefined> {
    const batchRows = this.#batch.rows;
    const recordsWaiting = this.#recordsDue ? this.dirty.size : 0;
    const history = await this.#history.take(Math.max(batchRows - recordsWaiting, batchRows >> 1));
    const mayTake = this.#recordsDue && !history.forgetsLater;
    const records = this.dirty.take(mayTake ? batchRows - history.rows.length : 0);
    if (this.dirty.size === 0) this.#recordsDue = false;
    return history.rows.length + records.count === 0 ? undefined : { history, records };
  }

  async #writeOnce(store: Store, rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    this.#write = new AbortController();
    const limits = {
      clock: this.#clock,
      writeMs: this.#options.writeMs,
      abort: this.#write,
      late: (reason: string) => this.#report(reason),
      hangs: (reason: string) => this.#slot.fail(reason),
    };
    await this.#batch.measure(rows.length, () => writeOnce(store, rows, limits));
  }

  #putBack({ records }: Batch): void {
    records.putBack();
    this.#recordsDue ||= records.count > 0;
  }

  #pause(batch: Batch, failure: string): void {
    this.#putBack(batch);
    this.#report(failure);
    void this.#spill();
    this.#cancelRetry = this.#clock.after(this.#options.backOff.nextMs(), () => {
      this.#cancelRetry = undefined;
      this.flush(false);
    });
  }

  #endPause(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
  }

  async #spill(): Promise<void> {
    await this.#history.spill();
    this.#complain();
    this.#moved();
  }

  #report(error: string | null): void {
    this.#error = error;
    this.#complain();
    this.#moved();
  }

  #look(): void {
    const { length, fullness } = this.#history;
    const isWriting = this.#running !== undefined;
    this.#lag.look(length, this.#clock.elapsed(), isWriting, fullness > MUCH);
    this.#complain();
  }

  /** Only when there is something new to say. */
  #complain(): void {
    const now = this.#clock.now();
    const spool = this.#history.spoolError;
    this.#losses.dropped(this.#history.dropped, now);
    const faults = [
      this.#error === null ? "" : `not stored: ${this.#error}`,
      spool === null ? "" : `${this.#history.isHeldBack ? HELD_BACK : NOT_KEPT}: ${spool}`,
      this.#lag.isBehind && this.#error === null && spool === null ? this.#arrears : "",
      ...this.#losses.inWords(now),
    ];
    const complaint = faults.filter((fault) => fault !== "").join("; ") || undefined;
    if (complaint === this.#complaint) return;
    this.#complaint = complaint;
    this.#slot.complain(complaint);
  }

  get #arrears(): string {
    const { history, behindMs } = this.view();
    return `behind: ${history} rows of history wait, the oldest for ${Math.round(behindMs / 1000)} s`;
  }
}
