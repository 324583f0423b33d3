import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { encodeDatagram, encodeMessage } from "epics-ca";
import type { NetworkInterface } from "pvmon";
import { SystemNetwork } from "pvmon/network";
import { SocketSource } from "../../../plugins/ca-sniffer/sources/sockets.js";
import { createContext } from "./support/context.js";
import { createSniffer, type SnifferUnderTest } from "./support/sniffer.js";

const BROADCAST = "127.255.255.255";
const RESCAN_MS = 3000;
const SEARCH = encodeDatagram([
  { type: "version", priority: 1, minorVersion: 13, sequence: 7 },
  { type: "search", name: "A:one", cid: 1, replyFlag: 5, minorVersion: 13 },
]);
/** The smallest buffer has room for a few of these, and a thread that reads as fast as it can needs longer than that to begin. */
const LONG_SEARCH = encodeDatagram(
  Array.from({ length: 60 }, (_, cid) => ({
    type: "search",
    name: "A".repeat(400),
    cid,
    replyFlag: 5,
    minorVersion: 13,
  })),
);

function beacon(sequence: number, address: number): Uint8Array {
  return encodeMessage({ type: "beacon", minorVersion: 13, port: 5064, sequence, address });
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    assert.ok(tries < 1500, `never true: ${condition}`);
    await sleep(10);
  }
}

