import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DbrType, decodeDbr, Eca, type Message } from "epics-ca";
import { createInstance, FakeClock } from "pvmon/testkit";
import heartbeatPvs from "../../../plugins/heartbeat-pvs/index.js";
import { type Conduct, type FakePv, FakeServer, goodServer } from "../cainfo/fake-server.js";
import { Beats } from "./beats.js";

const NUMBER: FakePv = { type: DbrType.DOUBLE, elements: [0] };
const TEXT: FakePv = { type: DbrType.STRING, elements: [""] };

function recordsOf(record: string): Record<string, FakePv> {
  return {
    [`${record}:count`]: NUMBER,
    [`${record}:restarts.PROC`]: { type: DbrType.CHAR, elements: [0] },
    [`${record}:resumes.PROC`]: { type: DbrType.CHAR, elements: [0] },
    [`${record}:status`]: NUMBER,
    [`${record}:uptime`]: TEXT,
    [`${record}:status.DESC`]: TEXT,
  };
}

/** The plugin, heartbeats, and an IOC that writes down what is written to it. */
class Setup {
  readonly clock = new FakeClock();
  readonly beats = new Beats();
  readonly written: string[] = [];
  pvs: Record<string, FakePv> = { ...recordsOf("hb:1"), ...recordsOf("hb:2") };
  server!: FakeServer;
  output!: ReturnType<typeof heartbeatPvs.create>;
  host!: ReturnType<typeof createInstance>["host"];

  async begin(config: object = {}): Promise<void> {
    this.server = await FakeServer.start((...said) => this.#answer(...said));
    const services = { inventory: this.beats.inventory, clock: this.clock };
    const entries = [{ record: "hb:1", host: "srv1", description: "Vacuum" }];
    const { instance, host } = createInstance(
      heartbeatPvs,
      { server: this.server.server, entries, writesPerSecond: 1000, ...config },
      services,
    );
    this.output = instance;
    this.host = host;
    await this.output.start();
  }

  #answer(...[message, circuit]: Parameters<Conduct>): readonly Message[] {
    if (message.type !== "writeNotify") return goodServer(this.pvs)(message, circuit);
    const { dataType, dataCount, payload, ioid, sid } = message;
    const { value } = decodeDbr(dataType, dataCount, payload);
    this.written.push(`${Object.keys(this.pvs)[sid]} ${value?.elements[0]}`);
    return [{ type: "writeNotifyReply", status: Eca.NORMAL, ioid, dataType, dataCount }];
  }

  /** What was written since the last call, once so many fields were. */
  async writes(count: number): Promise<string[]> {
    await this.until(() => this.written.length >= count);
    await this.clock.advance(30_000);
    await sleep(20);
    return this.written.splice(0);
  }

  async until(what: () => boolean, stepMs = 100): Promise<void> {
    const giveUpAt = performance.now() + 8000;
    while (!what()) {
      assert.ok(performance.now() < giveUpAt, `never: ${what}; ${this.written}`);
      await this.clock.advance(stepMs);
      await sleep(1);
    }
  }

  async stop(): Promise<void> {
    await this.output?.stop();
    await this.server?.stop();
  }
}

