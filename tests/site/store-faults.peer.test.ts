/** What becomes of a site whose MariaDB goes away, in all the ways in which databases do. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Type } from "@sinclair/typebox";
import { createConnection } from "mariadb";
import {
  defineDetector,
  type Emitter,
  HISTORY,
  type OutboxView,
  STATUS,
} from "../../core/index.js";
import { createPvmon, type Pvmon, pvRow } from "../../core/testkit/index.js";
import { Mariadb, waitFor } from "../peers/index.js";

const WAIT_MS = 60_000;
const PASSWORD = "a secret word";

/** A pvmon on one database, and a detector that says what the test wants. */
class Watched {
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
    config: { port: ${this.server.port}, user: pvmon, password: ${PASSWORD}, database: ${this.database} }
`;
    const pvmon = await createPvmon(site, { plugins: { voice: detector } });
    this.#pvmon = pvmon;
    pvmon.service(STATUS)?.subscribe(({ id, type }) => {
      if (type === "site.reported") this.shown.push(id);
    });
    await pvmon.start();
  }

  /** One event, one PV asked for. */
  say(text = "x"): void {
    const at = Date.now();
    const name = `say:${this.said.length}`;
    this.said.push(name);
    this.#emitter?.emit({ type: "site", at, subject: "host", name, fields: { text } });
    this.#emitter?.emit({
      type: "searchSeen",
      at,
      client: 0x0a070063,
      port: 40_000,
      source: "client",
      transport: "udp",
      minorVersion: 13,
      sequence: -1,
      bytes: pvRow(name).name,
      count: 1,
      starts: Uint32Array.of(0),
      ends: Uint32Array.of(name.length),
    });
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

  /** Everything that was said is in the database. */
  async hasAll(): Promise<void> {
    await this.isWell();
    const history = this.#pvmon?.service(HISTORY) ?? assert.fail();
    const page = await history.events({ limit: 1000, types: ["site.reported"] });
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

describe("a site whose MariaDB", function () {
  this.timeout(300_000);
  let server: Mariadb;
  let folder = "";
  let site: Watched;
  let databases = 0;

  before(async () => {
    server = await Mariadb.create();
    await server.query(`CREATE USER pvmon@'127.0.0.1' IDENTIFIED BY '${PASSWORD}'`);
    await server.query("GRANT ALL ON `pvmon%`.* TO pvmon@'127.0.0.1'");
  });
  after(() => server?.remove());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-faults-"));
    site = new Watched(server, `pvmon${++databases}`, join(folder, "spool"));
  });
  afterEach(async () => {
    await site.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const begin = async (): Promise<void> => {
    await site.start();
    await site.showsEvents();
    await site.isWell();
  };
  /** Monitoring goes on while the store is away, and what is said is on disk. */
  const goesOn = async (why: RegExp): Promise<void> => {
    site.say();
    await site.isDegraded(why);
    for (let n = 0; n < 5; n++) await site.showsEvents();
    assert.ok(site.outbox.spooledBytes > 0);
  };

  it("is stopped goes on, and has everything when it is back", async () => {
    await begin();
    await server.stop();
    await goesOn(/cannot be reached/);
    await server.start();
    await site.hasAll();
  });

  it("crashes goes on, and has everything when it is back", async () => {
    await begin();
    await server.kill();
    await goesOn(/cannot be reached/);
    await server.start();
    await site.hasAll();
  });

  it("stands still goes on, and has everything when it is back", async () => {
    await begin();
    server.pause();
    await goesOn(/was not done after/);
    server.resume();
    await site.hasAll();
  });

  it("gets another password goes on, and has everything when that is right again", async () => {
    await begin();
    await server.query("ALTER USER pvmon@'127.0.0.1' IDENTIFIED BY 'another'");
    await server.stop();
    await server.start();
    await goesOn(/refuses the user or the password/);
    assert.ok(!site.health.includes(PASSWORD));
    await server.query(`ALTER USER pvmon@'127.0.0.1' IDENTIFIED BY '${PASSWORD}'`);
    await site.hasAll();
  });

  it("becomes read-only goes on, and has everything when it is writable", async () => {
    await begin();
    await server.query("SET GLOBAL read_only = 1");
    await goesOn(/read-only/);
    await server.query("SET GLOBAL read_only = 0");
    await site.hasAll();
  });

  it("is locked by somebody goes on, and has everything when that is over", async () => {
    await begin();
    const options = { socketPath: server.socket, user: "root", database: site.database };
    const locker = await createConnection(options);
    await locker.query("LOCK TABLES event WRITE");
    await goesOn(/another connection holds a lock/);
    await locker.end();
    await site.hasAll();
  });

  it("is away at the start goes on without it, and has everything when it comes", async () => {
    await server.stop();
    await site.start();
    await goesOn(/cannot be reached/);
    await server.start();
    await site.hasAll();
  });

  it("is away for longer than pvmon lives has everything from both lives", async () => {
    await begin();
    await server.stop();
    await goesOn(/cannot be reached/);
    // The records are lost with the process; history is not.
    await assert.rejects(site.stop(), /has not written \d+ records and 0 rows of history/);
    await site.start();
    await goesOn(/cannot be reached/);
    await server.start();
    await site.isWell();
    const rows = await server.query(
      `SELECT subject FROM ${site.database}.event WHERE type = 'site.reported' ORDER BY id`,
    );
    assert.deepEqual(
      rows.map(([subject]) => subject),
      site.said,
    );
  });

  it("is away for long fills its spool and no more, and counts what had no room", async () => {
    site = new Watched(server, `pvmon${++databases}`, join(folder, "spool"), 1);
    await begin();
    await server.stop();
    site.say();
    await site.isDegraded(/cannot be reached/);
    for (let n = 0; n < 60; n++) {
      for (let m = 0; m < 20; m++) site.say("x".repeat(900));
      await site.showsEvents();
      assert.ok(sizeOf(join(folder, "spool")) <= 1_000_000);
    }
    const { dropped, history } = site.outbox;
    assert.ok(dropped > 100 && history > 100, `${dropped} dropped, ${history} kept`);
    await server.start();
    await waitFor("everything is written", () => site.outbox.history === 0, WAIT_MS * 2);
    await site.isDegraded(/^degraded: \d+ rows of history given up since \S+ because there was no/);
    const rows = await server.query(
      `SELECT subject FROM ${site.database}.event WHERE type = 'site.reported' ORDER BY id`,
    );
    // The first, before it went away, and the latest.
    const latest = rows.length - 1;
    assert.deepEqual(
      rows.map(([subject]) => subject),
      [site.said[0], ...site.said.slice(-latest)],
    );
  });
});

describe("a site whose MariaDB has a full disk", function () {
  this.timeout(300_000);
  let disk = "";
  let folder = "";
  let server: Mariadb;
  let site: Watched;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-full-"));
    disk = join(folder, "disk");
    mkdirSync(disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=160m", "tmpfs", disk]);
    const small = ["--innodb-log-file-size=8M", "--innodb-buffer-pool-size=16M"];
    server = await Mariadb.create({ folder: disk, arguments: small });
    await server.query(`CREATE USER pvmon@'127.0.0.1' IDENTIFIED BY '${PASSWORD}'`);
    await server.query("GRANT ALL ON `pvmon%`.* TO pvmon@'127.0.0.1'");
    site = new Watched(server, "pvmon", join(folder, "spool"));
  });
  after(async () => {
    await site?.stop().catch(() => undefined);
    await server?.remove();
    execFileSync("umount", [disk]);
    rmSync(folder, { recursive: true, force: true });
  });

  it("goes on, and has everything when there is room", async () => {
    await site.start();
    await site.showsEvents();
    await site.isWell();
    const filler = join(disk, "filler");
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(filler, Buffer.alloc(bavail * bsize));
    const isFull = /full|No space left|cannot write/i;
    for (let n = 0; n < 300 && !isFull.test(site.health); n++) {
      for (let m = 0; m < 2; m++) site.say("x".repeat(900));
      await sleep(100);
    }
    await site.isDegraded(isFull);
    await site.showsEvents();
    rmSync(filler);
    await site.hasAll();
  });
});

function sizeOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile())
    .reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
}
