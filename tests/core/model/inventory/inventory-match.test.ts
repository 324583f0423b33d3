/** Servers and clients by part of what people know them by. */
import assert from "node:assert/strict";
import { heartbeatSeen } from "../apps/app-site.js";
import { beacon, CLIENT, SERVER, START, searchSeen, WatchedInventory } from "./inventory-site.js";

const OTHER = { ip: SERVER.ip + 1, port: 5070 };

function site(): WatchedInventory {
  const all = new WatchedInventory({
    hosts: [
      { name: "IOC-Vac.site.example", addresses: [SERVER.ip] },
      { name: "console.site.example", addresses: [CLIENT] },
    ],
  });
  all.fold(beacon(START, 100));
  all.fold(beacon(START, 200, OTHER));
  for (const ms of [0, 30_000]) {
    all.fold(beacon(START + ms, 100 + ms / 15_000));
    all.fold(heartbeatSeen(ms, { sequence: 100 + ms / 30_000, upSeconds: 3000 + ms / 1000 }));
  }
  all.fold(searchSeen(START, ["A"]));
  all.fold(searchSeen(START, ["B"], { client: CLIENT + 1 }));
  return all;
}

describe("a list with match", () => {
  it("of servers has those with the text in ip:port, host name, or command or directory of the application", () => {
    const all = site();
    const found = (match: string) => {
      const { total, items } = all.listServers({ limit: 10, match });
      assert.equal(total, items.length);
      return items.map(({ server }) => server);
    };
    const [one, other] = ["10.7.0.1:5064", "10.7.0.2:5070"];
    assert.deepEqual(found("10.7.0."), [one, other]);
    assert.deepEqual(found(":5070"), [other]);
    assert.deepEqual(found("ioc-VAC"), [one]);
    assert.deepEqual(found("ST.cmd"), [one]);
    assert.deepEqual(found("/IOCS/"), [one]);
    assert.deepEqual(found("console"), []);
    const [first] = [all.listServers({ limit: 1, match: "10.7" })];
    assert.deepEqual([first.total, first.next !== null], [2, true]);
    assert.deepEqual(all.listServers({ limit: 10, match: "vac", host: "10.7.0.2" }).items, []);
  });

  it("of clients has those with the text in address or name", () => {
    const all = site();
    const found = (match: string) =>
      all.listClients({ limit: 10, match, sort: "client" }).items.map(({ client }) => client);
    assert.deepEqual(found("10.7.0.10"), ["10.7.0.100", "10.7.0.101"]);
    assert.deepEqual(found("CONSOLE"), ["10.7.0.100"]);
    assert.deepEqual(found(".101"), ["10.7.0.101"]);
    assert.deepEqual(found("vac"), []);
    assert.equal(all.listClients({ limit: 1, match: "10.7" }).total, 2);
  });
});
