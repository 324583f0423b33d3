/** What a site file says of the inventory, followed into the inventory itself. */
import assert from "node:assert/strict";
import { SiteFile } from "../../../core/config/site-file.js";
import { inventoryOptions } from "../../../core/runtime/inventory-options.js";
import { heartbeatSeen } from "../model/apps/app-site.js";
import {
  answer,
  beacon,
  START,
  searchSeen,
  sensorReport,
  WatchedInventory,
} from "../model/inventory/inventory-site.js";

/** An inventory with these options under `inventory:`. */
function inventory(options: string): WatchedInventory {
  const text = `inventory:\n  ${options}\n`;
  const file = new SiteFile({ text, file: "site.yml", folder: "/" }, {});
  const site = file.site();
  file.throwIfWrong();
  return new WatchedInventory(inventoryOptions(site.inventory, {}));
}

describe("the inventory section of a site file", () => {
  it("leaves the naming rules as they are unless it says something", () => {
    const site = inventory("maxNames: 1000");
    site.fold(searchSeen(START, ["abc", "abcd", "ab$d"]));
    assert.deepEqual(
      ["abc", "abcd", "ab$d"].map((name) => site.pv(name)?.invalid),
      [true, false, true],
    );
  });

  it("sets the naming rules", () => {
    const site = inventory(`names: { minLength: 2, maxCode: 255, forbidden: "#" }`);
    site.fold(searchSeen(START, ["ab", "a", "ab$d", "ab#d", "ab\xe9"]));
    assert.deepEqual(
      ["ab", "a", "ab$d", "ab#d", "ab\xe9"].map((name) => site.pv(name)?.invalid),
      [false, true, false, true, false],
    );
  });

  it("names hosts, and makes one of several addresses", () => {
    const site = inventory("hosts: [{ name: ioc-vac, addresses: [10.7.0.1, 10.7.1.1] }]");
    assert.equal(site.hostName("10.7.1.1"), "ioc-vac");
    assert.equal(site.hostName("10.7.1.2"), null);
    site.fold(beacon(START, 100, { ip: 0x0a070101, port: 5064 }));
    site.fold(answer(START, "SR:A", { ip: 0x0a070101, port: 5064 }));
    const server = site.server("10.7.1.1:5064");
    assert.deepEqual([server?.host, server?.hostName], ["10.7.0.1", "ioc-vac"]);
  });

  it("keeps no more hosts than it allows", () => {
    const site = inventory("maxHosts: 10");
    for (let ip = 1; ip <= 20; ip++) {
      const server = { ip: 0x0a070000 + ip, port: 5064 };
      site.fold({
        type: "hostMetrics",
        at: START + ip,
        source: `ioc${ip}`,
        server,
        values: {},
        clockOffsetSeconds: null,
        upSeconds: null,
      });
    }
    assert.equal(site.listHosts({ limit: 100 }).total, 10);
  });

  it("takes networks as the addresses in them", () => {
    const config = "beaconNetworks: [10.7.200.3/16, 192.168.1.9/32]";
    const site = inventory(config);
    for (const ip of [0x0a070000, 0x0a07ffff, 0xc0a80109]) {
      site.fold(beacon(START, 100, { ip, port: 5064 }));
    }
    for (const ip of [0x0a06ffff, 0x0a080000, 0xc0a80108]) {
      site.fold(beacon(START, 100, { ip, port: 5064 }));
    }
    assert.deepEqual(
      site.listServers({ limit: 10 }).items.map(({ server }) => server),
      ["10.7.0.0:5064", "10.7.255.255:5064", "192.168.1.9:5064"],
    );
  });

  it("loses an application after as many of its own periods as it says", () => {
    const site = inventory("lostAfterHeartbeats: 5");
    for (let index = 0; index < 10; index++) {
      const heartbeat = { sequence: 100 + index, upSeconds: 3_000 + 10 * index };
      site.fold(sensorReport(START + 10_000 * index));
      site.fold(heartbeatSeen(10_000 * index, heartbeat));
    }
    for (let at = START + 90_000; at < START + 200_000; at += 1_000) site.fold(sensorReport(at));
    assert.deepEqual(
      site.events.filter(({ type }) => type === "app.lost").map(({ at }) => at - START),
      [140_000],
    );
  });
});
