/**
 * Every built-in plugin keeps the contract; read off the folders, so that a new plugin is held to it too. Stores have their
 * suite in their own tests, on media of their own.
 */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeDatagram } from "epics-ca";
import { INVENTORY, type InventoryService } from "pvmon";
import { DnsResponder, describeDetector, describeOutput, describeProbe } from "pvmon/testkit";
import alerts from "../../plugins/alerts/index.js";
import caEcho from "../../plugins/ca-echo/index.js";
import caSearch from "../../plugins/ca-search/index.js";
import caSniffer from "../../plugins/ca-sniffer/index.js";
import cainfo from "../../plugins/cainfo/index.js";
import heartbeatPvs from "../../plugins/heartbeat-pvs/index.js";
import hostNames from "../../plugins/host-names/index.js";
import httpApi from "../../plugins/http-api/index.js";
import iocHeartbeat from "../../plugins/ioc-heartbeat/index.js";
import linuxMonitor from "../../plugins/linux-monitor/index.js";
import metrics from "../../plugins/metrics/index.js";
import startupFiles from "../../plugins/startup-files/index.js";
import webUi from "../../plugins/web-ui/index.js";
import { ROOT } from "../core/repository.js";
import { freePort } from "../peers/index.js";

const LOOPBACK = "127.0.0.1";
const HELD_ELSEWHERE = ["sqlite-store", "mariadb-store"];

async function send(bytes: Uint8Array, port: number, address = LOOPBACK): Promise<void> {
  const socket = createSocket("udp4");
  socket.bind(0, LOOPBACK);
  await once(socket, "listening");
  socket.setBroadcast(true);
  await new Promise<void>((resolve, reject) => {
    socket.send(bytes, port, address, (error) => (error ? reject(error) : resolve()));
  });
  socket.close();
}

/** Hosts that somebody saw: one more whenever the test says so. */
class SeenHosts {
  readonly #addresses: string[] = [];

  add(): string {
    const address = `10.7.0.${this.#addresses.length + 1}`;
    this.#addresses.push(address);
    return address;
  }

  readonly inventory = {
    listHosts: () => this.#page(this.#addresses.map((host) => ({ addresses: [host] }))),
    listServers: () => this.#page([]),
    listClients: () => this.#page([]),
    hostName: () => null,
  } as Partial<InventoryService> as InventoryService;

  #page(items: readonly object[]): never {
    return { items, total: items.length, next: null } as never;
  }
}

describe("the contract of plugins", () => {
  let folder: string;
  let taken: Server;
  let names: DnsResponder;
  let port = 0;
  let beaconPort = 0;
  let hosts = new SeenHosts();

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-contract-"));
    taken = createServer().listen(0, LOOPBACK);
    await once(taken, "listening");
    names = await DnsResponder.start();
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
    taken.close();
    names.stop();
  });
  beforeEach(async () => {
    port = await freePort();
    beaconPort = await freePort();
    hosts = new SeenHosts();
  });

  const takenPort = (): number => {
    const address = taken.address();
    assert.ok(address !== null && typeof address === "object");
    return address.port;
  };

  it("is held against every built-in plugin", () => {
    const tried = [caSniffer, iocHeartbeat, hostNames, startupFiles, caSearch, cainfo, caEcho];
    const all = [...tried, linuxMonitor, httpApi, heartbeatPvs, webUi, metrics, alerts].map(
      ({ name }) => name,
    );
    const folders = readdirSync(join(ROOT, "plugins"));
    assert.deepEqual([...all, ...HELD_ELSEWHERE].sort(), folders.sort());
  });

  describeDetector(caSniffer, {
    config: () => ({ interfaces: ["lo"], searchPorts: [port], beaconPorts: [beaconPort] }),
    cannotStart: { source: "file", file: { path: "/no/such/capture.pcap" } },
    provoke: () =>
      send(
        encodeDatagram([
          { type: "version", priority: 1, minorVersion: 13, sequence: 7 },
          { type: "search", name: "A:one", cid: 1, replyFlag: 5, minorVersion: 13 },
        ]),
        port,
        "127.255.255.255",
      ),
  });
  describeDetector(iocHeartbeat, {
    config: () => ({ ports: [port], addresses: [LOOPBACK] }),
    provoke: () =>
      send(
        Buffer.from('{"seq":"1","sp":"5064","up":"30","cur":"0","pid":"7","cwd":"/x","ver":"2.0"}'),
        port,
      ),
  });
  describeDetector(hostNames, {
    config: () => ({ servers: [names.address], scanSeconds: 1, lookupsPerSecond: 100 }),
    services: () => [[INVENTORY, hosts.inventory]],
    provoke: async () => {
      const address = hosts.add();
      names.replies.set(address, [`ioc${address.split(".").at(-1)}.example.org`]);
    },
    withinMs: 4000,
  });
  describeDetector(startupFiles, {
    config: () => {
      const path = join(folder, "index.json");
      writeFileSync(path, JSON.stringify({ PVS: { "A:one": ["1"] }, DATA: { 1: "/ioc/st.cmd" } }));
      return { path };
    },
  });

  describeProbe(caSearch, {
    config: () => ({ destinations: [`${LOOPBACK}:${port}`], port, tries: 2, windowMs: 100 }),
  });
  describeProbe(cainfo);
  describeProbe(caEcho, { targets: ["127.0.0.1:1", "127.0.0.1:2"] });
  describeProbe(linuxMonitor);

  describeOutput(httpApi, {
    config: () => ({ port }),
    cannotStart: () => ({ port: takenPort() }),
  });
  describeOutput(heartbeatPvs, { config: () => ({ server: `${LOOPBACK}:${port}` }) });
  describeOutput(webUi);
  describeOutput(metrics);
  describeOutput(alerts);
});
