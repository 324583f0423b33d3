import assert from "node:assert/strict";
import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import { Secrets } from "../../../core/config/secrets.js";
import type { Row } from "../../../core/model/row.js";
import type { Plugin, Probe, ProbeTarget } from "../../../core/plugin/plugin.js";
import type { PluginHealth } from "../../../core/plugin/services.js";
import { forwardTo } from "../../../core/runtime/forwarding.js";
import { serveInventory } from "../../../core/runtime/inventory-service.js";
import { Listeners } from "../../../core/runtime/listeners.js";
import { createLog } from "../../../core/runtime/log.js";
import { Metrics } from "../../../core/runtime/metrics.js";
import { serveProbes } from "../../../core/runtime/probes.js";
import { Scans } from "../../../core/runtime/scans.js";
import { worst } from "../../../core/runtime/status.js";
import { loadStore } from "../../../core/runtime/store-load.js";
import type { Supervised } from "../../../core/runtime/supervised.js";
import { FakeClock, pvRow } from "../../../core/testkit/index.js";
import { START, searchSeen, WatchedInventory } from "../model/inventory/inventory-site.js";

const quiet = new AbortController().signal;

describe("metrics", () => {
  it("go on when a plugin is created again under the same id", () => {
    const metrics = new Metrics();
    metrics.of("sniffer").counter("packets_total", "Packets.").add(3);
    metrics.of("sniffer").counter("packets_total", "Packets.").add();
    assert.deepEqual(metrics.samples(), [
      { plugin: "sniffer", name: "packets_total", help: "Packets.", type: "counter", value: 4 },
    ]);
  });

  it("leave out a gauge that throws or is no number, and read the newest of a name", () => {
    const metrics = new Metrics();
    const page = metrics.of("page");
    page.gauge("readers", "Readers.", () => 1);
    page.gauge("readers", "Readers.", () => 2);
    page.gauge("broken", "Broken.", () => Number.NaN);
    page.gauge("thrown", "Thrown.", () => {
      throw new Error("gone");
    });
    assert.deepEqual(
      metrics.samples().map(({ name, value }) => [name, value]),
      [["readers", 2]],
    );
  });

  it("do not grow with names made of data", () => {
    const metrics = new Metrics();
    for (let name = 0; name < 2000; name++) metrics.of("page").counter(`x${name}`, "x").add();
    assert.equal(metrics.samples().length, 500);
  });
});

describe("the log", () => {
  async function lines(format: "json" | "pretty", secrets = new Secrets()) {
    const written: string[] = [];
    const log = await createLog({ level: "info", format }, secrets, {
      write: (line) => written.push(line),
    });
    return { log, written };
  }

  it("writes one JSON object a line, tagged with the plugin", async () => {
    const { log, written } = await lines("json");
    log.tagged("sniffer").warn("dropped", { packets: 3 });
    log.debug("not at this level");
    assert.equal(written.length, 1);
    const { level, plugin, msg, packets, time } = JSON.parse(written[0] ?? "");
    assert.deepEqual([level, plugin, msg, packets], ["warn", "sniffer", "dropped", 3]);
    assert.ok(Number.isFinite(Date.parse(time)));
  });

  it("is readable for people when they are meant", async () => {
    const { log, written } = await lines("pretty");
    log.tagged("sniffer").info("started", { interfaces: 2 });
    assert.match(written.join(""), /INFO.*sniffer: started\n\s+interfaces: 2/);
  });

  it("hides secrets in messages, fields and errors", async () => {
    const secrets = new Secrets();
    secrets.add('pass"word');
    for (const format of ["json", "pretty"] as const) {
      const { log, written } = await lines(format, secrets);
      log.error('login with pass"word', {
        error: new Error('bad pass"word'),
        url: 'x:pass"word@y',
      });
      assert.ok(!written.join("").includes("word"), written.join(""));
    }
  });

  it("tells an error with its stack", async () => {
    const { log, written } = await lines("json");
    log.error("failed", { error: new Error("no route") });
    const { error } = JSON.parse(written[0] ?? "");
    assert.equal(error.message, "no route");
    assert.match(error.stack, /services\.test/);
  });
});

