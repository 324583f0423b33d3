/**
 * The history that one store has still to write: in memory, and on disk when the store cannot take it or memory gets full.
 * What is on disk is older than all that is in memory, so that everything is written in its order.
 */
import type { HistoryRow } from "../model/row.js";
import { messageOf } from "./error-message.js";
import { Fifo } from "./fifo.js";
import type { Spool } from "./spool.js";

/** In one piece, so that none takes long to encode. */
const SPILL_ROWS = 2000;
/** Above this share of its limit, memory is full enough. */
const COMFORTABLE = 0.5;

export interface TakenHistory {
  readonly rows: readonly HistoryRow[];
  /** Rows that delete records wait behind these: what is newer than they are must not be written before them. */
  readonly forgetsLater: boolean;
  /** They are written. True when any of them went to the disk meanwhile, from where it will be written again. */
  release(): Promise<boolean>;
}

const NONE: TakenHistory = { rows: [], forgetsLater: false, release: async () => false };

export class OutboxHistory {
  readonly #memory: Fifo<HistoryRow>;
  readonly #spool: Spool | undefined;
  #spilling: Promise<void> | undefined;
  /** Place of the latest row that went from memory to the disk. */
  #spilledTo = 0;
  /** Place of the latest row that deletes a record. */
  #forgetsAt = 0;
  /** Such a row is on the disk. */
  #spoolForgets = false;
  /** Why the spool, which has rows, cannot be read; null when it can. */
  #unreadable: string | null = null;
  /** Why nothing can be added to the spool, null when it can or there is none. */
  #unwritable: string | null = null;

  /** @param limit rows in memory; without room on disk, the oldest of more are dropped and counted */
  constructor(limit: number, spool: Spool | undefined) {
    this.#memory = new Fifo(limit);
    this.#spool = spool;
  }

  get length(): number {
    return this.inMemory + (this.#spool?.length ?? 0);
  }

  get inMemory(): number {
    return this.#memory.length;
  }

  get dropped(): number {
    return this.#memory.dropped + (this.#spool?.dropped ?? 0);
  }

  get spooledBytes(): number {
    return this.#spool?.bytes ?? 0;
  }

  /** Why the spool cannot be used, null when it can or there is none. */
  get spoolError(): string | null {
    return this.#unreadable ?? this.#unwritable;
  }

  /** What is newer than the rows of a spool that cannot be read waits for them. */
  get isHeldBack(): boolean {
    return this.#unreadable !== null;
  }

  /** 0..1 */
  get fullness(): number {
    return Math.max(this.#memory.fullness, this.#spool?.fullness ?? 0);
  }

  /** Rows that cannot be written now go to the disk. */
  get canSpill(): boolean {
    return this.#spool !== undefined && this.#unwritable === null;
  }

  /** Memory gets full, or what is in it has to wait for what is on disk. */
  get wantsSpill(): boolean {
    return this.#memory.fullness > COMFORTABLE || (this.#spool?.length ?? 0) > 0;
  }

  /** Answers the row's place, for {@link isSafe}. */
  add(row: HistoryRow): number {
    this.#memory.push(row);
    if (forgets(row)) this.#forgetsAt = this.#memory.end;
    return this.#memory.end;
  }

  /** The row at `place` is written, on disk, or given up. */
  isSafe(place: number): boolean {
    return this.#memory.first >= place;
  }

  /** Moves what is in memory to the disk. Never rejects: what cannot be moved stays. */
  spill(): Promise<void> {
    if (this.#spool === undefined) return Promise.resolve();
    this.#spilling ??= this.#moveTo(this.#spool)
      .then(
        () => {
          this.#unwritable = null;
        },
        (error: unknown) => {
          this.#unwritable = messageOf(error);
        },
      )
      .finally(() => {
        this.#spilling = undefined;
      });
    return this.#spilling;
  }

  /** The oldest rows, at most `count`; none while the spool has older ones and cannot be read. */
  async take(count: number): Promise<TakenHistory> {
    await this.#spilling;
    try {
      const spooled = await this.takeSpooled(count);
      this.#unreadable = null;
      if (spooled.rows.length > 0) return spooled;
    } catch (error) {
      // One that was never opened has nothing of this outbox.
      if (this.#spool?.length) return this.#holdBack(messageOf(error));
    }
    const rows = this.#memory.peek(count);
    const { first } = this.#memory;
    const end = first + rows.length;
    return {
      rows,
      forgetsLater: this.#forgetsAt > end,
      release: async () => {
        // Of rows that are on their way to the disk, it is not known yet how far they get.
        while (this.#spilling !== undefined) await this.#spilling;
        const isSpilled = rows.length > 0 && this.#spilledTo > first;
        await this.#written(() => this.#memory.releaseTo(end));
        return isSpilled;
      },
    };
  }

  /** Facts and deletions out of their order would be wrong for good. Records may go on that no deletion waits for. */
  #holdBack(reason: string): TakenHistory {
    this.#unreadable = reason;
    const forgetsLater = this.#spoolForgets || this.#forgetsAt > this.#memory.first;
    return { ...NONE, forgetsLater };
  }

  /** The same, of those on disk only. Rejects when they cannot be read. */
  async takeSpooled(count: number): Promise<TakenHistory> {
    const spool = this.#spool;
    if (spool === undefined || count === 0) return NONE;
    await spool.open();
    while (spool.length > 0) {
      const { rows, place } = await spool.peek(count);
      if (rows.length > 0) {
        const forgetsLater = this.#spoolForgets || this.#forgetsAt > this.#memory.first;
        const release = async (): Promise<boolean> => {
          await this.#written(() => spool.release(place));
          return false;
        };
        return { rows, forgetsLater, release };
      }
      // Nothing but damaged lines.
      await spool.release(place);
    }
    this.#spoolForgets = false;
    return NONE;
  }

  async close(): Promise<void> {
    await this.#spilling;
    await this.#spool?.close();
  }

  /** Of a store that takes its history, nothing has to be kept on disk. */
  async #written(release: () => void | Promise<void>): Promise<void> {
    await release();
    this.#unwritable = null;
  }

  async #moveTo(spool: Spool): Promise<void> {
    await spool.open();
    while (this.#memory.length > 0) {
      const rows = this.#memory.peek(SPILL_ROWS);
      const { first } = this.#memory;
      const count = await spool.append(rows);
      this.#spoolForgets ||= rows.slice(0, count).some(forgets);
      this.#spilledTo = first + count;
      this.#memory.releaseTo(this.#spilledTo);
    }
  }
}

function forgets({ kind }: HistoryRow): boolean {
  return kind === "forgotten" || kind === "pvForgotten";
}
