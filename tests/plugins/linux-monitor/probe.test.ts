import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { DbrType } from "epics-ca";
import type { EventDraft, HostMetricsRead, PvDetail, PvState } from "pvmon";
import { createInstance, FakeClock } from "pvmon/testkit";
import linuxMonitor from "../../../plugins/linux-monitor/index.js";
import type { LinuxMonitorProbe } from "../../../plugins/linux-monitor/probe.js";
import { ALL, POLLED } from "../../../plugins/linux-monitor/suffixes.js";
import { type Conduct, type FakePv, FakeServer, goodServer } from "../cainfo/fake-server.js";

const quiet = new AbortController().signal;

/** The records of a host; every value that is not named is a number. */
function recordsOf(source: string, values: Record<string, string | number> = {}) {
  const pvs: Record<string, FakePv> = {};
  for (const [index, suffix] of ALL.entries()) {
    const value = values[suffix] ?? index;
    pvs[`${source}:${suffix}`] =
      typeof value === "string"
        ? { type: DbrType.STRING, elements: [value] }
        : { type: DbrType.DOUBLE, elements: [value] };
  }
  return pvs;
}

/** The plugin among names that the test knows; time passes when the test says so. */
class Setup {
  readonly clock = new FakeClock();
  readonly probe: LinuxMonitorProbe;
  readonly host;
  readonly names = new Map<string, { state: PvState; server: string }>();
  readonly servers: FakeServer[] = [];
  health: { readonly source: string; readonly at: number }[] = [];
  tell: (event: EventDraft) => void = () => undefined;

  constructor(config: object = {}) {
    const inventory = {
      nameSlots: () => this.names.size,
      nameAt: (slot: number) => {
        const [name, { state }] = [...this.names][slot]!;
        return { name, state, servers: [] };
      },
      pv: (name: string): Partial<PvDetail> | undefined => this.names.get(name),
      listHealth: () => ({ items: this.health, total: this.health.length, next: null }),
      subscribe: (listener: (event: EventDraft) => void) => {
        this.tell = listener;
        return () => {
          this.tell = () => undefined;
        };
      },
    };
    const services = { inventory, clock: this.clock };
    const { instance, host } = createInstance(
      linuxMonitor,
      { timeZone: "UTC", hostsPerSecond: 200, ...config },
      services,
    );
    this.probe = instance as LinuxMonitorProbe;
    this.host = host;
  }

  async serve(conduct: Conduct): Promise<FakeServer> {
    const server = await FakeServer.start(conduct);
    this.servers.push(server);
    return server;
  }

  /** A host with a good monitor, known to the inventory. */
  async addHost(source: string, values?: Record<string, string | number>): Promise<FakeServer> {
    const server = await this.serve(goodServer(recordsOf(source, values)));
    this.know(source, server.server);
    return server;
  }

  know(source: string, server: string, state: PvState = "online"): void {
    this.names.set(`${source}:BOOTTIME`, { state, server });
  }

  get told(): HostMetricsRead[] {
    return this.host.observations.filter((one) => one.type === "hostMetrics");
  }

  get readings(): number {
    return this.host.counters.get("readings_total") ?? 0;
  }

  /** Lets time pass in small steps, with real time for the network in between, until it is so. */
  async until(what: () => boolean, stepMs = 50): Promise<void> {
    const giveUpAt = performance.now() + 8000;
    while (!what()) {
      assert.ok(performance.now() < giveUpAt, `never: ${what}`);
      await this.clock.advance(stepMs);
      await sleep(1);
    }
  }

  async passing<T>(asked: Promise<T>): Promise<T> {
    let isOver = false;
    const over = (): void => {
      isOver = true;
    };
    asked.then(over, over);
    await this.until(() => isOver, 1);
    return await asked;
  }

  async stop(): Promise<void> {
    await this.probe.stop();
    for (const server of this.servers) await server.stop();
  }
}

