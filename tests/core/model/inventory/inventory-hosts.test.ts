/** Hosts in a whole inventory: what observations make of them, what is to be stored, and what is taken back. */
import assert from "node:assert/strict";
import type { HeartbeatSeen, HostMetricsRead } from "../../../../core/model/observation.js";
import { answer, beacon, SERVER, START, WatchedInventory } from "./inventory-site.js";

const HOST = "10.7.0.1";

function metrics(at: number, source = "ioc1"): HostMetricsRead {
  return {
    type: "hostMetrics",
    at,
    source,
    server: SERVER,
    values: { LOAD15MIN: 0.5 },
    clockOffsetSeconds: 0,
    upSeconds: 60,
  };
}

function heartbeat(at: number, sequence: number): HeartbeatSeen {
  return {
    type: "heartbeat",
    at,
    source: SERVER.ip,
    port: 40_000,
    version: "2.0",
    sequence,
    serverPort: 5064,
    servesCa: true,
    upSeconds: 1,
    hostTimeAt: null,
    pid: 1,
    image: "softIoc",
    command: "softIoc st.cmd",
    directory: "/iocs",
  };
}

function pvNames(site: WatchedInventory, host: string): readonly string[] {
  const scan = site.pvPage({ host, limit: 10, sort: "name", order: "asc" });
  let step = scan.next();
  while (step.done !== true) step = scan.next();
  return step.value.items.map(({ name }) => name);
}

describe("a host in the inventory", () => {
  it("is there from its first heartbeat or health on, and counted", () => {
    for (const first of [heartbeat(START, 1), metrics(START)]) {
      const site = new WatchedInventory();
      site.fold(first);
      site.fold({ ...first, at: START + 30_000 });
      assert.equal(site.counts().hosts, 1);
      assert.deepEqual(
        site.listHosts({ limit: 10 }).items.map(({ host }) => host),
        [HOST],
      );
    }
  });

  it("is called what name servers say", () => {
    const site = new WatchedInventory();
    site.fold(metrics(START));
    site.fold({ type: "hostName", at: START, host: SERVER.ip, name: "ioc1" });
    assert.deepEqual([site.hostName(HOST), site.host(HOST)?.name], ["ioc1", "ioc1"]);
    assert.equal(site.host(HOST)?.health?.hostName, "ioc1");
  });

  it("is found by its name, and by what comes before the first dot unless others have the same", () => {
    const site = new WatchedInventory();
    const names = ["ioc1.a.example", "ioc1.b.example", "IOC2.a.example", "ioc3", "ioc3.a.example"];
    names.forEach((name, index) => {
      const server = { ip: SERVER.ip + index, port: 5064 };
      site.fold({ ...metrics(START, name), server });
      site.fold({ type: "hostName", at: START, host: server.ip, name });
    });
    const found = (name: string) => site.hostNamed(name)?.host ?? null;
    assert.deepEqual(
      ["ioc1.a.example", "IOC1.B.EXAMPLE", "ioc1", "ioc2", "ioc3", "ioc", "", "10.7.0.1"].map(
        found,
      ),
      ["10.7.0.1", "10.7.0.2", null, "10.7.0.3", "10.7.0.4", null, null, null],
    );
  });

  it("is stored with its groups and health, and taken back without being stored again", () => {
    const site = new WatchedInventory();
    site.fold(metrics(START));
    assert.equal(site.setHost(HOST, { description: "vacuum" })?.description, "vacuum");
    assert.equal(site.setHost("10.7.0.2", { description: "vacuum" }), undefined);
    const { id } = site.createGroup("Vacuum", [HOST]);
    const rows = site.changes();
    assert.deepEqual(rows.map(({ kind }) => kind).sort(), ["group", "host", "metrics"]);
    const later = new WatchedInventory();
    later.restore(rows);
    later.advance(START);
    assert.deepEqual(later.host(HOST), site.host(HOST));
    assert.deepEqual(later.group(id), site.group(id));
    assert.deepEqual([later.changes(), later.events], [[], []]);
  });

  it("with several addresses has the servers and PVs of all of them, by whichever it is asked for", () => {
    const other = { ip: SERVER.ip + 1, port: 5064 };
    const addresses = [SERVER.ip, other.ip];
    const site = new WatchedInventory({ hosts: [{ name: "gateway", addresses }] });
    site.fold(beacon(START, 100));
    site.fold(beacon(START, 200, other));
    site.fold(answer(START, "ONE", SERVER));
    site.fold(answer(START, "OTHER", other));
    for (const host of [HOST, "10.7.0.2"]) {
      const { total, items } = site.listServers({ limit: 10, host });
      assert.deepEqual([total, items.map(({ host }) => host)], [2, [HOST, HOST]]);
      assert.deepEqual(pvNames(site, host), ["ONE", "OTHER"]);
    }
    assert.equal(site.listServers({ limit: 10, host: "10.7.0.3" }).total, 0);
    assert.equal(site.listServers({ limit: 10, host: "gateway" }).total, 0);
  });

  it("that is forgotten is forgotten with its health, from the store too", () => {
    const site = new WatchedInventory();
    site.fold(metrics(START, "ioc1"));
    site.fold(metrics(START + 1, "ioc1:second"));
    assert.equal(site.forgetHost(HOST), true);
    assert.deepEqual([site.host(HOST), site.listHealth({ limit: 1 }).total], [undefined, 0]);
    assert.deepEqual(
      site.history
        .flatMap((row) => (row.kind === "forgotten" ? [`${row.of} ${row.key}`] : []))
        .sort(),
      [`host ${HOST}`, "metrics ioc1", "metrics ioc1:second"],
    );
    assert.equal(site.forgetHost(HOST), false);
  });
});
