/** The store for sites that have a MariaDB: everything pvmon knows in one database of it. */
import type { Connection } from "mariadb";
import {
  CLOCK,
  type Clock,
  defineStore,
  HISTORY,
  type HistoryService,
  type Host,
  type Row,
  type Store,
} from "pvmon";
import { backup } from "./backup.js";
import { type Config, configSchema } from "./config.js";
import { CONNECT_MS, connectionOptions, PING_MS, WAIT_SECONDS } from "./connection.js";
import { diagnose } from "./diagnosis.js";
import { purge } from "./purge.js";
import { Reading } from "./reading.js";
import { Session } from "./session.js";
import { statementsFor } from "./statements.js";

/** For the end of what was begun, when the store is stopped. */
const CLOSE_MS = 5000;
/** For a read. */
const READ_SECONDS = 60;
const PURGE_EVERY_MS = 3_600_000;
const PURGE_PAUSE_MS = 2000;

class MariadbStore implements Store<HistoryService> {
  readonly #config: Config;
  readonly #clock: Clock;
  readonly #host: Host;
  #session: Session | undefined;
  #reading: Reading | undefined;
  readonly #cancels = new Set<() => void>();

  constructor(config: Config, clock: Clock, host: Host) {
    this.#config = config;
    this.#clock = clock;
    this.#host = host;
  }

  readonly service: HistoryService = {
    events: async (query) => this.#opened().reading.events(query),
    eventCounts: async (query) => this.#opened().reading.eventCounts(query),
    traffic: async (query) => this.#opened().reading.traffic(query),
    top: async (query) => this.#opened().reading.top(query),
    changes: async (query) => this.#opened().reading.changes(query),
  };

  async start(): Promise<void> {
    const options = connectionOptions(this.#config);
    const session = new Session(options, this.#config.database);
    this.#session = session;
    try {
      await session.run((connection) => connection.ping());
    } catch (error) {
      await this.stop();
      throw error;
    }
    if (this.#session !== session) throw new Error("stopped while it started");
    const pool = {
      ...options,
      database: this.#config.database,
      connectionLimit: this.#config.connections,
      minimumIdle: 0,
      idleTimeout: WAIT_SECONDS / 2,
      acquireTimeout: CONNECT_MS,
      // After the server's own deadline, for one that hangs.
      socketTimeout: READ_SECONDS * 1000 + CONNECT_MS,
      sessionVariables: { ...options.sessionVariables, max_statement_time: READ_SECONDS },
    };
    this.#reading = new Reading(pool, this.#clock, READ_SECONDS * 1000);
    this.#cancels.add(this.#clock.every(PING_MS, () => this.#ping(session)));
    this.#purgeAfter(PURGE_PAUSE_MS, session);
  }

  async stop(): Promise<void> {
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
    const [session, reading] = [this.#session, this.#reading];
    this.#session = undefined;
    this.#reading = undefined;
    const cancel = this.#clock.after(CLOSE_MS, () => session?.abandon());
    await Promise.all([session?.close(), reading?.close()]);
    cancel();
  }

  load(signal: AbortSignal): AsyncIterable<readonly Row[]> {
    return this.#opened().reading.load(signal);
  }

  async write(rows: readonly Row[], signal: AbortSignal): Promise<void> {
    const { session } = this.#opened();
    const statements = statementsFor(rows);
    await session.run(async (connection) => {
      await connection.beginTransaction();
      try {
        for (const { sql, sets, isBulk } of statements) {
          await connection.batch({ sql, bulk: isBulk }, sets);
        }
        await connection.commit();
      } catch (error) {
        await rollback(connection);
        throw error;
      }
    }, signal);
    this.#host.status.ok();
  }

  #opened(): { readonly session: Session; readonly reading: Reading } {
    const [session, reading] = [this.#session, this.#reading];
    if (session === undefined || reading === undefined) throw new Error("the store is not running");
    return { session, reading };
  }

  /** Keeps the connection, and its lock, alive while there is nothing to write. */
  #ping(session: Session): void {
    this.#report(session.run((connection) => connection.ping()));
  }

  #purgeAfter(ms: number, session: Session): void {
    const cancel = this.#clock.after(ms, () => {
      this.#cancels.delete(cancel);
      const { keepDays } = this.#config;
      const again = (more: boolean): void => {
        if (this.#session === session) {
          this.#purgeAfter(more ? PURGE_PAUSE_MS : PURGE_EVERY_MS, session);
        }
      };
      const work = session.run((connection) => purge(connection, keepDays, this.#clock.now()));
      this.#report(work);
      work.then(again, () => again(false));
    });
    this.#cancels.add(cancel);
  }

  /** Of what nobody waits for. */
  #report(work: Promise<unknown>): void {
    work.then(
      () => this.#host.status.ok(),
      (error: Error) => this.#host.status.degraded(error.message),
    );
  }
}

async function rollback(connection: Connection): Promise<void> {
  await connection.rollback().catch(() => connection.destroy());
}

export default defineStore({
  name: "mariadb-store",
  description: "Remembers everything in a database of a MariaDB server.",
  configSchema,
  needs: { clock: CLOCK },
  provides: HISTORY,
  diagnose,
  backup,
  create: ({ config, services, host }) => new MariadbStore(config, services.clock, host),
});