/** A port where nobody listens. */
async function deadServer(): Promise<string> {
  const listener = await FakeServer.start(() => []);
  await listener.stop();
  return listener.server;
}

describe("linux-monitor", function () {
  this.timeout(20_000);
  let setup: Setup;
  const begin = async (config: object = {}): Promise<Setup> => {
    setup = new Setup(config);
    await setup.probe.start();
    return setup;
  };
  afterEach(() => setup.stop());

  it("finds a host by its signature and tells the eleven values, its up time and its clock", async () => {
    await begin();
    const { server } = await setup.addHost("host1", {
      BOOTTIME: 1_760_000_000,
      UPTIME: "3 days, 04:05",
      MACHINE: "x86_64",
      // The fake clock begins at 03:04:05.
      TIME: "Fri Jan 02 03:10:00",
    });
    await setup.until(() => setup.told.length > 0);
    const [told] = setup.told;
    assert.deepEqual(Object.keys(told!.values).sort(), [...POLLED].sort());
    assert.deepEqual([told?.source, told?.upSeconds], ["host1", 273_900]);
    assert.equal(`127.0.0.1:${told?.server.port}`, server);
    const off = Math.round((Date.UTC(2026, 0, 2, 3, 10) - told!.at) / 1000);
    assert.ok(Math.abs(told!.clockOffsetSeconds! - off) <= 1);
    assert.equal(told?.values.MACHINE, "x86_64");
    assert.equal(setup.readings, 1);
  });

  it("reads it again every round, on one circuit each time", async () => {
    await begin({ everySeconds: 60 });
    const server = await setup.addHost("host1");
    await setup.until(() => setup.told.length === 3, 1000);
    const [first, second, third] = setup.told.map(({ at }) => at);
    for (const gap of [second! - first!, third! - second!]) {
      assert.ok(gap >= 60_000, `${gap} ms`);
    }
    assert.equal(server.mostCircuits, 1);
    assert.equal(setup.host.gauges.get("hosts")?.(), 1);
  });

  it("tells what a host has when it lacks some, and nothing without the signature", async () => {
    await begin();
    const some = Object.entries(recordsOf("partial")).slice(0, 3);
    const server = await setup.serve(goodServer(Object.fromEntries(some)));
    setup.know("partial", server.server);
    const { "none:BOOTTIME": _, ...without } = recordsOf("none");
    const other = await setup.serve(goodServer(without));
    setup.know("none", other.server);
    await setup.until(() => setup.host.counters.get("failed_readings_total") === 3);
    assert.deepEqual(Object.keys(setup.told[0]!.values), ["BOOTTIME", "LOAD15MIN", "MEMAVPCT"]);
    assert.ok(setup.told.every(({ source }) => source === "partial"));
  });

  it("asks nobody for a name that is not online, and no more for one that is forgotten", async () => {
    await begin({ everySeconds: 5 });
    const server = await setup.addHost("host1");
    setup.know("host1", server.server, "lost");
    await setup.clock.advance(60_000);
    assert.equal(setup.readings, 0);
    setup.know("host1", server.server);
    await setup.until(() => setup.told.length === 1);
    setup.know("host1", server.server, "lost");
    await setup.clock.advance(60_000);
    assert.equal(setup.readings, 1);
    setup.names.clear();
    await setup.clock.advance(60_000);
    assert.equal(setup.host.gauges.get("hosts")?.(), 0);
  });

  it("backs off from a host that fails, and looks again when its server is back", async () => {
    await begin({ everySeconds: 10 });
    const server = await deadServer();
    setup.know("host1", server);
    await setup.until(() => setup.readings >= 12, 1000);
    // Four rounds of three tries, with at least 0, 1 and 2 rounds left out in between.
    assert.ok(setup.clock.elapsed() > 60_000, `${setup.clock.elapsed()} ms`);
    assert.equal(setup.host.gauges.get("failing_hosts")?.(), 1);
    const before = setup.readings;
    const told = {
      at: setup.clock.now(),
      type: "server.restarted",
      severity: "info",
      subject: server,
      server,
      text: "",
      evidence: {},
    } as const;
    setup.tell({ ...told, server: "10.7.0.1:5064" });
    await setup.clock.advance(2500);
    assert.equal(setup.readings, before, "another server says nothing of this one");
    setup.tell(told);
    await setup.until(() => setup.readings > before);
    assert.ok(setup.told.length === 0);
  });

  it("goes on with the others while one host hangs, and ends that one in time", async () => {
    await begin({ timeoutSeconds: 0.3, hostsAtOnce: 2 });
    const hanging = await setup.serve(() => []);
    setup.know("a", hanging.server);
    await setup.addHost("b");
    await setup.addHost("c");
    await setup.until(() => new Set(setup.told.map(({ source }) => source)).size === 2);
    await setup.until(() => (setup.host.counters.get("failed_readings_total") ?? 0) > 0, 10);
    await setup.until(() => hanging.circuits === 0, 1);
  });

  it("never exceeds its budget, whoever asks", async () => {
    await begin({ hostsPerSecond: 2, hostsAtOnce: 100 });
    for (let i = 0; i < 5; i++) await setup.addHost(`host${i}`);
    const asked = Array.from({ length: 20 }, () => ({ name: "host0" }));
    let most = 0;
    let over = false;
    const probed = setup.probe.probe(asked, quiet).then(() => {
      over = true;
    });
    const begun = setup.clock.elapsed();
    await setup.until(() => {
      const seconds = (setup.clock.elapsed() - begun) / 1000;
      most = Math.max(most, setup.readings - (1 + 2 * seconds));
      return over;
    });
    assert.ok(most <= 0, `${most} more than allowed`);
    await probed;
    assert.ok(setup.readings >= 20);
  });

  it("is never at more hosts at a time than allowed", async () => {
    await begin({ hostsAtOnce: 2, timeoutSeconds: 0.2 });
    const slow = await setup.serve(() => []);
    for (let i = 0; i < 8; i++) setup.know(`host${i}`, slow.server);
    await setup.until(() => setup.readings >= 8);
    assert.equal(slow.mostCircuits, 2);
  });

  it("gives up hosts of which nothing was read for a year, as a store remembers", async () => {
    setup = new Setup();
    const year = 366 * 86_400_000;
    setup.health = [{ source: "old", at: setup.clock.now() - year }];
    await setup.probe.start();
    await setup.addHost("old");
    await setup.addHost("new");
    await setup.until(() => setup.told.length === 1);
    await setup.clock.advance(600_000);
    assert.ok(setup.told.every(({ source }) => source === "new"));
  });

  it("leaves hosts out beyond the limit, and says so", async () => {
    await begin({ maxHosts: 1 });
    await setup.addHost("host1");
    await setup.addHost("host2");
    await setup.clock.advance(1000);
    assert.equal(setup.host.gauges.get("hosts")?.(), 1);
    assert.match(setup.host.statuses.at(-1) ?? "", /^degraded: there are more than 1 hosts/);
  });

  it("is well again once a whole look at the names finds no host beyond the limit", async () => {
    await begin({ maxHosts: 1, discoverySeconds: 10 });
    await setup.addHost("host1");
    await setup.addHost("host2");
    await setup.clock.advance(25_000);
    assert.match(setup.host.statuses.at(-1) ?? "", /^degraded/);
    setup.names.delete("host2:BOOTTIME");
    await setup.clock.advance(11_000);
    assert.equal(setup.host.statuses.at(-1), "ok");
  });

  it("takes a difference of whole half hours for one of zones on request", async () => {
    await begin({ ignoreZoneDifferences: true });
    await setup.addHost("host1", { TIME: "Thu Jan 01 21:04:45" });
    await setup.until(() => setup.told.length === 1);
    assert.ok(Math.abs(setup.told[0]!.clockOffsetSeconds! - 40) <= 2);
  });

  it("cannot start with a time zone that is none", async () => {
    setup = new Setup({ timeZone: "Mars/Olympus" });
    await assert.rejects(setup.probe.start(), /Mars\/Olympus/);
    assert.equal(setup.clock.pending, 0);
  });

  it("can be stopped before it has started, and twice, and leaves nothing behind", async () => {
    setup = new Setup();
    await setup.probe.stop();
    await setup.probe.start();
    const hanging = await setup.serve(() => []);
    setup.know("host1", hanging.server);
    await setup.until(() => hanging.circuits === 1);
    await setup.probe.stop();
    await setup.probe.stop();
    await setup.until(() => hanging.circuits === 0);
    assert.equal(setup.clock.pending, 0);
  });
});