describe("listeners", () => {
  it("are all told, whatever one of them throws, and none after its end", () => {
    const failures: unknown[] = [];
    const listeners = new Listeners<number>((error) => failures.push(error));
    const heard: string[] = [];
    listeners.add(() => {
      throw new Error("deaf");
    });
    const end = listeners.add((item) => heard.push(`a${item}`));
    listeners.add((item) => heard.push(`b${item}`));
    listeners.tell(1);
    end();
    listeners.tell(2);
    assert.deepEqual(heard, ["a1", "b1", "b2"]);
    assert.equal(failures.length, 2);
  });
});

describe("scans", () => {
  function* work(steps: number, busyMs = 0): Generator<undefined, number> {
    for (let step = 0; step < steps; step++) {
      const until = performance.now() + busyMs;
      while (performance.now() < until);
      yield undefined;
    }
    return steps;
  }

  it("let others run between slices", async () => {
    let turns = 0;
    let isOver = false;
    const count = async (): Promise<void> => {
      while (!isOver) {
        await turn();
        turns++;
      }
    };
    const counting = count();
    assert.equal(await new Scans().run(() => work(30, 2)), 30);
    isOver = true;
    await counting;
    assert.ok(turns >= 3, `${turns} turns`);
  });

  it("run two at once and queue the others", async () => {
    const scans = new Scans();
    let running = 0;
    let most = 0;
    function* counted(): Generator<undefined, void> {
      yield;
      most = Math.max(most, ++running);
      yield* work(3, 5);
      running--;
    }
    await Promise.all(Array.from({ length: 6 }, () => scans.run(counted)));
    assert.equal(most, 2);
  });

  it("that end at once do not wait for the others", async () => {
    const scans = new Scans();
    const abort = new AbortController();
    const endless = [1, 2].map(() => scans.run(() => work(Number.POSITIVE_INFINITY), abort.signal));
    assert.equal(await scans.run(() => work(0)), 0);
    abort.abort(new Error("reader gone"));
    for (const scan of endless) await assert.rejects(scan, /reader gone/);
  });

  it("end when their signal aborts, and make room", async () => {
    const scans = new Scans();
    const abort = new AbortController();
    const endless = [1, 2].map(() => scans.run(() => work(Number.POSITIVE_INFINITY), abort.signal));
    const next = scans.run(() => work(1));
    await turn();
    abort.abort(new Error("reader gone"));
    for (const scan of endless) await assert.rejects(scan, /reader gone/);
    assert.equal(await next, 1);
  });

  it("that nobody waits for end when their signal aborts", async () => {
    const abort = new AbortController();
    let steps = 0;
    function* endless(): Generator<undefined, void> {
      for (; ; steps++) {
        if (steps === 3) abort.abort(new Error("pvmon ends"));
        yield;
      }
    }
    await assert.rejects(new Scans().runBehind(endless, abort.signal), /pvmon ends/);
    assert.equal(steps, 3);
  });
});

describe("INVENTORY", () => {
  const fail = (error: unknown) => assert.fail(String(error));

  it("puts the names in order when the first of them were shown, so that the last ones come at once", async () => {
    const inventory = new WatchedInventory();
    const names = Array.from({ length: 20_000 }, (_, n) => `SR:${n}`);
    inventory.fold(searchSeen(0, names));
    const query = { limit: 1, sort: "name", order: "asc", offset: 19_000 } as const;
    const steps = (): number => {
      const scan = inventory.pvPage(query);
      let count = 0;
      while (scan.next().done !== true) count++;
      return count;
    };
    const prepare = inventory.preparePvPages.bind(inventory);
    const prepared = new Promise<void>((resolve) => {
      inventory.preparePvPages = function* () {
        yield* prepare();
        resolve();
      };
    });
    const listed = serveInventory(inventory, fail, quiet).listPvs({ ...query, offset: 0 });
    assert.equal((await listed).items[0]?.name, "SR:0");
    await prepared;
    assert.ok(steps() < 5);
  });

  it("keeps no page waiting for that order", async () => {
    const inventory = new WatchedInventory();
    const names = Array.from({ length: 20_000 }, (_, n) => `SR:${n}`);
    inventory.fold(searchSeen(0, names));
    let isLong = true;
    inventory.preparePvPages = function* () {
      while (isLong) yield;
    };
    const { listPvs } = serveInventory(inventory, fail, quiet);
    for (const sort of ["requests", "firstSeen", "lastSeen"] as const) {
      const { total } = await listPvs({ limit: 1, sort, order: "asc" });
      assert.equal(total, names.length);
    }
    isLong = false;
  });

  it("prepares the next page after it has answered, and no longer than pvmon runs", async () => {
    const inventory = new WatchedInventory();
    let steps = 0;
    inventory.preparePvPages = function* () {
      for (; ; steps++) yield;
    };
    const ending = new AbortController();
    const { listPvs } = serveInventory(inventory, fail, ending.signal);
    await listPvs({ limit: 1, sort: "name", order: "asc" });
    assert.equal(steps, 0);
    while (steps === 0) await turn();
    ending.abort();
    const before = steps;
    await sleep(50);
    assert.equal(steps, before);
  });
});

