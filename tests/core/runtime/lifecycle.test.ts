import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import type { Host } from "../../../core/plugin/host.js";
import type { Lifecycle as Instance, Plugin, PluginKind } from "../../../core/plugin/plugin.js";
import type { HealthChange } from "../../../core/runtime/health.js";
import { Lifecycle } from "../../../core/runtime/lifecycle.js";
import { Metrics } from "../../../core/runtime/metrics.js";
import { type Setting, Supervised } from "../../../core/runtime/supervised.js";
import { FakeClock } from "../../../core/testkit/index.js";

interface Script {
  start?: (host: Host, instance: number) => Promise<void>;
  stop?: () => Promise<void>;
  onStartFailure?: Setting["onStartFailure"];
  prepare?: (signal: AbortSignal) => Promise<void>;
}

/** Plugins that do what they are told and write down when they were asked. */
class Scene {
  readonly clock = new FakeClock();
  readonly done: string[] = [];
  readonly changes: string[] = [];
  readonly plugins: Supervised[] = [];
  readonly hosts = new Map<string, Host>();
  left: readonly string[] = [];

  add(id: string, kind: PluginKind, script: Script = {}): Supervised {
    let instances = 0;
    const create = ({ host }: { host: Host }): Instance => {
      const instance = ++instances;
      this.hosts.set(id, host);
      return {
        start: async () => {
          this.done.push(`start ${id}`);
          await script.start?.(host, instance);
        },
        stop: async () => {
          this.done.push(`stop ${id}`);
          await script.stop?.();
        },
        ...{
          purpose: "search",
          probe: async () => [],
          load: async function* () {},
          write: async () => {},
        },
      };
    };
    const plugin = { name: id, kind, create } as unknown as Plugin;
    const { onStartFailure = "stop", prepare } = script;
    const setting = { id, use: id, plugin, config: {}, required: true, onStartFailure };
    const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
    const supervised = new Supervised(setting, {
      clock: this.clock,
      log,
      metrics: new Metrics(),
      emitter: () => ({ emit: () => true, drained: async () => undefined }),
      services: () => ({}),
      hide: (text) => text,
      healthChanged: ({ from, to, reason }: HealthChange) =>
        this.changes.push(`${id}: ${from} -> ${to}${reason === null ? "" : ` (${reason})`}`),
      restarted: () => this.done.push(`again ${id}`),
      ...(prepare
        ? { prepare: (_instance: Instance, signal: AbortSignal) => prepare(signal) }
        : {}),
    });
    this.plugins.push(supervised);
    return supervised;
  }

  lifecycle(): Lifecycle {
    const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
    return new Lifecycle({
      plugins: this.plugins,
      outboxes: {
        drain: async () => {
          this.done.push("drain");
          return this.left;
        },
      },
      loaded: () => this.done.push("loaded"),
      log,
    });
  }
}

