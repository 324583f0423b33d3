/** The embedded store: everything pvmon knows in one SQLite file, written by a thread of its own and read by a process. */
import {
  CLOCK,
  type Clock,
  defineStore,
  HISTORY,
  type HistoryService,
  type Host,
  type Row,
  RowRefusedError,
  type Store,
} from "pvmon";
import { PvWriter, unpackPvs } from "pvmon/sql-store";
import { backup } from "./backup.js";
import { type Config, configSchema } from "./config.js";
import { diagnose } from "./diagnosis.js";
import type { Batch } from "./protocol.js";
import { Reading } from "./reading.js";
import { ReadingProcess } from "./reading-process.js";
import { DatabaseThread } from "./thread.js";

const PURGE_EVERY_MS = 3_600_000;
const PURGE_PAUSE_MS = 2000;

class SqliteStore implements Store<HistoryService> {
  readonly #config: Config;
  readonly #clock: Clock;
  readonly #host: Host;
  #thread: DatabaseThread | undefined;
  #reading: Reading | undefined;
  #cancelPurge: () => void = () => undefined;

  constructor(config: Config, clock: Clock, host: Host) {
    this.#config = config;
    this.#clock = clock;
    this.#host = host;
  }

  readonly service: HistoryService = {
    events: async (query) => this.#openedReading().events(query),
    eventCounts: async (query) => this.#openedReading().eventCounts(query),
    traffic: async (query) => this.#openedReading().traffic(query),
    top: async (query) => this.#openedReading().top(query),
    changes: async (span) => this.#openedReading().changes(span),
  };

  async start(): Promise<void> {
    const thread = new DatabaseThread((error) => this.#host.status.failed(error.message));
    this.#thread = thread;
    try {
      await thread.call("open", [this.#config.path]);
    } catch (error) {
      await this.stop();
      throw error;
    }
    if (this.#thread !== thread) throw new Error("stopped while it started");
    this.#reading = new Reading(() => new ReadingProcess(this.#config.path), this.#clock);
    this.#cancelPurge = this.#clock.after(PURGE_PAUSE_MS, () => this.#purge(thread));
  }

  async stop(): Promise<void> {
    this.#cancelPurge();
    const [thread, reading] = [this.#thread, this.#reading];
    this.#thread = undefined;
    this.#reading = undefined;
    await reading?.close();
    await thread?.close();
  }

  async *load(signal: AbortSignal): AsyncGenerator<readonly Row[]> {
    const thread = this.#opened();
    // One batch ahead: the thread reads the next while the inventory takes this one.
    let next = thread.call("load", []);
    for (;;) {
      const batch = await next;
      if (batch === null || signal.aborted) return;
      next = thread.call("load", []);
      next.catch(() => undefined);
      yield batch.others;
      yield* unpackPvs(batch.pvs);
    }
  }

  async write(rows: readonly Row[]): Promise<void> {
    const batch = batchOf(rows);
    const write = () => this.#opened().call("write", [batch], [batch.pvs.buffer]);
    const hasFacts = batch.others.some(({ kind }) => kind === "fact");
    await (hasFacts ? this.#openedReading().whileFactsChange(write) : write());
  }

  #opened(): DatabaseThread {
    if (this.#thread === undefined) throw new Error("the store is not running");
    return this.#thread;
  }

  #openedReading(): Reading {
    if (this.#reading === undefined) throw new Error("the store is not running");
    return this.#reading;
  }

  #purge(thread: DatabaseThread): void {
    const purge = () => thread.call("purge", [this.#config.keepDays, this.#clock.now()]);
    this.#openedReading()
      .whileFactsChange(purge)
      .then(
        (more) => this.#purgeAgain(thread, more ? PURGE_PAUSE_MS : PURGE_EVERY_MS),
        (error: Error) => {
          if (this.#thread !== thread) return;
          this.#host.log.warn("old history could not be deleted", { error: error.message });
          this.#purgeAgain(thread, PURGE_EVERY_MS);
        },
      );
  }

  #purgeAgain(thread: DatabaseThread, afterMs: number): void {
    if (this.#thread !== thread) return;
    this.#cancelPurge = this.#clock.after(afterMs, () => this.#purge(thread));
  }
}

/** @throws RowRefusedError for a PV that cannot be packed. */
function batchOf(rows: readonly Row[]): Batch {
  const pvs = new PvWriter();
  const others: Batch["others"][number][] = [];
  try {
    for (const row of rows) {
      if (row.kind === "pv") pvs.add(row);
      else others.push(row);
    }
  } catch (error) {
    throw new RowRefusedError(`a PV is none: ${String(error)}`, { cause: error });
  }
  return { pvs: pvs.take(), others };
}

export default defineStore({
  name: "sqlite-store",
  description: "Remembers everything in one SQLite file: no server, no set-up.",
  configSchema,
  needs: { clock: CLOCK },
  provides: HISTORY,
  diagnose,
  backup,
  create: ({ config, services, host }) => new SqliteStore(config, services.clock, host),
});
