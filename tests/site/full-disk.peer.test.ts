/** What becomes of a site whose only disk is full: that of its SQLite file and of its spool. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Sqlite from "better-sqlite3";
import { HttpPlace, waitFor } from "../peers/index.js";
import { heldMegabytes, heldMemoryEnvironment } from "./held-memory.js";
import { PvmonProcess } from "./pvmon-process.js";
import { SUBJECTS } from "./voice.js";

const PATIENCE_MS = 120_000;
/** For a start that fails. */
const END_MS = 15_000;
const DISK = "24m";
const LARGER_DISK = "800m";
/** Of history in memory, `historyLimit` in outbox-options.ts. */
const MEMORY_ROWS = 200_000;
const MAX_GROWTH_MEGABYTES = 20;
const PAGES = ["/readyz", "/healthz", "/api/v1/pvs", "/api/v1/events", "/api/v1/hosts", "/metrics"];

const siteOf = (perSecond: number, textLength: number): string => `
name: full disk
log: { format: json }
spool: { folder: PATH/disk/spool, megabytes: 100 }
detectors:
  - use: ${fileURLToPath(new URL("voice.js", import.meta.url))}
    config: { perSecond: ${perSecond}, textLength: ${textLength} }
stores:
  - use: sqlite-store
    config: { path: PATH/disk/pvmon.sqlite }
outputs:
  - use: http-api
  - use: metrics
`;

interface Status {
  readonly plugins: readonly { id: string; status: string; reason?: string }[];
  readonly outboxes: readonly { history: number; dropped: number; spoolError: string | null }[];
}

/** A pvmon with a disk of its own. */
class SiteOnDisk {
  readonly pvmon: PvmonProcess;
  readonly #disk: string;

