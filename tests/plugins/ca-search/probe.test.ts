/** The probe on a network in memory, whose hosts answer, keep silent and send garbage. */
import assert from "node:assert/strict";
import { ADDRESS_IS_SOURCE, decodeDatagram, encodeDatagram, type Message } from "epics-ca";
import {
  type EventDraft,
  formatEndpoint,
  type InventoryService,
  type Observation,
  type Probe,
} from "pvmon";
import {
  createInstance,
  FakeClock,
  type FakeHost,
  FakeNetwork,
  type RecordingHost,
} from "pvmon/testkit";
import caSearch from "../../../plugins/ca-search/index.js";

const quiet = new AbortController().signal;
const SEARCH_PORT = 5064;
const EVERYBODY = "10.7.0.255";

/** A host on which a server answers searches for the names it has. */
class Responder {
  readonly heard: string[] = [];
  readonly #names: readonly string[];

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  async start(host: FakeHost): Promise<this> {
    const socket = await host.openUdp({
      local: { ip: 0, port: SEARCH_PORT },
      datagram: (bytes, from) => {
        const replies = this.#replies(bytes);
        if (replies.length > 0) socket.send(encodeDatagram(replies), from);
      },
      failed: (error) => assert.ifError(error),
    });
    return this;
  }

  #replies(bytes: Uint8Array): readonly Message[] {
    return decodeDatagram(bytes, "client").messages.flatMap((message): Message[] => {
      if (message.type !== "search") return [];
      this.heard.push(message.name);
      if (!this.#names.includes(message.name)) return [];
      const { cid } = message;
      const address = ADDRESS_IS_SOURCE;
      return [{ type: "searchReply", cid, port: 41_000, address, minorVersion: 13 }];
    });
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

const ofType = <T extends Observation["type"]>(host: RecordingHost, type: T) =>
  host.observations.filter((one): one is Extract<Observation, { type: T }> => one.type === type);

describe("ca-search", () => {
  let clock: FakeClock;
  let network: FakeNetwork;
  let running: Probe[];
  beforeEach(() => {
    clock = new FakeClock();
    network = new FakeNetwork({ clock });
    running = [];
  });
  afterEach(async () => {
    for (const instance of running) await instance.stop();
    assert.equal(clock.pending, 0);
  });

  const responder = (address: string, names: readonly string[]): Promise<Responder> =>
    new Responder(names).start(network.host(address));

  /** On 10.7.0.200. */
  async function probe(
    config: object = {},
    inventory = new FakeInventory(),
  ): Promise<{ instance: Probe; host: RecordingHost }> {
    const made = createInstance(
      caSearch,
      { destinations: [EVERYBODY], datagramsPerSecond: 100, tries: 3, ...config },
      {
        inventory: inventory as unknown as InventoryService,
        clock,
        network: network.host("10.7.0.200"),
      },
    );
    await made.instance.start();
    running.push(made.instance);
    return made;
  }

  const ask = (instance: Probe, names: readonly string[]) =>
    clock.until(
      instance.probe(
        names.map((name) => ({ name })),
        quiet,
      ),
    );

  it("finds a name, reports the server once, and says nothing about what it did not ask", async () => {
    await responder("10.7.0.1", ["a:b"]);
    const { instance, host } = await probe();
    const [found, missing] = await ask(instance, ["a:b", "a:c"]);
    assert.deepEqual(
      found?.answers.map(({ server }) => server),
      ["10.7.0.1:41000"],
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
    await responder("10.7.0.1", ["a:b"]);
    await responder("10.7.0.2", ["a:b"]);
    const { instance } = await probe();
    const [outcome] = await ask(instance, ["a:b"]);
    assert.deepEqual(outcome?.answers.map(({ server }) => server).sort(), [
      "10.7.0.1:41000",
      "10.7.0.2:41000",
    ]);
  });

  it("asks the broadcast address of each interface where nothing else is configured", async () => {
    const { instance } = await probe({ destinations: [], tries: 2 });
    await ask(instance, ["a:b"]);
    assert.deepEqual(
      new Set(network.sent.map(({ to }) => formatEndpoint(to))),
      new Set(["127.255.255.255:5064", "10.7.0.255:5064"]),
    );
  });

  it("counts every datagram it sends, and sends none unless asked", async () => {
    const { heard } = await responder("10.7.0.1", []);
    const { instance, host } = await probe();
    await clock.advance(60_000);
    assert.equal(host.counters.get("datagrams_sent_total"), undefined);
    await ask(instance, ["a:b"]);
    assert.equal(host.counters.get("datagrams_sent_total"), 3);
    assert.deepEqual([heard.length, network.sent.length], [3, 3]);
  });

  it("finds what is there over a wire that loses, doubles and reorders, within its budget", async () => {
    const names = Array.from({ length: 300 }, (_, i) => `lossy:${i}`);
    await responder("10.7.0.1", names);
    network.faults = { loss: 0.3, duplication: 0.2, delayMs: [0, 80] };
    const { instance, host } = await probe({ tries: 10, datagramsPerSecond: 5 });
    const begun = clock.elapsed();
    const outcomes = await ask(instance, [...names, "nowhere"]);
    const found = outcomes.filter(({ answers }) => answers.length === 1);
    assert.equal(found.length, names.length);
    assert.deepEqual(outcomes.at(-1)?.answers, []);
    assert.equal(ofType(host, "answer").length, names.length, "each is reported once");
    const own = network.sent.filter(({ from }) => from.ip === 0x0a07_00c8);
    const seconds = (clock.elapsed() - begun) / 1000;
    assert.ok(own.length <= 5 * (seconds + 1), `${own.length} datagrams in ${seconds} s`);
  });

  it("counts what the kernel dropped of the answers", async () => {
    const own = network.host("10.7.0.200");
    const open = own.openUdp.bind(own);
    own.openUdp = async (options) => Object.assign(await open(options), { newDrops: () => 2 });
    const { host } = await probe();
    await clock.advance(10_000);
    assert.equal(host.counters.get("kernel_drops_total"), 4);
  });

  it("announces its own socket, so that its searches are told from those of clients", async () => {
    const { instance, host } = await probe();
    const announced = ofType(host, "ownSocket").map(({ socket, open }) => [socket.ip, open]);
    assert.deepEqual(announced, [
      [0x7f00_0001, true],
      [0x0a07_00c8, true],
    ]);
    await instance.stop();
    assert.equal(ofType(host, "ownSocket").at(-1)?.open, false);
  });

  it("refuses a name that Channel Access cannot carry, and searches the others", async () => {
    await responder("10.7.0.1", ["a:b"]);
    const { instance } = await probe();
    const names = ["", "x".repeat(500), "\u4e2d", "a\u0000b", "a:b"];
    const outcomes = await ask(instance, names);
    assert.deepEqual(
      outcomes.map(({ error }) => error !== undefined),
      [true, true, true, true, false],
    );
    assert.equal(outcomes[4]?.answers.length, 1);
  });

  it("rejects when the caller gives up, and stops sending for it", async () => {
    const { heard } = await responder("10.7.0.1", []);
    const { instance } = await probe({ firstRetryMs: 100, tries: 5 });
    const abort = new AbortController();
    const asked = instance.probe([{ name: "a:b" }], abort.signal);
    await clock.advance(50);
    abort.abort(new Error("no longer"));
    await assert.rejects(asked, /no longer/);
    await clock.advance(60_000);
    assert.equal(heard.length, 1);
  });

  it("survives garbage sent to its socket, and counts it", async () => {
    await responder("10.7.0.1", ["a:b"]);
    const { instance, host } = await probe();
    const { ip, port } = ofType(host, "ownSocket").at(-1)!.socket;
    const sender = await network
      .host("10.7.0.66")
      .openUdp({ datagram: () => undefined, failed: (error) => assert.ifError(error) });
    sender.send(Uint8Array.from([1, 2, 3]), { ip, port });
    sender.send(new Uint8Array(40).fill(255), { ip, port });
    const [outcome] = await ask(instance, ["a:b"]);
    assert.equal(outcome?.answers.length, 1);
    assert.equal(host.counters.get("damaged_replies_total"), 2);
  });

  it("is degraded while its cable is out, and takes nothing for unanswered then", async () => {
    await responder("10.7.0.1", ["a:b"]);
    const { instance, host } = await probe();
    network.host("10.7.0.200").isUp = false;
    const [lost] = await ask(instance, ["a:b"]);
    assert.match(lost?.error ?? "", /ENETUNREACH/);
    assert.match(host.statuses.at(-1) ?? "", /^degraded: .*10\.7\.0\.255/);
    assert.deepEqual(ofType(host, "unanswered"), []);
    network.host("10.7.0.200").isUp = true;
    const [found] = await ask(instance, ["a:b"]);
    assert.equal(found?.answers.length, 1);
    assert.equal(host.statuses.at(-1), "ok");
  });

  describe("with verification", () => {
    const OWNER = "10.7.0.1:41000";
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
      const { heard } = await responder("10.7.0.1", ["a:b"]);
      const inventory = new FakeInventory({ [OWNER]: ["a:b", "a:c"] });
      const { host } = await probe({ verification: { enabled: true } }, inventory);
      inventory.listener?.(event("server.restarted", OWNER));
      await clock.advance(60_000);
      assert.deepEqual(new Set(heard), new Set(["a:b", "a:c"]));
      assert.equal(ofType(host, "answer").length, 1);
      assert.equal(ofType(host, "unanswered").length, 1);
    });

    it("asks everybody for a doubled PV, since only then a silent owner says something", async () => {
      const elsewhere = await responder("10.7.0.9", []);
      const owner = await responder("10.7.0.1", []);
      const inventory = new FakeInventory({ [OWNER]: ["doubled", "single"] });
      const config = { destinations: ["10.7.0.9"], verification: { enabled: true } };
      const { host } = await probe(config, inventory);
      inventory.listener?.(event("server.restarted", OWNER));
      await clock.advance(60_000);
      assert.equal(ofType(host, "unanswered").length, 2);
      assert.deepEqual(new Set(owner.heard), new Set(["single"]));
      assert.deepEqual(new Set(elsewhere.heard), new Set(["doubled", "single"]));
    });

    it("does nothing for an event that puts no PV into doubt", async () => {
      const { heard } = await responder("10.7.0.1", ["a:b"]);
      const inventory = new FakeInventory({ [OWNER]: ["a:b"] });
      await probe({ verification: { enabled: true } }, inventory);
      inventory.listener?.(event("server.paused", OWNER));
      await clock.advance(5000);
      assert.equal(heard.length, 0);
    });

    it("is off unless the site wants it: events then cause no search", async () => {
      const inventory = new FakeInventory();
      await probe({}, inventory);
      assert.equal(inventory.listener, undefined);
    });
  });

  it("stops before it was started, and twice", async () => {
    const services = { inventory: new FakeInventory(), clock, network: network.host("10.7.0.200") };
    const { instance } = createInstance(caSearch, {}, services);
    await instance.stop();
    await instance.start();
    await instance.stop();
    await instance.stop();
  });
});
