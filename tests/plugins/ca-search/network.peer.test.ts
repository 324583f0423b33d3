/** ca-search on a network that comes and goes: what it says, what it counts, and whose traffic it is. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { InventoryService, Probe } from "pvmon";
import { SystemNetwork } from "pvmon/network";
import { createInstance, type RecordingHost } from "pvmon/testkit";
import { SystemClock } from "../../../core/runtime/system-clock.js";
import caSearch from "../../../plugins/ca-search/index.js";
import { ip } from "../../peers/ip.js";

const quiet = new AbortController().signal;
const ADDRESS = 0x0a090901;

/** Real time: these tests are about sockets. */
const clock = new SystemClock();

describe("ca-search on a network that comes and goes", function () {
  this.timeout(60_000);
  let instance: Probe;
  let host: RecordingHost;

  before(async () => {
    const inventory = { pv: () => undefined } as unknown as InventoryService;
    const config = { destinations: ["10.9.9.255"], datagramsPerSecond: 100, tries: 2 };
    const services = { inventory, clock, network: new SystemNetwork() };
    ({ instance, host } = createInstance(caSearch, config, services));
    await instance.start();
  });
  after(async () => {
    await instance.stop();
    ip("link", "delete", "search0");
  });

  it("is degraded, has sent nothing, and takes nothing for unanswered while there is no way out", async () => {
    const [outcome] = await instance.probe([{ name: "a:b" }], quiet);
    assert.match(outcome?.error ?? "", /ENETUNREACH/);
    assert.equal(host.counters.get("datagrams_sent_total"), undefined);
    assert.deepEqual(
      host.observations.filter(({ type }) => type === "unanswered"),
      [],
    );
    assert.match(host.statuses.at(-1) ?? "", /^degraded: .*10\.9\.9\.255/);
  });

  it("is well again, and calls the new address its own before the first datagram leaves from it", async () => {
    // A cable whose other end leads nowhere.
    ip("link", "add", "search0", "type", "veth", "peer", "name", "search1");
    ip("address", "add", "10.9.9.1/24", "broadcast", "10.9.9.255", "dev", "search0");
    for (const end of ["search0", "search1"]) ip("link", "set", end, "up");
    await sleep(5100);
    const [outcome] = await instance.probe([{ name: "a:b" }], quiet);
    assert.equal(outcome?.error, undefined);
    assert.equal(host.counters.get("datagrams_sent_total"), 2);
    assert.equal(host.statuses.at(-1), "ok");
    const own = host.observations.filter((one) => one.type === "ownSocket");
    assert.ok(own.some(({ socket, open }) => open && socket.ip === ADDRESS));
  });

  it("gives an address up that has gone", async () => {
    ip("address", "delete", "10.9.9.1/24", "dev", "search0");
    await sleep(5100);
    await instance.probe([{ name: "a:b" }], quiet);
    const own = host.observations.filter((one) => one.type === "ownSocket");
    assert.equal(own.findLast(({ socket }) => socket.ip === ADDRESS)?.open, false);
  });
});