describe("linux-monitor, asked for the health of hosts", function () {
  this.timeout(20_000);
  let setup: Setup;
  beforeEach(async () => {
    setup = new Setup();
    await setup.probe.start();
  });
  afterEach(() => setup.stop());

  it("reads all 35 values now, tells them in one, and keeps the details in the rounds after", async () => {
    const { server } = await setup.addHost("host1", { SYSNAME: "Linux" });
    const [outcome] = await setup.passing(setup.probe.probe([{ name: "host1" }], quiet));
    assert.deepEqual(
      outcome?.answers.map((one) => one.server),
      [server],
    );
    assert.deepEqual([outcome?.tries, outcome?.error], [1, undefined]);
    assert.deepEqual(Object.keys(setup.told[0]!.values).sort(), [...ALL].sort());
    await setup.until(() => setup.told.length === 3, 1000);
    assert.equal(setup.told[2]!.values.SYSNAME, "Linux");
  });

  it("says why nothing could be asked, or nothing was answered, in the order of the hosts", async () => {
    setup.know("lost", "127.0.0.1:1", "lost");
    setup.know("dead", await deadServer());
    await setup.addHost("good");
    const targets = ["unknown", "lost", "dead", "good"].map((name) => ({ name }));
    const outcomes = await setup.passing(setup.probe.probe(targets, quiet));
    assert.deepEqual(
      outcomes.map(({ name, tries, answers }) => [name, tries, answers.length]),
      [
        ["unknown", 0, 0],
        ["lost", 0, 0],
        ["dead", 1, 0],
        ["good", 1, 1],
      ],
    );
    assert.match(outcomes[0]?.error ?? "", /unknown:BOOTTIME is unknown/);
    assert.match(outcomes[1]?.error ?? "", /not online \(lost\)/);
    assert.match(outcomes[2]?.error ?? "", /cannot connect/);
  });

  it("rejects when nobody wants to know any more, and answers when it stops", async () => {
    const hanging = await setup.serve(() => []);
    setup.know("host1", hanging.server);
    const gone = new AbortController();
    const probed = setup.probe.probe([{ name: "host1" }], gone.signal);
    await setup.until(() => hanging.circuits > 0, 1);
    gone.abort(new Error("enough"));
    await assert.rejects(probed, /enough/);
    const asked = setup.probe.probe([{ name: "host1" }], quiet);
    await setup.probe.stop();
    const [outcome] = await asked;
    assert.match(outcome?.error ?? "", /does not run/);
    const [late] = await setup.probe.probe([{ name: "host1" }], quiet);
    assert.match(late?.error ?? "", /does not run/);
  });

  it("waits while the host has no room", async () => {
    await setup.addHost("host1");
    setup.host.room = false;
    let makeRoom: () => void = () => undefined;
    setup.host.drained = () =>
      new Promise((resolve) => {
        makeRoom = resolve;
      });
    let over = false;
    const probed = setup.probe.probe([{ name: "host1" }], quiet).then(() => {
      over = true;
    });
    await setup.until(() => setup.told.length === 1);
    await setup.clock.advance(1000);
    assert.ok(!over);
    makeRoom();
    await probed;
  });
});
