/** What becomes of a site whose MariaDB is there, but at the end of a way that carries less than the site has to tell. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Mariadb, SlowLink } from "../peers/index.js";
import { createUser, SiteOnMariadb, sizeOf } from "./site-on-mariadb.js";

const SLOW_BYTES_PER_SECOND = 8000;
const TEXT = "x".repeat(800);
/** Stored before the way gets slow: reading them takes longer than anybody waits. */
const KNOWN = 1000;
/** About five times what the way carries. */
const EVENTS_PER_SECOND = 50;
/** Until a batch that has grown with what waits cannot be written in time. */
const SLOW_SECONDS = 75;
const MANY_SECONDS = 20;
const IS_BEHIND = /behind: \d+ rows of history wait, the oldest for \d+ s|was not done after 30 s/;

describe("a site whose MariaDB is behind a slow way", function () {
  this.timeout(400_000);
  let server: Mariadb;
  let link: SlowLink;
  let folder = "";
  let site: SiteOnMariadb;

  before(async () => {
    server = await Mariadb.create();
    await createUser(server);
    link = await SlowLink.create(server.port);
  });
  after(async () => {
    await link?.remove();
    await server?.remove();
  });
  afterEach(async () => {
    link.bytesPerSecond = Number.POSITIVE_INFINITY;
    await site.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const begin = async (database: string, megabytes: number): Promise<void> => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-slow-"));
    site = new SiteOnMariadb(server, database, join(folder, "spool"), megabytes, link.port);
    await site.start();
    for (let n = 0; n < KNOWN; n++) site.say(TEXT);
    await site.showsEvents();
    await site.isWell();
    link.bytesPerSecond = SLOW_BYTES_PER_SECOND;
  };
  /** Nobody is ever told to wait. */
  const sayForSeconds = async (seconds: number, eventsPerSecond: number): Promise<void> => {
    for (let second = 0; second < seconds; second++) {
      for (let n = 0; n < eventsPerSecond; n++) assert.ok(site.say(TEXT));
      await sleep(1000);
    }
  };

  it("shows every event long before it is stored, says how far the store is behind, and catches up", async () => {
    await begin("pvmon1", 100);
    // Too late, or without a connection because others take so long: in words, and not for ever.
    const refusal = site.history.events({ limit: 10_000 }).then(
      () => assert.fail("it was read in time"),
      (error: { readonly code?: string }) => error.code,
    );
    await sayForSeconds(SLOW_SECONDS, EVENTS_PER_SECOND);
    await site.showsEvents();
    const { behindMs, history, spooledBytes } = site.outbox;
    assert.ok(behindMs > 10_000 && history > 0, JSON.stringify(site.outbox));
    assert.ok(spooledBytes > 500 * history, `${spooledBytes} bytes of ${history} rows are on disk`);
    await site.isDegraded(IS_BEHIND);
    assert.match(String(await refusal), /^HISTORY_(TIMEOUT|BUSY)$/);
    link.bytesPerSecond = Number.POSITIVE_INFINITY;
    await site.hasAll();
  });

  it("fills its spool and no more, counts what had no room, and still watches on", async () => {
    await begin("pvmon2", 1);
    for (let n = 0; n < MANY_SECONDS; n++) {
      await sayForSeconds(1, 3 * EVENTS_PER_SECOND);
      assert.ok(sizeOf(folder) <= 1_000_000);
    }
    await site.showsEvents();
    const { dropped, history } = site.outbox;
    assert.ok(dropped > 100 && history > 100, `${dropped} dropped, ${history} kept`);
    link.bytesPerSecond = Number.POSITIVE_INFINITY;
    await site.isWritten();
    await site.isDegraded(/^degraded: \d+ rows of history given up since \S+ because there was no/);
  });
});
