import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { NETWORK } from "pvmon";
import { createInstance, describeDetector, FakeClock, FakeNetwork } from "pvmon/testkit";
import plugin from "../src/index.js";

const PORT = 5070;
const config = { address: "10.0.0.1", port: PORT };

/** The rack sends to the plugin's host; no packet leaves this process. */
async function send(network: FakeNetwork, line: string): Promise<void> {
  const rack = await network
    .host("10.0.0.9")
    .openUdp({ datagram: () => undefined, failed: (error) => assert.ifError(error) });
  const { ip } = network.host("10.0.0.1");
  rack.send(Buffer.from(line), { ip, port: PORT });
}

let network = new FakeNetwork();

describeDetector(plugin, {
  describe,
  it,
  config,
  services: () => {
    network = new FakeNetwork();
    return [[NETWORK, network.host("10.0.0.1")]];
  },
  cannotStart: { address: "192.0.2.1" },
  provoke: () => send(network, "rack-3 temperature 31.5"),
  disturb: () => send(network, "rack-3 is on fire"),
});

describe("plugin-name", () => {
  it("emits a reading as a fact of the site", async () => {
    const clock = new FakeClock();
    const wire = new FakeNetwork({ clock });
    const services = { clock, network: wire.host("10.0.0.1") };
    const { instance, host } = createInstance(plugin, config, services);
    await instance.start();
    await send(wire, "rack-3 temperature 31.5\n");
    await clock.advance(0);
    assert.deepEqual(host.observations, [
      {
        type: "site",
        at: clock.now(),
        subject: "reading",
        name: "rack-3 temperature",
        fields: { value: 31.5 },
      },
    ]);
    await instance.stop();
  });
});