describe("PROBES", () => {
  function probe(id: string, purpose: string, isRunning = true) {
    const complaints: (string | undefined)[] = [];
    const instance: Probe = {
      purpose,
      start: async () => undefined,
      stop: async () => undefined,
      probe: async (targets: readonly ProbeTarget[]) =>
        targets.map(({ name }) => ({ name, answers: [], tries: 1, waitedMs: 1, error: id })),
    };
    const health = {
      status: "failed",
      reason: "no socket",
      complain: (_witness: string, reason: string | undefined) => complaints.push(reason),
    };
    const setting = { plugin: { kind: "probe" } as Plugin };
    const supervised = { id, instance, isRunning, setting, health } as unknown as Supervised;
    return { supervised, instance, complaints };
  }
  const serve = (...probes: ReturnType<typeof probe>[]) =>
    serveProbes(
      () => probes.map(({ supervised }) => supervised),
      async () => undefined,
    );

  it("asks a running probe that has the purpose", async () => {
    const service = serve(
      probe("a", "search", false),
      probe("b", "search"),
      probe("c", "channelInfo"),
    );
    assert.deepEqual(service.purposes(), ["search", "channelInfo"]);
    const [outcome] = await service.run("search", [{ name: "X" }], quiet);
    assert.equal(outcome?.error, "b");
  });

  it("says that there is none, or that it does not run and why", async () => {
    await assert.rejects(serve().run("search", [], quiet), {
      code: "NO_PROBE",
      message: /no probe for "search" is configured/,
    });
    await assert.rejects(serve(probe("a", "search", false)).run("search", [], quiet), {
      code: "NO_PROBE",
      message: 'the probe "a" does not run (failed: no socket)',
    });
  });

  it("counts a rejection against the probe's health, and its next answer in favour, but not an abort", async () => {
    const { supervised, instance, complaints } = probe("a", "search");
    const service = serveProbes(
      () => [supervised],
      async () => undefined,
    );
    const works = instance.probe;
    instance.probe = () => Promise.reject(new Error("confused"));
    await assert.rejects(service.run("search", [], quiet), /confused/);
    const abort = new AbortController();
    instance.probe = async () => {
      abort.abort();
      throw abort.signal.reason;
    };
    await assert.rejects(service.run("search", [], abort.signal));
    instance.probe = works;
    await service.run("search", [], quiet);
    assert.deepEqual(complaints, ["confused", undefined]);
  });
});

describe("the status", () => {
  const plugin = (status: PluginHealth["status"], required = true): PluginHealth => ({
    id: "x",
    use: "x",
    kind: "output",
    status,
    reason: null,
    since: 0,
    required,
  });

  it("is the worst of the required plugins", () => {
    assert.equal(worst([]), "ok");
    assert.equal(worst([plugin("ok"), plugin("failed", false)]), "ok");
    assert.equal(worst([plugin("ok"), plugin("degraded")]), "degraded");
    assert.equal(worst([plugin("degraded"), plugin("failed")]), "failed");
    assert.equal(worst([plugin("starting")]), "degraded");
  });
});