  constructor(perSecond: number, textLength: number) {
    this.pvmon = new PvmonProcess(new HttpPlace([], {}), siteOf(perSecond, textLength));
    this.#disk = join(this.pvmon.folder, "disk");
    mkdirSync(this.#disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DISK}`, "tmpfs", this.#disk]);
  }

  /** To the last byte, whatever is written meanwhile. */
  fill(): void {
    const { bavail, bsize } = statfsSync(this.#disk);
    const tooMuch = Buffer.alloc((bavail + 1) * bsize);
    assert.throws(() => writeFileSync(join(this.#disk, "filler"), tooMuch), /ENOSPC/);
  }

  makeRoom(): void {
    rmSync(join(this.#disk, "filler"));
    execFileSync("mount", ["-o", `remount,size=${LARGER_DISK}`, this.#disk]);
  }

  async #status(): Promise<Status> {
    return await this.pvmon.get<Status>("/api/v1/status");
  }

  async outbox(): Promise<Status["outboxes"][number]> {
    return (await this.#status()).outboxes[0] ?? assert.fail();
  }

  async #health(): Promise<string> {
    const { plugins } = await this.#status();
    const store = plugins.find(({ id }) => id === "sqlite-store");
    return `${store?.status}: ${store?.reason ?? ""}`;
  }

  async is(health: RegExp): Promise<void> {
    let latest = "";
    const found = async () => {
      latest = await this.#health();
      return health.test(latest);
    };
    await waitFor(`the store is ${health}`, found, PATIENCE_MS).catch((error: Error) => {
      throw new Error(`${error.message}; it is ${latest}`);
    });
  }

  async said(): Promise<number> {
    return await this.pvmon.counter("voice", "said");
  }

  /** What is said is folded, and everybody is answered. */
  async watchesOn(): Promise<void> {
    const requests = async () =>
      (await this.pvmon.list("/api/v1/pvs")).reduce((sum, pv) => sum + Number(pv.requests), 0);
    const before = await requests();
    await waitFor("more is seen", async () => (await requests()) > before, PATIENCE_MS);
    for (const page of PAGES) assert.equal((await this.pvmon.text(page)).status, 200, page);
  }

  /** Of the database of a pvmon that has been stopped: the numbers of its events, and requests in all. */
  content(): { readonly numbers: readonly number[]; readonly requests: number } {
    const database = new Sqlite(join(this.#disk, "pvmon.sqlite"));
    try {
      assert.equal(database.pragma("integrity_check", { simple: true }), "ok");
      const one = (sql: string) => database.prepare(sql).pluck();
      const numbers = one(
        "SELECT json_extract(evidence, '$.n') FROM event WHERE type = 'site.reported' ORDER BY id",
      ).all() as number[];
      assert.equal(one("SELECT count(*) FROM site_fact").get(), SUBJECTS);
      return { numbers, requests: Number(one("SELECT sum(requests) FROM pv").get()) };
    } finally {
      database.close();
    }
  }

  remove(): void {
    this.pvmon.remove();
  }

  async unmount(): Promise<void> {
    await this.pvmon.kill();
    execFileSync("umount", [this.#disk]);
  }
}

describe("a site whose disk is full", function () {
  this.timeout(400_000);
  let site: SiteOnDisk;
  afterEach(async () => {
    await site.unmount();
    site.remove();
  });

  it("watches on, says which disk it is, and has everything when there is room", async () => {
    site = new SiteOnDisk(100, 900);
    await site.pvmon.start();
    await site.is(/^ok/);
    site.fill();
    await site.is(/^degraded: not stored: no room on the disk of \S+\/disk\/pvmon.sqlite \(/);
    await site.is(
      /history cannot be kept on disk: no room on the disk of \S+\/disk\/spool\/sqlite-store \(/,
    );
    for (let n = 0; n < 3; n++) await site.watchesOn();
    site.makeRoom();
    await site.is(/^ok/);
    const written = async () => (await site.outbox()).history < 1000;
    await waitFor("what waited is written", written, PATIENCE_MS);
    assert.equal((await site.outbox()).dropped, 0);
    const said = await site.said();
    await site.pvmon.stop();
    const { numbers, requests } = site.content();
    assert.ok(numbers.length >= said, `${numbers.length} events of ${said}`);
    assert.deepEqual(numbers, [...numbers.keys()]);
    assert.equal(requests, numbers.length);
  });

  it("meanwhile killed starts again, with all that had been stored, once there is room", async () => {
    site = new SiteOnDisk(100, 900);
    await site.pvmon.start();
    await site.is(/^ok/);
    await waitFor("something is stored", async () => (await site.said()) > 200, PATIENCE_MS);
    site.fill();
    await site.is(/history cannot be kept on disk/);
    const { history } = await site.outbox();
    const said = await site.said();
    await site.pvmon.kill();
    // It ends, and says why.
    const start = site.pvmon.start({ timeoutMs: END_MS });
    await assert.rejects(
      start,
      /could not start: no room on the disk of \S+\/disk\/pvmon.sqlite \(/,
    );
    await site.pvmon.kill();
    site.makeRoom();
    await site.pvmon.start();
    await site.is(/^ok/);
    await site.pvmon.stop();
    const { numbers } = site.content();
    // The next life counts from 0 again.
    const first = numbers.slice(0, numbers.indexOf(0, 1));
    assert.deepEqual(first, [...first.keys()]);
    assert.ok(first.length >= said - history, `${first.length} events of ${said - history}`);
  });

  it("for long keeps as much history as memory may have, and counts the rest", async () => {
    site = new SiteOnDisk(4000, 0);
    await site.pvmon.start({ environment: heldMemoryEnvironment });
    site.fill();
    await site.is(/no room on the disk/);
    const dropped = async () => (await site.outbox()).dropped;
    await waitFor("memory is full", async () => (await dropped()) > 0, PATIENCE_MS);
    const before = await heldMegabytes(site.pvmon);
    const more = async () => (await dropped()) > MEMORY_ROWS / 4;
    await waitFor("a quarter of it has made room", more, PATIENCE_MS);
    const grownBy = (await heldMegabytes(site.pvmon)) - before;
    assert.ok(grownBy < MAX_GROWTH_MEGABYTES, `${grownBy} MB more`);
    await site.watchesOn();
    site.makeRoom();
    await site.is(/^degraded: \d+ rows of history given up since \S+ because there was no room$/);
    const given = await dropped();
    await site.pvmon.stop();
    const { numbers, requests } = site.content();
    const missing = (numbers.at(-1) ?? 0) + 1 - numbers.length;
    assert.ok(missing > 0 && missing <= given, `${missing} events are missing, ${given} rows are`);
    assert.ok(numbers.length > MEMORY_ROWS / 2, `${numbers.length} events`);
    assert.equal(requests, (numbers.at(-1) ?? 0) + 1);
  });
});
