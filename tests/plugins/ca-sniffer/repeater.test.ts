/** Beside a repeater that keeps the beacon port to itself, on a network in memory: nothing real is opened. */
import assert from "node:assert/strict";
import { decodeDatagram, encodeDatagram, encodeMessage, type Message } from "epics-ca";
import { FakeClock, type FakeHost, FakeNetwork } from "pvmon/testkit";
import { createSniffer, type SnifferUnderTest } from "./support/sniffer.js";

const BEACON_PORT = 5065;
const LOOPBACK = 0x7f00_0001;
const RESCAN_MS = 3000;
const SEARCH = encodeDatagram([
  { type: "search", name: "A:one", cid: 1, replyFlag: 5, minorVersion: 13 },
]);

function beacon(address: number): Uint8Array {
  return encodeMessage({ type: "beacon", minorVersion: 13, port: 5064, sequence: 9, address });
}

interface Report {
  readonly sensor: string;
  readonly sees: boolean;
  readonly reason?: string;
}

describe("ca-sniffer beside a repeater that keeps the beacon port to itself", () => {
  let clock: FakeClock;
  let network: FakeNetwork;
  let host: FakeHost;
  let sniffer: SnifferUnderTest;
  beforeEach(() => {
    clock = new FakeClock();
    network = new FakeNetwork({ clock });
    host = network.host("10.7.0.5");
  });
  afterEach(async () => {
    await sniffer.instance.stop();
    assert.equal(clock.pending, 0);
  });

  async function start(config: object = {}): Promise<void> {
    sniffer = createSniffer({ interfaces: ["eth0"], ...config }, { clock, network: host });
    await sniffer.instance.start();
    await clock.advance(10);
  }

  const holdPort = (datagram: Parameters<FakeHost["openUdp"]>[0]["datagram"]) =>
    host.openUdp({
      local: { ip: 0, port: BEACON_PORT },
      datagram,
      failed: (error) => assert.ifError(error),
    });

  /** Confirms whoever registers, as the CA specification says, and sends beacons on to them. */
  async function startRepeater() {
    const clients = new Set<number>();
    const socket = await holdPort((bytes, from) => {
      if (decodeDatagram(bytes).messages[0]?.type !== "repeaterRegister") return;
      clients.add(from.port);
      const confirm: Message = { type: "repeaterConfirm", address: LOOPBACK };
      socket.send(encodeMessage(confirm), from);
    });
    return {
      clients,
      forward: async (...datagrams: readonly Uint8Array[]) => {
        for (const port of clients) {
          for (const bytes of datagrams) socket.send(bytes, { ip: LOOPBACK, port });
        }
        await clock.advance(10);
      },
      end: () => socket.close(),
    };
  }

  const report = (): Report | undefined =>
    (sniffer.ofType("sensor") as Report[]).findLast(({ sensor }) => sensor.includes("repeater"));

  it("gets beacons as its client, with the address that is written in them", async () => {
    const repeater = await startRepeater();
    await start();
    assert.equal(repeater.clients.size, 1);
    await repeater.forward(beacon(0x0a07_0009), beacon(0), SEARCH);
    assert.deepEqual(
      sniffer.ofType("beacon").map((each) => ({ ...each, at: 0 })),
      [
        {
          type: "beacon",
          at: 0,
          source: "10.7.0.9",
          address: "10.7.0.9",
          port: 5064,
          sequence: 9,
          minorVersion: 13,
        },
      ],
    );
    assert.deepEqual(sniffer.ofType("search"), [], "who searches is hidden by the repeater");
    assert.equal(sniffer.host.statuses.at(-1), "ok");
  });

  it("does not take the word of somebody else for a repeater's", async () => {
    let client = 0;
    await holdPort((_, { port }) => {
      client = port;
    });
    await start();
    const stranger = await host.openUdp({ datagram: () => undefined, failed: assert.ifError });
    await clock.advance(5000);
    const confirm = encodeMessage({ type: "repeaterConfirm", address: LOOPBACK });
    stranger.send(confirm, { ip: LOOPBACK, port: client });
    await clock.advance(1000);
    assert.match(report()?.reason ?? "", /no CA repeater answers/);
  });

  it("waits for one that is not there yet, and leaves it the port, where the site says so", async () => {
    await start({ sockets: { beacons: "repeater" } });
    const repeater = await startRepeater();
    await clock.advance(1000);
    assert.equal(repeater.clients.size, 1);
    await repeater.forward(beacon(0x0a07_0009));
    assert.equal(sniffer.ofType("beacon").length, 1);
  });

  it("sees nothing while it does not answer, and registers again with its successor", async () => {
    const first = await startRepeater();
    await start();
    first.end();
    const mute = await holdPort(() => undefined);
    await clock.advance(20_000);
    assert.equal(report()?.reason, `no CA repeater answers on UDP port ${BEACON_PORT}`);
    mute.close();
    const second = await startRepeater();
    await clock.advance(1010);
    await second.forward(beacon(0x0a07_0009));
    assert.equal(sniffer.ofType("beacon").length, 1);
    await clock.advance(1000);
    assert.equal(report()?.sees, true);
  });

  it("takes the port again when it is free", async () => {
    const repeater = await startRepeater();
    await start();
    repeater.end();
    await clock.advance(RESCAN_MS);
    const server = await network
      .host("10.7.0.9")
      .openUdp({ datagram: () => undefined, failed: assert.ifError });
    server.send(beacon(0), { ip: 0x0a07_00ff, port: BEACON_PORT });
    await clock.advance(10);
    assert.equal(sniffer.ofType("beacon").length, 1);
    await clock.advance(120_000);
    assert.equal(report()?.sees, true, "nobody misses the repeater");
  });

  it("registers anew over another socket when its own has failed", async () => {
    const repeater = await startRepeater();
    const open = host.openUdp.bind(host);
    let fail: ((error: Error) => void) | undefined;
    host.openUdp = (options) => {
      if (options.local?.ip === LOOPBACK) fail = options.failed;
      return open(options);
    };
    await start();
    fail?.(new Error("EIO"));
    await clock.advance(RESCAN_MS);
    assert.equal(repeater.clients.size, 2);
    await repeater.forward(beacon(0x0a07_0009));
    assert.equal(sniffer.ofType("beacon").length, 1);
  });
});
