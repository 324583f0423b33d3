/** What a site file says of the inventory, followed into the inventory itself. */
import assert from "node:assert/strict";
import { SiteFile } from "../../../core/config/site-file.js";
import { inventoryOptions } from "../../../core/runtime/inventory-options.js";
import { answer, beacon, START, searchSeen, WatchedInventory } from "../model/inventory-site.js";

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
});
