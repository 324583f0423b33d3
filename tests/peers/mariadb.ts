/** A MariaDB server of a test's own: a data folder, a socket and a port that nobody else uses, and no other network. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { createConnection } from "mariadb";
import { freePort } from "./environment.js";
import { type Place, Program, runProgram } from "./program.js";
import { waitFor } from "./wait.js";

const INSTALL_TIMEOUT_MS = 60_000;
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;
const HERE: Place = {
  prefix: [],
  environment: { PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin`, MYSQL_HOME: "/nonexistent" },
};

export interface MariadbOptions {
  /** Where the data lie: a file system of its own, for a disk that fills. A temporary folder without it. */
  readonly folder?: string;
  /** More of mariadbd's own options. */
  readonly arguments?: readonly string[];
}

export class Mariadb {
  readonly socket: string;
  readonly port: number;
  readonly #folder: string;
  readonly #data: string;
  readonly #arguments: readonly string[];
  #program: Program | undefined;

  private constructor(port: number, { folder, arguments: more = [] }: MariadbOptions) {
    this.#folder = mkdtempSync(join(tmpdir(), "pvmon-mariadb-"));
    this.#data = join(folder ?? this.#folder, "data");
    this.socket = join(this.#folder, "socket");
    this.port = port;
    // In /tmp temporary tables of two servers, each process 1 of its sandbox, would have the same names.
    this.#arguments = [`--tmpdir=${this.#folder}`, ...more];
  }

  /** Installed and started; root has no password. */
  static async create(options: MariadbOptions = {}): Promise<Mariadb> {
    const server = new Mariadb(await freePort(), options);
    mkdirSync(server.#data, { recursive: true });
    const install = ["mariadb-install-db", "--no-defaults", `--datadir=${server.#data}`];
    const how = [
      "--auth-root-authentication-method=normal",
      "--skip-test-db",
      "--skip-name-resolve",
    ];
    const user = `--user=${userInfo().username}`;
    await runProgram(HERE, [...install, ...how, user, ...server.#arguments], INSTALL_TIMEOUT_MS);
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const program = new Program(HERE, [
      "mariadbd",
      "--no-defaults",
      `--user=${userInfo().username}`,
      `--datadir=${this.#data}`,
      `--socket=${this.socket}`,
      `--port=${this.port}`,
      "--bind-address=127.0.0.1",
      "--skip-name-resolve",
      // Where it deletes what other servers have left, as it believes.
      `--tmpdir=${this.#folder}`,
      `--pid-file=${join(this.#folder, "pid")}`,
      ...this.#arguments,
    ]);
    this.#program = program;
    const answers = async (): Promise<boolean> => {
      if (!program.isRunning) throw new Error(`mariadbd ended:\n${program.errors.join("\n")}`);
      return this.query("SELECT 1").then(
        () => true,
        () => false,
      );
    };
    await waitFor("MariaDB answers", answers, START_TIMEOUT_MS);
  }

  /** As root; each row as a list of its columns. */
  async query(sql: string): Promise<readonly (readonly unknown[])[]> {
    const options = {
      socketPath: this.socket,
      user: "root",
      rowsAsArray: true,
      bigIntAsNumber: true,
    };
    const connection = await createConnection({ ...options, connectTimeout: 2000 });
    try {
      return await connection.query(sql);
    } finally {
      await connection.end();
    }
  }

  /** As its administrator would; every connection ends. */
  async stop(): Promise<void> {
    this.#program?.signal("SIGTERM");
    await this.#program?.end(STOP_TIMEOUT_MS);
  }

  /** As a crash. */
  async kill(): Promise<void> {
    this.#program?.kill();
    await this.#program?.end(STOP_TIMEOUT_MS);
  }

  /** It stands still, and answers nobody, until `resume`. */
  pause(): void {
    this.#program?.signal("SIGSTOP");
  }

  resume(): void {
    this.#program?.signal("SIGCONT");
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
