import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { type Lifecycle, STARTUP_FILES, type StartupFilesService } from "pvmon";
import { createInstance, FakeClock, type RecordingHost, startPvmon } from "pvmon/testkit";
import plugin from "../../../plugins/startup-files/index.js";

const ONE = { PVS: { "SR:A": [1] }, DATA: { 1: "/one" } };
const TWO = { PVS: { "SR:A": [1] }, DATA: { 1: "/two, which is longer" } };

const PATIENCE_MS = 15_000;

/** Lets the event loop turn until something is so; answers how often it turned. */
async function until(isSo: () => boolean): Promise<number> {
  const end = performance.now() + PATIENCE_MS;
  let turns = 0;
  for (; !isSo(); turns++) {
    assert.ok(performance.now() < end, "it never came");
    await setImmediate();
  }
  return turns;
}

describe("startup-files", function () {
  this.timeout(20_000);
  let folder: string;
  let path: string;
  let clock: FakeClock;
  let instance: Lifecycle;
  let host: RecordingHost;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-startup-"));
    path = join(folder, "index.json");
    clock = new FakeClock();
  });
  afterEach(async () => {
    await instance.stop();
    assert.equal(clock.pending, 0);
    rmSync(folder, { recursive: true });
  });

  const create = (options: object = {}): void => {
    ({ instance, host } = createInstance(plugin, { path, ...options }, { clock }));
  };
  const files = (name = "SR:A") => (instance.service as StartupFilesService).filesOf(name);
  const write = (index: object | string): void =>
    writeFileSync(path, typeof index === "string" ? index : JSON.stringify(index));
  /** The next state that the plugin tells, after `before` of them. */
  const told = async (before = host.statuses.length): Promise<string> => {
    await until(() => host.statuses.length > before);
    return host.statuses.at(-1)!;
  };
  /** Lets a check come and go. */
  const check = async (): Promise<void> => {
    await clock.advance(30_000);
  };

  /** Checks until the PV has this file: a check may fall into the midst of a change. */
  const becomes = async (file: string): Promise<void> => {
    const end = performance.now() + PATIENCE_MS;
    while (files()[0] !== file) {
      assert.ok(performance.now() < end, `${file} never came: ${host.statuses.join()}`);
      await check();
    }
  };

  it("knows the files of a PV once the index was read, and nothing before", async () => {
    write(ONE);
    create();
    assert.deepEqual(files(), []);
    await instance.start();
    assert.equal(await told(), "ok");
    assert.deepEqual(files("SR:A.VAL"), ["/one"]);
    assert.deepEqual(files("SR:B"), []);
    assert.deepEqual(
      ["pvs_indexed", "files_indexed"].map((name) => host.gauges.get(name)?.()),
      [1, 1],
    );
  });

  it("reads the index again when it has changed, and only then", async () => {
    write(ONE);
    create();
    await instance.start();
    await told();
    await check();
    await check();
    assert.equal(host.counters.get("reads_total"), 1);
    write(TWO);
    await becomes("/two, which is longer");
  });

  it("notices a file of the same size that took the place of the other", async () => {
    write(ONE);
    create();
    await instance.start();
    await told();
    const next = `${path}.new`;
    writeFileSync(next, JSON.stringify(ONE).replace("/one", "/two"));
    renameSync(next, path);
    await becomes("/two");
  });

  it("keeps the index when the new one is broken, says why, and takes the one after it", async () => {
    write(ONE);
    create();
    await instance.start();
    await told();
    write(JSON.stringify(TWO).slice(0, -5));
    await check();
    assert.match(
      await told(1),
      /^degraded: .*index\.json \(the one before stays in use\): it is no JSON/,
    );
    assert.deepEqual(files(), ["/one"]);
    await check();
    assert.equal(host.counters.get("reads_total"), 2);
    write(TWO);
    await becomes("/two, which is longer");
    assert.equal(host.statuses.at(-1), "ok");
  });

  it("waits for a file that is not there, and keeps the index of one that is gone", async () => {
    create();
    await instance.start();
    assert.match(await told(), /^degraded: .*\(there is none yet\): .*ENOENT/);
    write(ONE);
    await becomes("/one");
    assert.equal(host.statuses.at(-1), "ok");
    const before = host.statuses.length;
    rmSync(path);
    await check();
    assert.match(await told(before), /ENOENT/);
    assert.deepEqual(files(), ["/one"]);
  });

  it("does not take a folder for a file", async () => {
    mkdirSync(path);
    create();
    await instance.start();
    assert.match(await told(), /it is no file/);
  });

  it("does not read a file that is too large", async () => {
    write({ ...ONE, padding: "x".repeat(2 ** 20) });
    create({ maxMegabytes: 1 });
    await instance.start();
    assert.match(await told(), /bytes are more than maxMegabytes allows/);
    assert.equal(host.counters.get("reads_total"), undefined);
  });

  it("lets the event loop run while it reads", async () => {
    const names = Array.from({ length: 50_000 }, (_, i) => [`SR:VAC${i}:Pressure`, [i % 100]]);
    const data = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [i, `/iocs/${i}`]));
    write({ PVS: Object.fromEntries(names), DATA: data });
    create();
    await instance.start();
    const turns = await until(() => host.statuses.length > 0);
    assert.deepEqual(host.statuses, ["ok"]);
    assert.deepEqual(files("SR:VAC49999:Pressure"), ["/iocs/99"]);
    // Read in the loop itself, it would be a handful.
    assert.ok(turns > 100, String(turns));
  });

  it("stops in the midst of reading, twice, and before it was started", async () => {
    write(ONE);
    create();
    await instance.stop();
    create();
    await instance.start();
    await instance.stop();
    await instance.stop();
    await check();
    assert.deepEqual([files(), host.statuses], [[], []]);
  });
});

it("startup-files serves STARTUP_FILES in pvmon", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pvmon-startup-"));
  writeFileSync(join(folder, "index.json"), JSON.stringify(ONE));
  const site =
    "log: { level: silent }\ndetectors: [{ use: startup-files, config: { path: index.json } }]\n";
  const pvmon = await startPvmon(site, { folder });
  try {
    const service = pvmon.service(STARTUP_FILES)!;
    await until(() => service.filesOf("SR:A").length > 0);
    assert.deepEqual(service.filesOf("SR:A.VAL"), ["/one"]);
  } finally {
    await pvmon.stop();
    rmSync(folder, { recursive: true });
  }
}).timeout(20_000);