describe("the sockets of ca-sniffer", () => {
  const open: Socket[] = [];
  let sniffers: SnifferUnderTest[] = [];
  afterEach(async () => {
    for (const { instance } of sniffers) await instance.stop();
    for (const socket of open) socket.close();
    sniffers = [];
    open.length = 0;
  });

  async function bind(port: number, address: string, reuseAddr = false): Promise<Socket> {
    const socket = createSocket({ type: "udp4", reuseAddr });
    socket.bind(port, address);
    await once(socket, "listening");
    socket.setBroadcast(true);
    open.push(socket);
    return socket;
  }

  /** A UDP port that nobody uses now. */
  async function freePort(): Promise<number> {
    const socket = createSocket("udp4");
    socket.bind(0);
    await once(socket, "listening");
    const { port } = socket.address();
    socket.close();
    return port;
  }

  function create(config: object): SnifferUnderTest {
    const sniffer = createSniffer({ interfaces: ["lo"], beaconPorts: [], ...config });
    sniffers.push(sniffer);
    return sniffer;
  }

  it("hear broadcasts on every search and beacon port", async () => {
    const [search, otherSearch, beacons] = [await freePort(), await freePort(), await freePort()];
    const sniffer = create({ searchPorts: [search, otherSearch], beaconPorts: [beacons] });
    await sniffer.instance.start();
    const client = await bind(0, "127.0.0.1");
    client.send(SEARCH, search, BROADCAST);
    client.send(SEARCH, otherSearch, BROADCAST);
    client.send(beacon(4, 0), beacons, BROADCAST);
    await until(
      () => sniffer.ofType("search").length === 2 && sniffer.ofType("beacon").length === 1,
    );
    assert.deepEqual(sniffer.ofType("search")[0], {
      type: "search",
      at: sniffer.clock.now(),
      from: `127.0.0.1:${client.address().port}`,
      source: "client",
      transport: "udp",
      minorVersion: 13,
      sequence: 7,
      names: ["A:one"],
    });
    assert.equal(sniffer.host.statuses.at(-1), "ok");
  });

  for (const order of ["before", "after"]) {
    it(`leave its unicast searches to an IOC started ${order} them`, async () => {
      const port = await freePort();
      const sniffer = create({ searchPorts: [port] });
      if (order === "after") await sniffer.instance.start();
      const ioc = await bind(port, "0.0.0.0", true);
      if (order === "before") await sniffer.instance.start();
      const heard: string[] = [];
      ioc.on("message", (_, { port: from }) =>
        heard.push(from === ports[0] ? "unicast" : "broadcast"),
      );
      const [toOne, toAll] = [await bind(0, "127.0.0.1"), await bind(0, "127.0.0.1")];
      const ports = [toOne.address().port, toAll.address().port];
      toOne.send(SEARCH, port, "127.0.0.1");
      toAll.send(SEARCH, port, BROADCAST);
      await until(() => heard.length === 2 && sniffer.ofType("search").length === 1);
      assert.deepEqual(heard.sort(), ["broadcast", "unicast"]);
    });
  }

  it("cannot start where a program keeps the only search port to itself, and say which", async () => {
    const port = await freePort();
    await bind(port, "0.0.0.0");
    const { instance } = create({ searchPorts: [port] });
    await assert.rejects(instance.start(), new RegExp(`${BROADCAST}:${port} is taken`));
  });

  it("count every datagram that the kernel had no room for", async () => {
    const port = await freePort();
    const sniffer = create({ searchPorts: [port], sockets: { receiveBufferBytes: 65_536 } });
    await sniffer.instance.start();
    const sender = await bind(0, "127.0.0.1");
    sender.connect(port, BROADCAST);
    await once(sender, "connect");
    const sent = 500;
    for (let i = 0; i < sent; i++) sender.send(LONG_SEARCH);
    let seen = -1;
    await until(() => {
      const before = seen;
      seen = sniffer.ofType("search").length;
      return seen > 0 && seen === before;
    });
    await sniffer.clock.advance(1000);
    const { dropped } = sniffer.ofType("sensor").at(-1) as { dropped: { kernel: number } };
    assert.ok(dropped.kernel > 0, "the flood was too small for this machine");
    assert.equal(seen + dropped.kernel, sent);
  });

  it("say how to get a larger buffer where the kernel grants less than asked", async () => {
    const sniffer = create({
      searchPorts: [await freePort()],
      sockets: { receiveBufferBytes: 1_073_741_824 },
    });
    await sniffer.instance.start();
    const warnings = sniffer.host.lines.filter(({ level }) => level === "warn");
    assert.equal(warnings.length, 1);
    assert.match(JSON.stringify(warnings[0]!.fields), /sysctl -w net\.core\.rmem_max=1073741824/);
  });

  it("are closed when the plugin stops, at any time and twice", async () => {
    const port = await freePort();
    const { instance } = create({ searchPorts: [port] });
    await instance.stop();
    await instance.start();
    await instance.stop();
    await instance.stop();
    const started = instance.start();
    await instance.stop();
    await started;
    await bind(port, "0.0.0.0");
  });

  describe("when interfaces change", () => {
    const LOOPBACK: NetworkInterface = {
      name: "wlan0",
      ip: 0x7f00_0001,
      mask: 0xff00_0000,
      isInternal: true,
    };
    const NARROW: NetworkInterface = { ...LOOPBACK, mask: 0xffff_0000 };

    /** This machine's sockets, on the interfaces of the test. */
    class ChangingNetwork extends SystemNetwork {
      list: readonly NetworkInterface[] = [];

      override interfaces(): readonly NetworkInterface[] {
        return this.list;
      }
    }

    it("come, go and move with them", async () => {
      const port = await freePort();
      const network = new ChangingNetwork();
      const context = createContext({ searchPorts: [port], beaconPorts: [] });
      const source = new SocketSource({ ...context, network });
      const client = await bind(0, "127.0.0.1");
      const heard = () => context.datagrams.length;
      const settled = async () => {
        for (let before = -1; heard() !== before; await sleep(50)) before = heard();
      };
      const hears = async (address: string) => {
        const before = heard();
        // Until the socket is open, nobody hears it.
        await until(() => {
          client.send(SEARCH, port, address);
          return heard() > before;
        });
        await settled();
      };
      const isDeafTo = async (address: string) => {
        const before = heard();
        client.send(SEARCH, port, address);
        await sleep(50);
        assert.equal(heard(), before);
      };
      try {
        await source.start();
        await isDeafTo(BROADCAST);
        network.list = [LOOPBACK];
        await context.clock.advance(RESCAN_MS);
        await hears(BROADCAST);
        assert.equal(context.sensors[0]!.outage, undefined);
        network.list = [NARROW];
        await context.clock.advance(RESCAN_MS);
        await isDeafTo(BROADCAST);
        await hears("127.0.255.255");
        network.list = [];
        await context.clock.advance(RESCAN_MS);
        assert.match(context.sensors[0]!.outage ?? "", /interface is down/);
        await isDeafTo("127.0.255.255");
        assert.match(context.host.statuses.at(-1)!, /degraded: interface wlan0 is down/);
        await context.clock.advance(660_000);
        assert.equal(context.sensors[0]!.outage, undefined, "nobody misses it after ten minutes");
        assert.equal(context.host.statuses.at(-1), "ok");
      } finally {
        await source.stop();
      }
    });

    it("miss a named interface for ever, from the start", async () => {
      const context = createContext({ interfaces: ["eth7"], searchPorts: [await freePort()] });
      const source = new SocketSource({ ...context, network: new ChangingNetwork() });
      await assert.rejects(source.start(), /interface eth7 is down or has no IPv4 network/);
      await source.stop();
    });
  });
});
