/** A pvmon that keeps what it learns in a MariaDB, for tests in which that is in trouble. */

import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { Type } from "@sinclair/typebox";
import {
  defineDetector,
  type Emitter,
  HISTORY,
  type HistoryService,
  type OutboxView,
  STATUS,
} from "../../core/index.js";
import { createPvmon, type Pvmon } from "../../core/testkit/index.js";
import { searchSeen } from "../core/model/inventory/inventory-site.js";
import { type Mariadb, waitFor } from "../peers/index.js";

export const WAIT_MS = 60_000;
export const PASSWORD = "a secret word";

/** A pvmon on one database, and a detector that says what the test wants. */
export class SiteOnMariadb {
  readonly shown: string[] = [];
  readonly said: string[] = [];
  readonly #folder: string;
  #pvmon: Pvmon | undefined;
  #emitter: Emitter | undefined;

  constructor(
    readonly server: Mariadb,
    readonly database: string,
    folder: string,
    readonly megabytes = 100,
    readonly port = server.port,
  ) {
    this.#folder = folder;
  }

  async start(): Promise<void> {
    const detector = defineDetector({
      name: "voice",
      description: "Says what the test wants.",
      configSchema: Type.Object({}),
      create: ({ emitter }) => {
        this.#emitter = emitter;
        return { start: async () => undefined, stop: async () => undefined };
      },
    });
    const site = `
name: faults
log: { level: silent }
spool: { folder: ${this.#folder}, megabytes: ${this.megabytes} }
detectors: [{ use: voice }]
stores:
  - use: mariadb-store
    id: db
    onStartFailure: retry
    config: { port: ${this.port}, user: pvmon, password: ${PASSWORD}, database: ${this.database} }
`;
    const pvmon = await createPvmon(site, { plugins: { voice: detector } });
    this.#pvmon = pvmon;
    pvmon.service(STATUS)?.subscribe(({ id, type }) => {
      if (type === "site.reported") this.shown.push(id);
    });
    await pvmon.start();
  }

  /** One event, one PV asked for. Answers whether there is room for more. */
  say(text = "x"): boolean {
    const at = Date.now();
    const name = `say:${this.said.length}`;
    this.said.push(name);
    const hasRoom = this.#emitter?.emit({
      type: "site",
      at,
      subject: "host",
      name,
      fields: { text },
    });
    this.#emitter?.emit(searchSeen(at, [name]));
    return hasRoom ?? assert.fail();
  }

  /** An event of this moment is shown, whatever the store does. */
  async showsEvents(): Promise<void> {
    this.say();
    const { length } = this.said;
    await waitFor("the event is shown", () => this.shown.length >= length, WAIT_MS);
  }

  get outbox(): OutboxView {
    return this.#pvmon?.service(STATUS)?.outboxes()[0] ?? assert.fail();
  }

  get history(): HistoryService {
    return this.#pvmon?.service(HISTORY) ?? assert.fail();
  }

  get health(): string {
    const plugin = this.#pvmon
      ?.service(STATUS)
      ?.plugins()
      .find(({ id }) => id === "db");
    return `${plugin?.status}: ${plugin?.reason ?? ""}`;
  }

  async isDegraded(why: RegExp): Promise<void> {
    const is = async (): Promise<boolean> =>
      /^(degraded|failed)/.test(this.health) && why.test(this.health);
    await waitFor(`the store is degraded: ${why}`, is, WAIT_MS).catch((error: Error) => {
      throw new Error(`${error.message}; it is ${this.health}`);
    });
  }

  async isWell(): Promise<void> {
    const is = (): boolean => this.health === "ok: " && this.outbox.history === 0;
    await waitFor("everything is written", is, WAIT_MS * 2).catch((error: Error) => {
      throw new Error(`${error.message}; ${this.health}; ${JSON.stringify(this.outbox)}`);
    });
  }

  /** No history waits; some may have been given up. */
  async isWritten(): Promise<void> {
    await waitFor("everything is written", () => this.outbox.history === 0, WAIT_MS * 2);
  }

  /** Everything that was said is in the database. */
  async hasAll(): Promise<void> {
    await this.isWell();
    const page = await this.history.events({ limit: 10_000, types: ["site.reported"] });
    assert.deepEqual(page.items.map(({ subject }) => subject).toReversed(), this.said);
    const stored = async (): Promise<boolean> =>
      Number((await this.server.query(`SELECT count(*) FROM ${this.database}.pv`))[0]?.[0]) ===
      this.said.length;
    await waitFor("every PV is stored", stored, WAIT_MS);
    assert.deepEqual([this.outbox.dropped, this.outbox.spooledBytes], [0, 0]);
  }

  async stop(): Promise<void> {
    const pvmon = this.#pvmon;
    this.#pvmon = undefined;
    await pvmon?.stop();
  }
}

/** Of all pvmon's databases on a server. */
export async function createUser(server: Mariadb): Promise<void> {
  await server.query(`CREATE USER pvmon@'127.0.0.1' IDENTIFIED BY '${PASSWORD}'`);
  await server.query("GRANT ALL ON `pvmon%`.* TO pvmon@'127.0.0.1'");
}

/** Of all files in a folder, bytes. */
export function sizeOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return (
    files
      .filter((file) => file.isFile())
      .map((file) => statSync(join(file.parentPath, file.name), { throwIfNoEntry: false }))
      // One that has gone meanwhile takes no room.
      .reduce((sum, file) => sum + (file?.size ?? 0), 0)
  );
}
