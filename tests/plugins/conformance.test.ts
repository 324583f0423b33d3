/**
 * Every built-in plugin keeps the contract; read off the folders, so that a new plugin is held to it too. Stores have their
 * suite in their own tests, on media of their own.
 */
import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeDatagram } from "epics-ca";
import { EVENT_TYPES, INVENTORY, type InventoryService, type Plugin } from "pvmon";
import {
  type DetectorOptions,
  DnsResponder,
  describeDetector,
  describeOutput,
  describeProbe,
  type OutputOptions,
  type ProbeOptions,
} from "pvmon/testkit";
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
const STORES = ["sqlite-store", "mariadb-store"];

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
  let takenUdp: Socket;
  let names: DnsResponder;
  let port = 0;
  let beaconPort = 0;
  let hosts = new SeenHosts();

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "pvmon-contract-"));
    taken = createServer().listen(0, LOOPBACK);
    await once(taken, "listening");
    takenUdp = createSocket("udp4").bind(0, LOOPBACK);
    await once(takenUdp, "listening");
    names = await DnsResponder.start();
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
    taken.close();
    takenUdp.close();
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

  /** Garbage of every kind that a socket may get. */
  const disturb = async (address = LOOPBACK): Promise<void> => {
    for (const garbage of [[1], Array.from({ length: 60 }, () => 255), [0, 6, 255, 255, 0, 5]]) {
      await send(Uint8Array.from(garbage), port, address);
    }
  };

  /** Each with what makes it see something, and where there is such a thing, what keeps it from starting. */
  const detectors: readonly (readonly [Plugin, DetectorOptions])[] = [
    [
      caSniffer,
      {
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
        disturb: () => disturb("127.255.255.255"),
        withinMs: 4000,
      },
    ],
    [
      iocHeartbeat,
      {
        config: () => ({ ports: [port], addresses: [LOOPBACK] }),
        cannotStart: () => ({ ports: [takenUdp.address().port], addresses: [LOOPBACK] }),
        provoke: () =>
          send(
            Buffer.from(
              '{"seq":"1","sp":"5064","up":"30","cur":"0","pid":"7","cwd":"/x","ver":"2.0"}',
            ),
            port,
          ),
        disturb: () => disturb(),
        withinMs: 4000,
      },
    ],
    [
      hostNames,
      {
        config: () => ({ servers: [names.address], scanSeconds: 1, lookupsPerSecond: 100 }),
        services: () => [[INVENTORY, hosts.inventory]],
        provoke: async () => {
          const address = hosts.add();
          names.replies.set(address, [`ioc${address.split(".").at(-1)}.example.org`]);
        },
        disturb: async () => {
          names.replies.set(hosts.add(), ["no host name at all"]);
        },
        withinMs: 4000,
      },
    ],
    [
      startupFiles,
      {
        config: () => {
          const path = join(folder, "index.json");
          const index = { PVS: { "A:one": ["1"] }, DATA: { 1: "/ioc/st.cmd" } };
          writeFileSync(path, JSON.stringify(index));
          return { path };
        },
      },
    ],
  ];

  const probes: readonly (readonly [Plugin, ProbeOptions])[] = [
    [
      caSearch,
      { config: () => ({ destinations: [`${LOOPBACK}:${port}`], port, tries: 2, windowMs: 100 }) },
    ],
    [cainfo, {}],
    [caEcho, { targets: ["127.0.0.1:1", "127.0.0.1:2"] }],
    [linuxMonitor, {}],
  ];

  const outputs: readonly (readonly [Plugin, OutputOptions])[] = [
    [httpApi, { config: () => ({ port }), cannotStart: () => ({ port: takenPort() }) }],
    [
      heartbeatPvs,
      {
        config: () => ({ server: `${LOOPBACK}:${port}` }),
        cannotStart: () => ({ server: `${LOOPBACK}:${port}`, mapFile: join(folder, "none") }),
      },
    ],
    [webUi, {}],
    [metrics, { cannotStart: { probe: { enabled: true } } }],
    [
      alerts,
      {
        config: () => ({
          destinations: [{ name: "hook", kind: "webhook", url: `http://${LOOPBACK}:${port}/` }],
          rules: [{ name: "all", events: [...EVENT_TYPES] }],
          waitSeconds: 0,
          folder,
        }),
      },
    ],
  ];

  const all: readonly (readonly [Plugin, DetectorOptions])[] = [
    ...detectors,
    ...probes,
    ...outputs,
  ];
  const without = (option: keyof DetectorOptions, of = all): readonly string[] =>
    of.flatMap(([{ name }, options]) => (options[option] === undefined ? [name] : []));

  it("is held against every built-in plugin", () => {
    const tried = all.map(([{ name }]) => name);
    const folders = readdirSync(join(ROOT, "plugins"));
    assert.deepEqual([...tried, ...STORES].sort(), folders.sort());
  });

  for (const store of STORES) {
    it(`is held against ${store} in its own tests`, () => {
      const tests = join(ROOT, "tests", "plugins", store);
      const texts = readdirSync(tests).map((file) => readFileSync(join(tests, file), "utf8"));
      assert.ok(texts.some((text) => /^ *describeStore\(\w+Store, /m.test(text)));
    });
  }

  it("leaves out a rule only where there is nothing that it could be about", () => {
    // It emits nothing: what it reads is asked for.
    assert.deepEqual(without("provoke", detectors), ["startup-files"]);
    assert.deepEqual(without("disturb", detectors), ["startup-files"]);
    // Whatever they need may come later: a file, a network, a server.
    const alwaysStart = ["host-names", "startup-files", "ca-search", "cainfo", "ca-echo"];
    assert.deepEqual(without("cannotStart"), [...alwaysStart, "linux-monitor", "web-ui", "alerts"]);
  });

  for (const [plugin, options] of detectors) describeDetector(plugin, options);
  for (const [plugin, options] of probes) describeProbe(plugin, options);
  for (const [plugin, options] of outputs) describeOutput(plugin, options);
});
