/** What becomes of a site whose MariaDB goes away, in all the ways in which databases do. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createConnection } from "mariadb";
import { Mariadb } from "../peers/index.js";
import { createUser, PASSWORD, SiteOnMariadb, sizeOf } from "./site-on-mariadb.js";

describe("a site whose MariaDB", function () {
  this.timeout(300_000);
  let server: Mariadb;
  let folder = "";
  let site: SiteOnMariadb;
  let databases = 0;

  before(async () => {
    server = await Mariadb.create();
    await createUser(server);
  });
  after(() => server?.remove());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-faults-"));
    site = new SiteOnMariadb(server, `pvmon${++databases}`, join(folder, "spool"));
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
    site = new SiteOnMariadb(server, `pvmon${++databases}`, join(folder, "spool"), 1);
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
    await site.isWritten();
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
  let site: SiteOnMariadb;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-full-"));
    disk = join(folder, "disk");
    mkdirSync(disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=160m", "tmpfs", disk]);
    const small = ["--innodb-log-file-size=8M", "--innodb-buffer-pool-size=16M"];
    server = await Mariadb.create({ folder: disk, arguments: small });
    await createUser(server);
    site = new SiteOnMariadb(server, "pvmon", join(folder, "spool"));
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