describe("heartbeat-pvs", function () {
  this.timeout(20_000);
  let setup: Setup;
  beforeEach(() => {
    setup = new Setup();
  });
  afterEach(() => setup.stop());

  it("writes all of an application when it is first seen, and only what changes from then on", async () => {
    setup.beats.set("app1");
    await setup.begin();
    assert.deepEqual(await setup.writes(4), [
      "hb:1:status.DESC Vacuum",
      "hb:1:uptime 1 day 01:01:01",
      "hb:1:count 120",
      "hb:1:status 1",
    ]);
    setup.beats.set("app1", { lastAt: 2000, upSeconds: 90_091 });
    assert.deepEqual(await setup.writes(2), ["hb:1:uptime 1 day 01:01:31", "hb:1:count 120"]);
    assert.equal(setup.host.counters.get("writes_total"), 6);
    assert.equal(setup.host.statuses.at(-1), "ok");
  });

  it("says that an application is lost and lets the counter run down, and counts its return and its restart", async () => {
    setup.beats.set("app1");
    await setup.begin();
    await setup.writes(4);
    setup.beats.set("app1", { lost: true, lastAt: 5000 });
    setup.beats.tell("app.lost", "app1");
    assert.deepEqual(await setup.writes(1), ["hb:1:status 0"]);
    setup.beats.set("app1", { lost: false, lastAt: 9000, upSeconds: 5 });
    setup.beats.tell("app.returned", "app1");
    setup.beats.tell("app.restarted", "app1");
    setup.beats.tell("app.restarted", "somebody else");
    assert.deepEqual(await setup.writes(5), [
      "hb:1:restarts.PROC 1",
      "hb:1:resumes.PROC 1",
      "hb:1:uptime 00:00:05",
      "hb:1:count 120",
      "hb:1:status 1",
    ]);
  });

  it("processes the counters once for each restart and return, those too that had no event of their own", async () => {
    setup.beats.set("app1");
    await setup.begin();
    await setup.writes(4);
    setup.beats.tell("app.restarted", "app1", { restartsNotTold: 2, returnsNotTold: 1 });
    assert.deepEqual(await setup.writes(4), [
      "hb:1:restarts.PROC 1",
      "hb:1:restarts.PROC 1",
      "hb:1:restarts.PROC 1",
      "hb:1:resumes.PROC 1",
    ]);
  });

  it("says of an application that was never seen that it is not there", async () => {
    await setup.begin();
    assert.deepEqual(await setup.writes(2), ["hb:1:status.DESC Vacuum", "hb:1:status 0"]);
  });

  it("takes the list of old beside its own entries, and leaves out what has no suffix", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pvmon-map-"));
    try {
      const mapFile = join(folder, "apps.csv");
      writeFileSync(mapFile, "2, RF, , /iocs/rf, \n");
      Object.assign(setup.pvs, recordsOf("old:0002"));
      setup.beats.set("rf", { directory: "/iocs/rf", hostName: "srv2", host: "10.7.0.2" });
      const suffixes = { uptime: "", status: "" };
      await setup.begin({ mapFile, mapPrefix: "old:", suffixes });
      const written = await setup.writes(3);
      assert.deepEqual(written.sort(), [
        "hb:1:status.DESC Vacuum",
        "old:0002:count 120",
        "old:0002:status.DESC RF",
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("cannot start with a list that is wrong, that is not there, or that writes a record twice", async () => {
    const folder = mkdtempSync(join(tmpdir(), "pvmon-map-"));
    try {
      const mapFile = join(folder, "apps.csv");
      await assert.rejects(setup.begin({ mapFile }), /apps\.csv: .*ENOENT/);
      await setup.stop();
      writeFileSync(mapFile, "oh no\n");
      await assert.rejects(setup.begin({ mapFile }), /apps\.csv: line 1/);
      await setup.stop();
      writeFileSync(mapFile, "1,,,,\n1,,,,\n");
      await assert.rejects(setup.begin({ mapFile }), /two entries write iocmon:hb:0001/);
      assert.equal(setup.clock.pending, 0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("says what the IOC lacks, writes the rest, and does not ask for it all the time", async () => {
    delete setup.pvs["hb:1:uptime"];
    setup.beats.set("app1");
    await setup.begin();
    assert.equal((await setup.writes(3)).length, 3);
    assert.match(setup.host.statuses.at(-1) ?? "", /^degraded: 1 fields .*hb:1:uptime/);
    const asked = () =>
      setup.server.received.filter(
        (message) => message.type === "createChan" && message.name === "hb:1:uptime",
      ).length;
    assert.equal(asked(), 1);
    setup.pvs["hb:1:uptime"] = TEXT;
    await setup.clock.advance(60_000);
    setup.beats.set("app1", { lastAt: 2000 });
    await setup.until(() => setup.written.some((line) => line.startsWith("hb:1:uptime")), 1000);
  });

  it("says when the IOC cannot be reached", async () => {
    setup.beats.set("app1");
    await setup.begin();
    await setup.writes(4);
    await setup.server.stop();
    await setup.until(() => setup.host.statuses.at(-1)?.startsWith("degraded") ?? false, 1000);
    assert.match(setup.host.statuses.at(-1) ?? "", /cannot connect/);
    assert.equal(setup.written.length, 0);
  });

  it("never writes more than its budget allows", async () => {
    const entries = Array.from({ length: 40 }, (_, i) => ({ record: `hb:${i}` }));
    for (const { record } of entries) Object.assign(setup.pvs, recordsOf(record));
    setup.beats.set("app1");
    await setup.begin({ entries, writesPerSecond: 20 });
    const begun = setup.clock.elapsed();
    await setup.until(() => {
      const allowed = 1 + (20 * (setup.clock.elapsed() - begun)) / 1000;
      assert.ok(setup.written.length <= allowed, `${setup.written.length} of ${allowed}`);
      return setup.written.length >= 100;
    }, 10);
  });

  it("can be stopped before it has started, twice, and while it writes", async () => {
    setup.beats.set("app1");
    await setup.begin({ writesPerSecond: 0.1 });
    await setup.until(() => setup.written.length === 1);
    await setup.output.stop();
    await setup.output.stop();
    assert.equal(setup.clock.pending, 0);
    await setup.until(() => setup.server.circuits === 0);
    const services = { inventory: setup.beats.inventory, clock: setup.clock };
    const config = { server: "127.0.0.1:5064" };
    await createInstance(heartbeatPvs, config, services).instance.stop();
  });
});
