import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { ADDRESS_IS_SOURCE, decodeDatagram, encodeDatagram, type Message } from "epics-ca";
import type { EventDraft, InventoryService, Observation, Probe } from "pvmon";
import { createInstance, type RecordingHost } from "pvmon/testkit";
import { SystemClock } from "../../../core/runtime/system-clock.js";
import caSearch from "../../../plugins/ca-search/index.js";

const quiet = new AbortController().signal;

/** Real time: these tests are about sockets. */
const clock = new SystemClock();

/** Answers searches for the names it has, with the given address field. */
class Responder {
  readonly heard: string[] = [];
  readonly #socket: Socket = createSocket("udp4");
  readonly #names: readonly string[];
  readonly #address: number;

  constructor(names: readonly string[], address = ADDRESS_IS_SOURCE) {
    this.#names = names;
    this.#address = address;
  }

  async start(ip = "127.0.0.1"): Promise<number> {
    this.#socket.on("message", (bytes, { port, address }) => {
      const searches = decodeDatagram(bytes, "client").messages.filter(
        ({ type }) => type === "search",
      );
      const replies = (searches as Extract<Message, { type: "search" }>[]).flatMap(
        ({ name, cid }): Message[] => {
          this.heard.push(name);
          if (!this.#names.includes(name)) return [];
          return [
            { type: "searchReply", cid, port: 41_000, address: this.#address, minorVersion: 13 },
          ];
        },
      );
      if (replies.length > 0) this.#socket.send(encodeDatagram(replies), port, address);
    });
    this.#socket.bind(0, ip);
    await once(this.#socket, "listening");
    return this.#socket.address().port;
  }

  stop(): void {
    this.#socket.close();
  }
}

class FakeInventory {
  listener: ((event: EventDraft) => void) | undefined;
  readonly #owned: Readonly<Record<string, readonly string[]>>;
  constructor(owned: Readonly<Record<string, readonly string[]>> = {}) {
    this.#owned = owned;
  }
  counts = () => ({ pvs: { total: 0 } });
  nameSlots = () => 0;
  pv = (name: string) => ({ name, duplicate: name === "doubled" });
  namesOf = (server: string) => this.#owned[server] ?? [];
  server = (server: string) => ({ server, host: server.split(":")[0] });
  listServers = () => ({ items: [], total: 0, next: null });
  subscribe = (listener: (event: EventDraft) => void) => {
    this.listener = listener;
    return () => {
      this.listener = undefined;
    };
  };
}

let running: Probe[] = [];
let responders: Responder[] = [];

async function probe(
  config: object,
  inventory = new FakeInventory(),
): Promise<{ instance: Probe; host: RecordingHost }> {
  const made = createInstance(
    caSearch,
    { datagramsPerSecond: 100, firstRetryMs: 10, windowMs: 60, tries: 3, ...config },
    { inventory: inventory as unknown as InventoryService, clock },
  );
  await made.instance.start();
  running.push(made.instance);
  return made;
}

async function responder(
  names: readonly string[],
  address?: number,
): Promise<{ responder: Responder; at: string; port: number }> {
  const one = new Responder(names, address);
  responders.push(one);
  const port = await one.start();
  return { responder: one, at: `127.0.0.1:${port}`, port };
}

/** What never happens ends with the time that mocha gives a test. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await clock.sleep(5);
}

const ofType = <T extends Observation["type"]>(host: RecordingHost, type: T) =>
  host.observations.filter((one): one is Extract<Observation, { type: T }> => one.type === type);

describe("ca-search", () => {
  beforeEach(() => {
    running = [];
    responders = [];
  });
  afterEach(async () => {
    for (const instance of running) await instance.stop();
    for (const one of responders) one.stop();
  });

  it("finds a name, reports the server once, and says nothing about what it did not ask", async () => {
    const { at } = await responder(["a:b"]);
    const { instance, host } = await probe({ destinations: [at] });
    const [found, missing] = await instance.probe([{ name: "a:b" }, { name: "a:c" }], quiet);
    assert.deepEqual(
      found?.answers.map(({ server }) => server),
      ["127.0.0.1:41000"],
    );
    assert.equal(missing?.answers.length, 0);
    assert.equal(missing?.tries, 3);
    assert.deepEqual(
      ofType(host, "answer").map(({ name, asker }) => [name, asker]),
      [["a:b", "own"]],
    );
    assert.deepEqual(
      ofType(host, "unanswered").map(({ name, tries }) => [name, tries]),
      [["a:c", 3]],
    );
  });

  it("collects every server that answers", async () => {
    const first = await responder(["a:b"], 0x0a070001);
    const second = await responder(["a:b"], 0x0a070002);
    const { instance } = await probe({ destinations: [first.at, second.at], windowMs: 1000 });
    const [outcome] = await instance.probe([{ name: "a:b" }], quiet);
    assert.deepEqual(outcome?.answers.map(({ server }) => server).sort(), [
      "10.7.0.1:41000",
      "10.7.0.2:41000",
    ]);
  });

  it("counts every datagram it sends, and sends none unless asked", async () => {
    const { at, responder: heard } = await responder([]);
    const { instance, host } = await probe({ destinations: [at] });
    await clock.sleep(100);
    assert.equal(host.counters.get("datagrams_sent_total"), undefined);
    await instance.probe([{ name: "a:b" }], quiet);
    assert.equal(host.counters.get("datagrams_sent_total"), 3);
    await until(() => heard.heard.length >= 3);
    assert.equal(heard.heard.length, 3);
  });

  it("announces its own socket, so that its searches are told from those of clients", async () => {
    const { instance, host } = await probe({ destinations: ["127.0.0.1:9"] });
    const loopback = ofType(host, "ownSocket").filter(({ socket }) => socket.ip === 0x7f000001);
    assert.deepEqual(
      loopback.map(({ open }) => open),
      [true],
    );
    await instance.stop();
    assert.equal(ofType(host, "ownSocket").at(-1)?.open, false);
  });

  it("refuses a name that Channel Access cannot carry, and searches the others", async () => {
    const { at } = await responder(["a:b"]);
    const { instance } = await probe({ destinations: [at] });
    const outcomes = await instance.probe(
      ["", "x".repeat(500), "\u4e2d", "a\u0000b", "a:b"].map((name) => ({ name })),
      quiet,
    );
    assert.deepEqual(
      outcomes.map(({ error }) => error !== undefined),
      [true, true, true, true, false],
    );
    assert.equal(outcomes[4]?.answers.length, 1);
  });

  it("rejects when the caller gives up, and stops sending for it", async () => {
    const { at, responder: heard } = await responder([]);
    const { instance } = await probe({ destinations: [at], firstRetryMs: 100, tries: 5 });
    const abort = new AbortController();
    const asked = instance.probe([{ name: "a:b" }], abort.signal);
    await clock.sleep(50);
    abort.abort(new Error("no longer"));
    await assert.rejects(asked, /no longer/);
    await clock.sleep(300);
    assert.equal(heard.heard.length, 1);
  });

  it("survives garbage sent to its socket, and counts it", async () => {
    const { at } = await responder(["a:b"]);
    const { instance, host } = await probe({ destinations: [at] });
    const port = ofType(host, "ownSocket")[0]?.socket.port ?? 0;
    const sender = createSocket("udp4");
    for (const bytes of [[1, 2, 3], Array.from({ length: 40 }, () => 255)])
      sender.send(Uint8Array.from(bytes), port, "127.0.0.1");
    const [outcome] = await instance.probe([{ name: "a:b" }], quiet);
    sender.close();
    assert.equal(outcome?.answers.length, 1);
    assert.equal(host.counters.get("damaged_replies_total"), 2);
  });

  describe("with verification", () => {
    const event = (type: EventDraft["type"], server: string): EventDraft => ({
      at: 0,
      type,
      severity: "info",
      subject: server,
      text: "",
      evidence: {},
      server,
    });

    it("searches a server's PVs at once when its beacons say that it restarted", async () => {
      const { at, port, responder: heard } = await responder(["a:b"]);
      const inventory = new FakeInventory({ "127.0.0.1:41000": ["a:b", "a:c"] });
      const { host } = await probe(
        { destinations: [at], port, verification: { enabled: true } },
        inventory,
      );
      inventory.listener?.(event("server.restarted", "127.0.0.1:41000"));
      await until(() => ofType(host, "unanswered").length > 0);
      assert.deepEqual(new Set(heard.heard), new Set(["a:b", "a:c"]));
      assert.equal(ofType(host, "answer").length, 1);
      assert.equal(ofType(host, "unanswered").length, 1);
    });

    it("asks everybody for a doubled PV, since only then a silent owner says something", async () => {
      const elsewhere = await responder([]);
      const { port, responder: heard } = await responder([]);
      const inventory = new FakeInventory({ "127.0.0.1:41000": ["doubled", "single"] });
      const destinations = [elsewhere.at];
      const { host } = await probe(
        { destinations, port, verification: { enabled: true } },
        inventory,
      );
      inventory.listener?.(event("server.restarted", "127.0.0.1:41000"));
      await until(() => ofType(host, "unanswered").length === 2);
      assert.deepEqual(new Set(heard.heard), new Set(["single"]));
      assert.deepEqual(new Set(elsewhere.responder.heard), new Set(["doubled", "single"]));
    });

    it("does nothing for an event that puts no PV into doubt", async () => {
      const { at, port, responder: heard } = await responder(["a:b"]);
      const inventory = new FakeInventory({ "127.0.0.1:41000": ["a:b"] });
      await probe({ destinations: [at], port, verification: { enabled: true } }, inventory);
      inventory.listener?.(event("server.paused", "127.0.0.1:41000"));
      await clock.sleep(100);
      assert.equal(heard.heard.length, 0);
    });

    it("is off unless the site wants it: events then cause no search", async () => {
      const inventory = new FakeInventory();
      await probe({ destinations: ["127.0.0.1:9"] }, inventory);
      assert.equal(inventory.listener, undefined);
    });
  });

  it("stops before it was started, and twice", async () => {
    const { instance } = createInstance(caSearch, {}, { inventory: new FakeInventory(), clock });
    await instance.stop();
    await instance.start();
    await instance.stop();
    await instance.stop();
  });
});