describe("the lifecycle", () => {
  it("starts stores, outputs, probes, detectors, and stops in reverse with the outboxes before the stores", async () => {
    const scene = new Scene();
    for (const kind of ["detector", "output", "probe", "store"] as const) scene.add(kind, kind);
    const lifecycle = scene.lifecycle();
    assert.equal(lifecycle.isReady, false);
    await lifecycle.start();
    assert.equal(lifecycle.isReady, true);
    assert.equal(lifecycle.ending.aborted, false);
    lifecycle.ending.addEventListener("abort", () => scene.done.push("ending"));
    assert.deepEqual(await lifecycle.stop(), []);
    assert.deepEqual(scene.done, [
      "start store",
      "loaded",
      "start output",
      "start probe",
      "start detector",
      "ending",
      "stop detector",
      "stop probe",
      "stop output",
      "drain",
      "stop store",
    ]);
    assert.ok(scene.plugins.every(({ health }) => health.status === "stopped"));
  });

  it("undoes in reverse what was started when one cannot start, that one included, and says which and why", async () => {
    const scene = new Scene();
    scene.add("store", "store");
    scene.add("page", "output");
    scene.add("search", "probe", { start: () => Promise.reject(new Error("port taken")) });
    scene.add("sniffer", "detector");
    const lifecycle = scene.lifecycle();
    await assert.rejects(lifecycle.start(), {
      code: "PLUGIN_START_FAILED",
      message: '"search" (search) could not start: port taken',
    });
    assert.deepEqual(scene.done.slice(3), [
      "start search",
      "stop search",
      "stop search",
      "stop page",
      "drain",
      "stop store",
    ]);
  });

  it("goes on without a plugin that may be skipped", async () => {
    const scene = new Scene();
    const skipped = scene.add("page", "output", {
      start: () => Promise.reject(new Error("port taken")),
      onStartFailure: "skip",
    });
    scene.add("sniffer", "detector");
    await scene.lifecycle().start();
    assert.deepEqual([skipped.health.status, skipped.health.reason], ["failed", "port taken"]);
    assert.ok(scene.done.includes("start sniffer"));
  });

  it("tries again with a new instance and growing pauses where told to, while the rest runs", async () => {
    const scene = new Scene();
    const page = scene.add("page", "output", {
      start: async (_host, instance) => {
        if (instance < 4) throw new Error(`attempt ${instance}`);
      },
      onStartFailure: "retry",
    });
    scene.add("sniffer", "detector");
    await scene.lifecycle().start();
    assert.equal(page.health.status, "failed");
    await scene.clock.advance(10_000);
    assert.equal(page.health.status, "ok");
    assert.equal(scene.done.filter((what) => what === "start page").length, 4);
    assert.ok(scene.done.includes("again page"));
    assert.deepEqual(scene.changes.slice(0, 1), ["page: starting -> failed (attempt 1)"]);
    assert.equal(scene.changes.at(-1), "page: failed -> ok");
  });

  it("is not ready before a store that is tried again has been loaded", async () => {
    const scene = new Scene();
    scene.add("store", "store", {
      start: async (_host, instance) => {
        if (instance === 1) throw new Error("no route");
      },
      prepare: async () => void scene.done.push("load"),
      onStartFailure: "retry",
    });
    const lifecycle = scene.lifecycle();
    await lifecycle.start();
    assert.equal(lifecycle.isReady, false);
    await scene.clock.advance(1000);
    assert.equal(lifecycle.isReady, true);
    assert.ok(scene.done.indexOf("load") > scene.done.lastIndexOf("start store"));
  });

  it("gives up a start that takes too long", async () => {
    const scene = new Scene();
    scene.add("page", "output", { start: () => new Promise(() => undefined) });
    const started = assert.rejects(
      scene.lifecycle().start(),
      /"page" \(page\) could not start: starting "page" was not done after 30 s/,
    );
    await scene.clock.advance(30_000);
    await started;
    assert.ok(scene.done.includes("stop page"));
  });

  it("names those that do not stop in time, and stops the others nevertheless", async () => {
    const scene = new Scene();
    scene.add("store", "store");
    scene.add("page", "output", { stop: () => new Promise(() => undefined) });
    scene.left = ['"store" has not written 3 records'];
    const lifecycle = scene.lifecycle();
    await lifecycle.start();
    const stopped = lifecycle.stop();
    await scene.clock.advance(10_000);
    assert.deepEqual(await stopped, [
      'stopping "page" was not done after 10 s',
      '"store" has not written 3 records',
    ]);
    assert.equal(scene.done.at(-1), "stop store");
  });

  it("can be stopped while it starts: what hangs is given up, the rest undone", async () => {
    const scene = new Scene();
    scene.add("store", "store");
    scene.add("page", "output", { start: () => new Promise(() => undefined) });
    scene.add("sniffer", "detector");
    const lifecycle = scene.lifecycle();
    const started = assert.rejects(lifecycle.start(), /pvmon stops/);
    await turn();
    await lifecycle.stop();
    await started;
    assert.ok(!scene.done.includes("start sniffer"));
    assert.equal(scene.done.at(-1), "stop store");
  });

  it("stops what never started, and stops only once", async () => {
    const scene = new Scene();
    scene.add("page", "output");
    const lifecycle = scene.lifecycle();
    await lifecycle.stop();
    await lifecycle.stop();
    assert.deepEqual(scene.done, ["drain"]);
  });
});

