/** The plugin in a running pvmon: from an address that a detector saw to the name that everybody reads. */
import assert from "node:assert/strict";
import { INVENTORY } from "pvmon";
import { createPuppet, DnsResponder, type Pvmon, startPvmon } from "pvmon/testkit";
import { waitFor } from "../../peers/wait.js";

describe("host-names in pvmon", () => {
  let server: DnsResponder;
  let pvmon: Pvmon;
  afterEach(async () => {
    await pvmon.stop();
    server.stop();
  });

  it("names the hosts that are seen, but not those that the site file names", async () => {
    server = await DnsResponder.start();
    server.replies.set("10.7.0.1", ["ioc1.example.org"]);
    server.replies.set("10.7.0.2", ["ioc2.example.org"]);
    const { plugin, emit } = createPuppet();
    const site = `
log: { level: silent }
inventory:
  hosts: [{ name: vacuum, addresses: [10.7.0.2, 10.8.0.2] }]
detectors:
  - use: puppet
  - use: host-names
    config: { servers: ["${server.address}"], scanSeconds: 1, lookupsPerSecond: 1000 }
`;
    pvmon = await startPvmon(site, { plugins: { puppet: plugin } });
    const inventory = pvmon.service(INVENTORY)!;
    for (const last of [1, 2]) {
      emit({
        type: "hostMetrics",
        at: Date.now(),
        source: `monitor${last}`,
        server: { ip: 0x0a070000 + last, port: 5064 },
        values: {},
        clockOffsetSeconds: null,
        upSeconds: null,
      });
    }
    await waitFor("the name is known", () => inventory.hostName("10.7.0.1") !== null, 15_000);
    assert.deepEqual(
      inventory.listHosts({ limit: 10 }).items.map(({ name, addresses }) => [name, addresses]),
      [
        ["ioc1", ["10.7.0.1"]],
        ["vacuum", ["10.7.0.2", "10.8.0.2"]],
      ],
    );
    assert.deepEqual(server.asked, ["10.7.0.1"]);
  }).timeout(20_000);
});
