/** The detector on the loopback: what it hears, counts and says about itself. */
import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { SensorReport } from "pvmon";
import { SystemNetwork } from "pvmon/network";
import { createInstance, FakeClock } from "pvmon/testkit";
import { LIST_PVS } from "../../../plugins/ioc-heartbeat/asking/protocol.js";
import plugin from "../../../plugins/ioc-heartbeat/index.js";
import { freePort, waitFor } from "../../peers/index.js";
import { inventoryOf } from "./support/inventory.js";

const LOOPBACK = "127.0.0.1";
const BEAT = '{"seq":"1","sp":"5064","up":"30","cur":"0","pid":"7","cwd":"/x","ver":"2.0"}';
const TIMEOUT_MS = 5000;

describe("ioc-heartbeat", () => {
  let port: number;
  let sender: Socket;
  const ends: (() => unknown)[] = [];

  beforeEach(async () => {
    port = await freePort();
    sender = createSocket("udp4");
    sender.connect(port, LOOPBACK);
    await once(sender, "connect");
    ends.push(() => sender.close());
  });
  afterEach(async () => {
    for (const end of ends.toReversed()) await end();
    ends.length = 0;
  });

  async function start(config: object = {}, inventory = inventoryOf(() => [])) {
    const clock = new FakeClock();
    const services = { clock, inventory, network: new SystemNetwork() };
    const made = createInstance(
      plugin,
      { ports: [port], addresses: [LOOPBACK], ...config },
      services,
    );
    ends.push(() => made.instance.stop());
    await made.instance.start();
    const { host } = made;
    const beats = () => host.observations.filter((one) => one.type === "heartbeat");
    /** After another second. */
    const report = async (): Promise<SensorReport> => {
      await clock.advance(1000);
      return host.observations.findLast((one) => one.type === "sensor")!;
    };
    return { ...made, clock, beats, report };
  }

  it("emits every heartbeat, and counts by reason what is none", async () => {
    const { beats, report, clock } = await start();
    const hostile = [
      "",
      "[".repeat(2000),
      "'; DROP TABLE events; --",
      BEAT.replace("5064", "0"),
      "x".repeat(3000),
    ];
    for (const text of [BEAT, ...hostile, BEAT]) sender.send(text);
    await waitFor("two heartbeats", () => beats().length === 2, TIMEOUT_MS);
    const [beat] = beats();
    assert.deepEqual(beat, {
      type: "heartbeat",
      at: clock.now(),
      source: 0x7f000001,
      port: sender.address().port,
      version: "2.0",
      sequence: 1,
      serverPort: 5064,
      servesCa: true,
      upSeconds: 30,
      hostTimeAt: null,
      pid: 7,
      image: "",
      command: "",
      directory: "/x",
    });
    const { sensor, sees, packets, bytes, decodeErrors, lastPacketAt } = await report();
    assert.equal(sensor, `ioc-heartbeat/${LOOPBACK}:${port}`);
    assert.deepEqual([sees, packets], [true, 7]);
    assert.equal(bytes, [BEAT, ...hostile, BEAT].join("").length);
    assert.deepEqual(decodeErrors, { "not JSON": 3, "bad server port": 1, "too long": 1 });
    assert.equal(lastPacketAt, beat?.at);
  });

  for (const [what, config] of [
    ["in the ignore list", { ignore: ["127.0.0.0/8"] }],
    ["outside of the networks allowed", { allow: ["10.7.0.0/16"] }],
    ["in both lists", { allow: ["127.0.0.0/8"], ignore: [LOOPBACK] }],
  ] as const) {
    it(`leaves out, and counts, senders ${what}`, async () => {
      const { beats, report } = await start(config);
      sender.send(BEAT);
      await waitFor("it is counted", async () => (await report()).ignored === 1, TIMEOUT_MS);
      assert.deepEqual(beats(), []);
    });
  }

  it("counts what the kernel dropped while nobody read", async () => {
    const { report } = await start({ receiveBufferBytes: 65_536 });
    const all = 4000;
    let sent = 0;
    for (let i = 0; i < all; i++) sender.send(BEAT, () => sent++);
    await waitFor("all are sent", () => sent === all, TIMEOUT_MS);
    const { packets, dropped } = await waitFor(
      "all are accounted for",
      async () => {
        const latest = await report();
        return latest.packets + latest.dropped.kernel === all && latest;
      },
      TIMEOUT_MS,
    );
    assert.ok(dropped.kernel > 0, `${packets} heard, ${dropped.kernel} dropped`);
  });

  it("is blind after a silence only if the site says so, and never before the first heartbeat", async () => {
    const { beats, report, clock } = await start({ silenceSeconds: 90 });
    await clock.advance(200_000);
    assert.equal((await report()).sees, true);
    sender.send(BEAT);
    await waitFor("a heartbeat", () => beats().length === 1, TIMEOUT_MS);
    assert.equal((await report()).sees, true);
    await clock.advance(90_000);
    const { sees, reason } = await report();
    assert.deepEqual([sees, reason], [false, "no heartbeat for more than 90 s"]);
  });

  it("cannot start where its port is not shared, and hears on as soon as one address is free", async () => {
    const other = createSocket("udp4");
    other.unref();
    other.bind(port, LOOPBACK);
    await once(other, "listening");
    await assert.rejects(start(), new RegExp(`UDP ${LOOPBACK}:${port}: .*EADDRINUSE`));
    const { host, report, clock } = await start({ addresses: [LOOPBACK, "127.0.0.2"] });
    assert.match(host.statuses.at(-1)!, /^degraded: .*EADDRINUSE/);
    const blind = host.observations.filter((one) => one.type === "sensor" && !one.sees);
    assert.equal(blind.length, 1);
    await new Promise<void>((resolve) => other.close(resolve));
    await clock.advance(3000);
    await waitFor("it is well again", () => host.statuses.at(-1) === "ok", TIMEOUT_MS);
    assert.equal((await report()).sees, true);
  });

  it("shares its port with others who do", async () => {
    const one = await start();
    const other = await start();
    await Promise.all([one.report(), other.report()]);
    assert.equal(one.host.statuses.at(-1), "ok");
    assert.equal(other.host.statuses.at(-1), "ok");
  });

  it("asks nobody unless it is told to, and then reads a list from where the heartbeat came", async () => {
    const asked: Buffer[] = [];
    sender.on("message", (bytes) => asked.push(bytes));
    const quiet = await start();
    sender.send(BEAT);
    await waitFor("a heartbeat", () => quiet.beats().length === 1, TIMEOUT_MS);
    await quiet.clock.advance(10_000);
    assert.deepEqual([quiet.host.counters.size, asked.length], [0, 0]);
    await quiet.instance.stop();

    const { host, clock } = await start({ requests: { enabled: true } });
    sender.disconnect();
    sender.on("message", (bytes, from) => {
      const page = { handle: bytes.readUInt32BE(12), offset: 0, pvs: ["A:b"], total: 1 };
      sender.send(JSON.stringify(page), from.port, from.address);
    });
    sender.send(BEAT, port, LOOPBACK);
    const list = await waitFor(
      "a list",
      async () => {
        await clock.advance(1000);
        return host.observations.find((one) => one.type === "pvList");
      },
      TIMEOUT_MS,
    );
    assert.deepEqual(list, {
      type: "pvList",
      at: list.at,
      source: 0x7f000001,
      serverPort: 5064,
      names: ["A:b"],
      complete: true,
    });
    assert.equal(host.counters.get("pv_lists_complete_total"), 1);
  });

  it("tells a long list in parts, and lets others run between them", async () => {
    const { host, clock } = await start({ requests: { enabled: true } });
    const names = Array.from({ length: 4_800 }, (_, index) => index.toString(36));
    sender.disconnect();
    sender.on("message", (bytes, from) => {
      const [handle, offset] = [bytes.readUInt32BE(12), bytes.readUInt32BE(8)];
      const page = { handle, offset, pvs: names.slice(offset, offset + 1_200), total: 4_800 };
      sender.send(JSON.stringify(page), from.port, from.address);
    });
    const parts = () => host.observations.filter((one) => one.type === "pvList");
    const seen = new Set<number>();
    const look = (): void => {
      seen.add(parts().length);
      if (parts().length < 3) setImmediate(look);
    };
    look();
    sender.send(BEAT, port, LOOPBACK);
    await waitFor(
      "all parts",
      async () => {
        await clock.advance(1000);
        return parts().length === 3;
      },
      TIMEOUT_MS,
    );
    assert.deepEqual(
      parts().map(({ complete, part, names: some }) => [complete, part, some.length]),
      [
        [true, { offset: 0, of: 4_800 }, 2_000],
        [true, { offset: 2_000, of: 4_800 }, 2_000],
        [true, { offset: 4_000, of: 4_800 }, 800],
      ],
    );
    assert.deepEqual(
      parts().flatMap(({ names: some }) => some),
      names,
    );
    assert.deepEqual([...seen], [0, 1, 2, 3]);
    assert.equal(host.counters.get("pv_lists_complete_total"), 1);
  });

  it("takes for the monitor of its host who lists a PV that only such a program has", async () => {
    const inventory = inventoryOf(() => ["127.0.0.1:5064"]);
    const { host, clock, beats } = await start({ requests: { enabled: true } }, inventory);
    const asked: string[] = [];
    sender.disconnect();
    const answer = (name: string) => (socket: Socket) => {
      socket.on("message", (bytes, from) => {
        const isList = bytes.readUInt32BE(0) === LIST_PVS;
        asked.push(`${name} ${isList ? "list" : "map"}`);
        const [h, o] = [bytes.readUInt32BE(12), bytes.readUInt32BE(8)];
        const page = { handle: h, offset: o, pvs: [`${name}:BOOTTIME`], total: 1 };
        const line = { h, o, b: 1, l: "__NONE__" };
        socket.send(JSON.stringify(isList ? page : line), from.port, from.address);
      });
    };
    const other = createSocket("udp4");
    ends.push(() => other.close());
    answer("a:b")(sender);
    answer("monitor")(other);
    const second = BEAT.replace("5064", "5070");
    const pass = async (seconds: number): Promise<void> => {
      for (let i = 0; i < seconds; i++) {
        const before = beats().length;
        sender.send(BEAT, port, LOOPBACK);
        other.send(second, port, LOOPBACK);
        await waitFor("two heartbeats", () => beats().length === before + 2, TIMEOUT_MS);
        await clock.advance(1000);
      }
    };
    await pass(10);
    const maps = () => asked.filter((one) => one.endsWith("map"));
    const first = maps().length;
    assert.ok(first > 0);
    await pass(70);
    assert.deepEqual(new Set(maps().slice(first)), new Set(["monitor map"]));
    assert.equal(host.counters.get("process_maps_complete_total"), 2);
  });

  it("can be stopped before it starts, while it starts, and twice", async () => {
    const clock = new FakeClock();
    const services = { clock, inventory: inventoryOf(() => []), network: new SystemNetwork() };
    const config = { ports: [port], addresses: [LOOPBACK], requests: { enabled: true } };
    const { instance, host } = createInstance(plugin, config, services);
    await instance.stop();
    const starting = instance.start();
    await instance.stop();
    await starting;
    await instance.stop();
    const before = host.observations.length;
    await clock.advance(5000);
    assert.equal(host.observations.length, before);
  });
});