describe("a forwarded service", () => {
  it("is always that of the newest instance, with its own this", () => {
    class Service {
      readonly #name: string;
      constructor(name: string) {
        this.#name = name;
      }
      name(): string {
        return this.#name;
      }
    }
    let current = new Service("old");
    const forwarded = forwardTo(() => current) as Service;
    const { name } = forwarded;
    assert.equal(forwarded.name(), "old");
    current = new Service("new");
    assert.equal(forwarded.name(), "new");
    assert.equal(name(), "old");
  });
});

describe("loading a store", () => {
  const store = (load: () => AsyncIterable<readonly Row[]>) => ({
    start: async () => undefined,
    stop: async () => undefined,
    write: async () => undefined,
    load,
  });

  function listening() {
    const restored: Row[][] = [];
    return {
      inventory: { restore: (rows: readonly Row[]) => void restored.push([...rows]) },
      restored,
    };
  }

  it("hands every batch to the inventory in order", async () => {
    const { inventory, restored } = listening();
    const two = store(async function* () {
      yield [pvRow("A"), pvRow("B")];
      yield [pvRow("C")];
    });
    assert.equal(await loadStore("memory", two, inventory, new FakeClock(), quiet), 3);
    assert.deepEqual(
      restored.map((rows) => rows.length),
      [2, 1],
    );
  });

  it("late adds it to what has been observed meanwhile", async () => {
    const site = new WatchedInventory();
    site.fold(searchSeen(START + 1000, ["B:\u00dc"]));
    const before = { ...pvRow("B:\u00dc"), firstSeenAt: START, lastRequestedAt: START };
    const late = store(async function* () {
      yield [pvRow("A"), { ...before, requests: 1000 }];
    });
    assert.equal(await loadStore("memory", late, site, new FakeClock(), quiet), 2);
    assert.equal(site.pv("B:\u00dc")?.requests, 1001);
    assert.equal(site.pv("B:\u00dc")?.firstSeenAt, START);
    assert.notEqual(site.pv("A"), undefined);
  });

  it("takes times that are still to come, from a clock that was ahead, for now", async () => {
    const clock = new FakeClock();
    const now = clock.now();
    const ahead = now + 3_600_000;
    const { inventory, restored } = listening();
    const two = store(async function* () {
      yield [
        { ...pvRow("A"), lastRequestedAt: ahead },
        { ...pvRow("B"), firstSeenAt: now - 1, lastRequestedAt: now, lastSeenAt: now - 1 },
        { kind: "traffic", minuteAt: ahead, series: "beacons", value: 1 },
        {
          kind: "server",
          server: "10.7.0.1:5064",
          state: "alive",
          firstSeenAt: now - 5,
          lastSeenAt: ahead,
          track: { lastSignAt: ahead, sequence: ahead },
        },
      ];
    });
    await loadStore("memory", two, inventory, clock, quiet);
    const [pv, other, server, ...rest] = restored[0]!;
    assert.equal(rest.length, 0);
    assert.ok(pv?.kind === "pv" && pv.lastRequestedAt === now);
    assert.deepEqual(other, {
      ...pvRow("B"),
      firstSeenAt: now - 1,
      lastRequestedAt: now,
      lastSeenAt: now - 1,
    });
    assert.ok(server?.kind === "server");
    assert.deepEqual([server.firstSeenAt, server.lastSeenAt], [now - 5, now]);
    assert.deepEqual(server.track, { lastSignAt: now, sequence: ahead });
  });

  it("gives up a batch that never comes, and when told to stop", async () => {
    const clock = new FakeClock();
    const { inventory } = listening();
    const hangs = store(async function* () {
      await new Promise(() => undefined);
      yield [];
    });
    const loading = assert.rejects(
      loadStore("memory", hangs, inventory, clock, quiet),
      /loading a batch from "memory" was not done after 60 s/,
    );
    await clock.advance(60_000);
    await loading;
    const abort = new AbortController();
    const stopped = loadStore("memory", hangs, inventory, clock, abort.signal);
    abort.abort(new Error("pvmon stops"));
    await assert.rejects(stopped, /pvmon stops/);
  });
});
