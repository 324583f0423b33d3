/** The socket for requests, on a network in memory. */
import assert from "node:assert/strict";
import { createInstance, FakeClock, FakeNetwork } from "pvmon/testkit";
import plugin from "../../../plugins/ioc-heartbeat/index.js";
import { inventoryOf } from "./support/inventory.js";

describe("the socket for requests", () => {
  it("counts what the kernel dropped of the answers", async () => {
    const clock = new FakeClock();
    const network = new FakeNetwork({ clock }).host("10.7.0.200");
    const open = network.openUdp.bind(network);
    network.openUdp = async (options) => {
      const isForRequests = options.local === undefined;
      return Object.assign(await open(options), { newDrops: () => (isForRequests ? 2 : 0) });
    };
    const services = { clock, network, inventory: inventoryOf(() => []) };
    const { instance, host } = createInstance(plugin, { requests: { enabled: true } }, services);
    await instance.start();
    await clock.advance(3000);
    await instance.stop();
    assert.equal(host.counters.get("kernel_drops_total"), 6);
  });
});
