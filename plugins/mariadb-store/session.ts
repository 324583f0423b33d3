/**
 * The one connection that writes. It holds the lock that keeps a second pvmon off the database, so whoever can write has the
 * lock; both go with the process, however that ends. It is made again when it is needed and gone.
 */
import type { Connection, ConnectionConfig } from "mariadb";
import { createConnection } from "mariadb";
import { CHARACTERS, migrate } from "./migrations.js";
import { codeOf, inWords, isFatal } from "./words.js";

/** For a lock whose holder is just ending, s. */
const LOCK_SECONDS = 5;

export function lockName(database: string): string {
  return `pvmon ${database}`;
}

export class Session {
  readonly #options: ConnectionConfig;
  readonly #database: string;
  #connection: Connection | undefined;
  #isClosed = false;
  /** Ends the use that is under way. */
  #giveUp: () => void = () => undefined;
  /** One use after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @param options without the database, which may have to be made */
  constructor(options: ConnectionConfig, database: string) {
    this.#options = options;
    this.#database = database;
  }

  /** Whether there was a connection when it was last used. */
  get isOpen(): boolean {
    return this.#connection !== undefined;
  }

  /**
   * Rejects with an error in words. `signal` ends the use by closing the connection, and what is in front of it too: a server
   * that hangs would keep them.
   */
  run<T>(work: (connection: Connection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const abandon = (): void => this.abandon();
    signal?.addEventListener("abort", abandon, { once: true });
    const turn = this.#turn
      .then(() => this.#run(work, signal))
      .finally(() => signal?.removeEventListener("abort", abandon));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** After what was begun, unless it is abandoned; never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#turn;
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.end().catch(() => connection.destroy());
  }

  /** At once, whatever is under way. */
  abandon(): void {
    this.#connection?.destroy();
    this.#connection = undefined;
    this.#giveUp();
  }

  async #run<T>(work: (connection: Connection) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#isClosed) throw new Error("the store is not running");
    signal?.throwIfAborted();
    // Of a server that hangs, the driver would wait for an answer even on a connection that it was told to destroy.
    const givenUp = new Promise<never>((_, reject) => {
      this.#giveUp = () => reject(new Error("the connection was given up"));
    });
    givenUp.catch(() => undefined);
    try {
      this.#connection ??= await this.#opened(givenUp);
      return await Promise.race([work(this.#connection), givenUp]);
    } catch (error) {
      if (isFatal(error)) this.abandon();
      signal?.throwIfAborted();
      throw inWords(error);
    }
  }

  async #opened(givenUp: Promise<never>): Promise<Connection> {
    const opening = this.#open();
    try {
      return await Promise.race([opening, givenUp]);
    } catch (error) {
      opening.then(
        (connection) => connection.destroy(),
        () => undefined,
      );
      throw error;
    }
  }

  async #open(): Promise<Connection> {
    const connection = await createConnection(this.#options);
    // Without a listener, an end while nothing is asked would end the process.
    connection.on("error", () => {
      if (this.#connection === connection) this.#connection = undefined;
    });
    try {
      await this.#use(connection);
      await this.#lock(connection);
      await migrate(connection, this.#database);
      return connection;
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }

  async #use(connection: Connection): Promise<void> {
    const name = `\`${this.#database}\``;
    try {
      await connection.query(`USE ${name}`);
    } catch (error) {
      if (codeOf(error) !== "ER_BAD_DB_ERROR") throw error;
      await connection.query(`CREATE DATABASE IF NOT EXISTS ${name} ${CHARACTERS}`);
      await connection.query(`USE ${name}`);
    }
  }

  async #lock(connection: Connection): Promise<void> {
    const name = lockName(this.#database);
    const [row] = await connection.execute<[number | null][]>("SELECT GET_LOCK(?, ?)", [
      name,
      LOCK_SECONDS,
    ]);
    if (row?.[0] === 1) return;
    throw new Error(
      `the database ${this.#database} is in use by another pvmon: stop that one or choose another database`,
    );
  }
}