describe("a supervised plugin", () => {
  async function running(script: Script = {}) {
    const scene = new Scene();
    const plugin = scene.add("page", "output", script);
    await plugin.start();
    return { scene, plugin, host: (): Host => scene.hosts.get("page") as Host };
  }

  it("is degraded and ok again as it says", async () => {
    const { scene, plugin, host } = await running();
    host().status.degraded("slow disk");
    host().status.degraded("slow disk");
    assert.deepEqual([plugin.health.status, plugin.health.reason], ["degraded", "slow disk"]);
    host().status.ok();
    assert.deepEqual(scene.changes, [
      "page: starting -> ok",
      "page: ok -> degraded (slow disk)",
      "page: degraded -> ok",
    ]);
  });

  it("that complains while it starts is degraded once it runs", async () => {
    const { plugin } = await running({ start: async (host) => host.status.degraded("one of two") });
    assert.deepEqual([plugin.health.status, plugin.health.reason], ["degraded", "one of two"]);
  });

  it("that cannot go on is degraded, stopped, and replaced by a new instance after a pause", async () => {
    const { scene, plugin, host } = await running();
    const [before, first] = [plugin.instance, host()];
    first.status.failed("lost its socket");
    assert.equal(plugin.health.status, "degraded");
    assert.match(plugin.health.reason ?? "", /^lost its socket; it is being started again/);
    assert.equal(plugin.isRunning, false);
    await scene.clock.advance(1000);
    assert.equal(plugin.health.status, "ok");
    assert.notEqual(plugin.instance, before);
    assert.deepEqual(scene.done, ["start page", "stop page", "start page", "again page"]);
    assert.ok(first.signal.aborted && !host().signal.aborted);
  });

  it("is failed when it cannot be started again, and goes on being tried", async () => {
    const { scene, plugin, host } = await running({
      start: async (_host, instance) => {
        if (instance === 2) throw new Error("still no socket");
      },
    });
    host().status.failed("lost its socket");
    await scene.clock.advance(1000);
    assert.deepEqual([plugin.health.status, plugin.health.reason], ["failed", "still no socket"]);
    await scene.clock.advance(2000);
    assert.equal(plugin.health.status, "ok");
  });

  it("pauses longer the sooner it fails again", async () => {
    const { scene, host } = await running({ start: async () => undefined });
    const times: number[] = [];
    const startedAt = scene.clock.now();
    for (let failure = 0; failure < 4; failure++) {
      const starts = scene.done.filter((what) => what === "start page").length;
      host().status.failed("again");
      while (scene.done.filter((what) => what === "start page").length === starts) {
        await scene.clock.advance(100);
      }
      times.push(scene.clock.now() - startedAt);
    }
    const pauses = times.map((time, index) => time - (times[index - 1] ?? 0));
    for (const [index, pause] of pauses.entries()) {
      const fullMs = 1000 * 2 ** index;
      assert.ok(pause >= fullMs / 2 && pause <= fullMs + 100, `pause ${index}: ${pause} ms`);
    }
  });

  it("ignores what an instance says after its end", async () => {
    const { scene, plugin, host } = await running();
    const old = host();
    old.status.failed("lost its socket");
    await scene.clock.advance(1000);
    old.status.failed("lost its socket once more");
    old.status.degraded("from the grave");
    assert.equal(plugin.health.status, "ok");
  });

  it("that says in its start that it failed has not started", async () => {
    const scene = new Scene();
    const plugin = scene.add("page", "output", { start: async (host) => host.status.failed("no") });
    await assert.rejects(plugin.start(), /^Error: no$/);
    assert.equal(plugin.isRunning, false);
  });

  it("is not started again once pvmon stops", async () => {
    const { scene, plugin, host } = await running();
    host().status.failed("lost its socket");
    await plugin.stop();
    await scene.clock.advance(120_000);
    assert.equal(plugin.health.status, "stopped");
    assert.equal(scene.done.filter((what) => what === "start page").length, 1);
  });
});
