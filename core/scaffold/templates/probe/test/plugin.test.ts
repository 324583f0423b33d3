import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { describe, it } from "node:test";
import { createInstance, describeProbe, FakeClock } from "pvmon/testkit";
import plugin from "../src/index.js";

const NEVER = new AbortController().signal;

describeProbe(plugin, {
  describe,
  it,
  // Nobody listens there.
  targets: ["127.0.0.1:1", "127.0.0.1:2"],
  config: { connectsPerSecond: 100 },
});

describe("plugin-name", () => {
  it("finds a port open, and says so", async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const name = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { instance, host } = createInstance(plugin, {}, { clock: new FakeClock() });
    await instance.start();
    try {
      const [outcome] = await instance.probe([{ name }], NEVER);
      assert.deepEqual(outcome?.answers, [{ server: name, afterMs: 0 }]);
      const [fact] = host.observations;
      assert.deepEqual(fact?.type === "site" && fact.fields, { open: true });
    } finally {
      await instance.stop();
      server.close();
    }
  });

  it("tells of a name that it cannot ask, and sends nothing", async () => {
    const { instance, host } = createInstance(plugin, {}, { clock: new FakeClock() });
    const [outcome] = await instance.probe([{ name: "somewhere" }], NEVER);
    assert.equal(outcome?.error, '"somewhere" is not ip:port');
    assert.equal(host.counters.get("connects_total"), undefined);
  });
});
