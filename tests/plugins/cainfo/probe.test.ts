import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { AccessRights, Command, DbrType, Eca, encodeDatagram, encodeMessage } from "epics-ca";
import { type ChannelInfo, formatEndpoint, type PvDetail } from "pvmon";
import { createInstance, FakeClock } from "pvmon/testkit";
import cainfo from "../../../plugins/cainfo/index.js";
import type { ChannelInfoProbe } from "../../../plugins/cainfo/probe.js";
import { type Conduct, type FakePv, FakeServer, goodServer } from "./fake-server.js";

const quiet = new AbortController().signal;
const READ_ONLY = AccessRights.READ;

const PVS: Readonly<Record<string, FakePv>> = {
  "SYS:double": { type: DbrType.DOUBLE, elements: [1.5] },
  "SYS:nan": { type: DbrType.DOUBLE, elements: [Number.NaN] },
  "SYS:infinite": { type: DbrType.FLOAT, elements: [Number.NEGATIVE_INFINITY] },
  "SYS:text": { type: DbrType.STRING, elements: ["beam on"] },
  "SYS:state": { type: DbrType.ENUM, elements: [1], states: ["off", "on"] },
  "SYS:array": { type: DbrType.LONG, elements: [1, 2, 3], capacity: 10 },
  "SYS:empty": { type: DbrType.DOUBLE, elements: [], capacity: 10 },
  "SYS:huge": { type: DbrType.SHORT, elements: Array.from({ length: 5000 }, (_, i) => i) },
  "SYS:line$": { type: DbrType.CHAR, elements: [...Buffer.from("a long line\0\0")] },
  "SYS:readOnly": { type: DbrType.DOUBLE, elements: [2], rights: READ_ONLY },
  "SYS:secret": { type: DbrType.DOUBLE, elements: [3], rights: 0 },
};

/** The plugin, with all that it needs; time passes for its budget when the test says so. */
class Setup {
  readonly clock = new FakeClock();
  readonly probe: ChannelInfoProbe;
  readonly host;
  /** What the inventory knows. */
  readonly owners: Record<string, readonly string[]> = {};
  /** By address. */
  readonly names: Record<string, string> = {};
  readonly #servers: FakeServer[] = [];

  constructor(config: object = {}) {
    const inventory = {
      hostName: (address: string): string | null => this.names[address] ?? null,
      pv: (name: string): Pick<PvDetail, "servers"> | undefined =>
        this.owners[name] && {
          servers: this.owners[name].map((server) => ({ server }) as PvDetail["servers"][number]),
        },
    };
    const { instance, host } = createInstance(
      cainfo,
      { questionsPerSecond: 1000, ...config },
      { inventory, clock: this.clock },
    );
    this.probe = instance as ChannelInfoProbe;
    this.host = host;
  }

  async serve(conduct: Conduct = goodServer(PVS)): Promise<FakeServer> {
    const server = await FakeServer.start(conduct);
    this.#servers.push(server);
    return server;
  }

  async ask(name: string, server: string, value = false): Promise<ChannelInfo> {
    const asked = this.probe.info({ name, server }, { value, signal: quiet });
    return await this.passing(asked);
  }

  /** Lets the budget's time pass until the answer is there. */
  async passing<T>(asked: Promise<T>): Promise<T> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    asked.then(over, over);
    while (!isOver) {
      await this.clock.advance(1);
      await sleep(1);
    }
    return await asked;
  }

  /** What the inventory was told. */
  get told(): string[] {
    return this.host.observations.map((observation) => {
      assert.equal(observation.type, "channel");
      assert.equal(observation.asker, "own");
      assert.ok(observation.at <= this.clock.now());
      return `${observation.name} ${formatEndpoint(observation.server)} ${observation.outcome}`;
    });
  }

  async stop(): Promise<void> {
    await this.probe.stop();
    for (const server of this.#servers) await server.stop();
  }
}

/** A port where nobody listens. */
async function deadServer(): Promise<string> {
  const listener = await FakeServer.start(() => []);
  await listener.stop();
  return listener.server;
}

const until = async (done: () => boolean): Promise<void> => {
  while (!done()) await sleep(1);
};

describe("cainfo", () => {
  let setup: Setup;
  const begin = async (config: object = {}): Promise<Setup> => {
    setup = new Setup(config);
    await setup.probe.start();
    return setup;
  };
  afterEach(() => setup.stop());

  it("says what the server says of the channel, and nothing of a value that nobody wants", async () => {
    const { server, received } = await (await begin()).serve();
    const { timeMs, host, ...info } = await setup.ask("SYS:double", server);
    assert.deepEqual(info, {
      name: "SYS:double",
      server,
      state: "connected",
      access: { read: true, write: true },
      nativeType: "DBF_DOUBLE",
      elementCount: 1,
    });
    assert.equal(host, "127.0.0.1");
    assert.ok(timeMs >= 0);
    assert.ok(!received.some(({ type }) => type === "readNotify"));
    assert.deepEqual(setup.told, [`SYS:double ${server} created`]);
    assert.equal(setup.host.counters.get("questions_total"), 1);
  });

  it("calls the server's host what the inventory calls it", async () => {
    const { server } = await (await begin()).serve();
    setup.names["127.0.0.1"] = "ioc1";
    assert.equal((await setup.ask("SYS:double", server)).host, "ioc1");
  });

  for (const [name, nativeType, elementCount, value] of [
    ["SYS:double", "DBF_DOUBLE", 1, 1.5],
    ["SYS:nan", "DBF_DOUBLE", 1, "NaN"],
    ["SYS:infinite", "DBF_FLOAT", 1, "-Infinity"],
    ["SYS:text", "DBF_STRING", 1, "beam on"],
    ["SYS:state", "DBF_ENUM", 1, "on"],
    ["SYS:array", "DBF_LONG", 10, [1, 2, 3]],
    ["SYS:empty", "DBF_DOUBLE", 10, []],
    ["SYS:line$", "DBF_CHAR", 13, "a long line"],
  ] as const) {
    it(`reads ${name} when asked to`, async () => {
      const { server } = await (await begin()).serve();
      const info = await setup.ask(name, server, true);
      assert.deepEqual(
        [info.state, info.nativeType, info.elementCount, info.value, info.reason],
        ["connected", nativeType, elementCount, value, undefined],
      );
    });
  }

  it("reads the first elements of a large array only", async () => {
    const { server, received } = await (await begin({ maxElements: 3 })).serve();
    const { elementCount, value } = await setup.ask("SYS:huge", server, true);
    assert.deepEqual([elementCount, value], [5000, [0, 1, 2]]);
    const read = received.find((message) => message.type === "readNotify");
    assert.equal(read?.dataCount, 3);
  });

  it("knows a PV that must not be written from one that must not even be read", async () => {
    const { server } = await (await begin()).serve();
    const readOnly = await setup.ask("SYS:readOnly", server, true);
    assert.deepEqual([readOnly.access, readOnly.value], [{ read: true, write: false }, 2]);
    const secret = await setup.ask("SYS:secret", server, true);
    assert.equal(secret.state, "connected");
    assert.deepEqual([secret.access, secret.value], [{ read: false, write: false }, undefined]);
    assert.match(String(secret.reason), /^no value: .*NORDACCESS|Read access denied/);
  });

  it("tells the two owners of a name apart", async () => {
    await begin();
    const one = await setup.serve(
      goodServer({ "SYS:twice": { type: DbrType.DOUBLE, elements: [1] } }),
    );
    const two = await setup.serve(
      goodServer({ "SYS:twice": { type: DbrType.STRING, elements: ["x"] } }),
    );
    const infos = await setup.passing(
      Promise.all(
        [one, two].map(({ server }) =>
          setup.probe.info({ name: "SYS:twice", server }, { value: true, signal: quiet }),
        ),
      ),
    );
    assert.deepEqual(
      infos.map(({ server, nativeType, value }) => [server, nativeType, value]),
      [
        [one.server, "DBF_DOUBLE", 1],
        [two.server, "DBF_STRING", "x"],
      ],
    );
  });

  it("is refused by a server that does not have the name, which is a witness", async () => {
    const { server } = await (await begin()).serve();
    const { state, access, reason } = await setup.ask("SYS:gone", server, true);
    assert.deepEqual([state, access], ["refused", undefined]);
    assert.match(String(reason), /has no SYS:gone/);
    assert.deepEqual(setup.told, [`SYS:gone ${server} refused`]);
  });

  it("takes a server that could not make the channel for no witness", async () => {
    const { server } = await (await begin()).serve((message) => {
      if (message.type !== "createChan") return [];
      const { cid } = message;
      const request = {
        command: Command.CREATE_CHAN,
        payloadSize: 0,
        dataType: 0,
        dataCount: 0,
        parameter1: cid,
        parameter2: 13,
      };
      return [{ type: "error", cid, status: Eca.ALLOCMEM, request, text: "no memory" }];
    });
    const { state, reason } = await setup.ask("SYS:double", server);
    assert.equal(state, "refused");
    assert.match(String(reason), /no memory/);
    assert.deepEqual(setup.told, []);
  });

  it("cannot reach a port where nobody listens", async () => {
    await begin();
    const server = await deadServer();
    const { state, reason, host } = await setup.ask("SYS:double", server);
    assert.equal(state, "unreachable");
    assert.match(String(reason), /ECONNREFUSED/);
    assert.equal(host, "127.0.0.1");
    assert.deepEqual(setup.told, [`SYS:double ${server} unreachable`]);
  });

  it("waits no longer than its time-out for a server that says nothing, and concludes nothing", async () => {
    const { server } = await (await begin({ timeoutSeconds: 0.4 })).serve(() => []);
    const { state, reason } = await setup.ask("SYS:double", server);
    assert.equal(state, "timeout");
    assert.match(String(reason), /no answer within/);
    assert.deepEqual(setup.told, []);
  });

  it("says what it knows when only the value does not come", async () => {
    const good = goodServer(PVS);
    const { server } = await (await begin({ timeoutSeconds: 0.4 })).serve((message, circuit) =>
      message.type === "readNotify" ? [] : good(message, circuit),
    );
    const { state, nativeType, value, reason } = await setup.ask("SYS:double", server, true);
    assert.deepEqual([state, nativeType, value], ["connected", "DBF_DOUBLE", undefined]);
    assert.match(String(reason), /^no value: .*no answer within/);
    assert.deepEqual(setup.told, [`SYS:double ${server} created`]);
  });

  it("survives servers that hang up, talk nonsense, or never stop talking", async () => {
    await begin({ maxElements: 1, timeoutSeconds: 0.5 });
    const nonsense = Buffer.alloc(100_000, "HTTP/1.1 400 Bad Request\r\n");
    const conducts: Conduct[] = [
      (_message, circuit) => {
        circuit.destroy();
        return [];
      },
      (_message, circuit) => {
        circuit.write(nonsense);
        return [];
      },
      ({ type }, circuit) => {
        const header = encodeMessage({ type: "echo" });
        new DataView(header.buffer, header.byteOffset).setUint16(2, 0xfff8);
        if (type === "createChan") for (let n = 0; n < 20; n++) circuit.write(header);
        return [];
      },
    ];
    for (const conduct of conducts) {
      const { server } = await setup.serve(conduct);
      const { state, reason } = await setup.ask("SYS:double", server, true);
      assert.ok(state === "unreachable" || state === "timeout", state);
      assert.ok(reason);
    }
    assert.deepEqual(setup.told, []);
  });

  it("refuses an answer that is larger than what it asked for", async () => {
    const good = goodServer({
      "SYS:huge": { type: DbrType.DOUBLE, elements: new Float64Array(50_000) },
    });
    const { server } = await (await begin({ maxElements: 10 })).serve((message, circuit) =>
      good(message.type === "readNotify" ? { ...message, dataCount: 0 } : message, circuit),
    );
    const { state, value, reason } = await setup.ask("SYS:huge", server, true);
    assert.deepEqual([state, value], ["connected", undefined]);
    assert.match(String(reason), /^no value: /);
  });

  it("closes its circuit after each question", async () => {
    const server = await (await begin()).serve();
    for (let n = 0; n < 3; n++) await setup.ask("SYS:double", server.server, true);
    await until(() => server.circuits === 0);
    assert.equal(server.mostCircuits, 1);
  });

  it("never has more circuits than allowed, counting those that are still closing", async () => {
    await begin({ maxCircuits: 2 });
    const good = goodServer(PVS);
    const server = await setup.serve((message, circuit) => {
      const replies = good(message, circuit);
      if (replies.length > 0) setTimeout(() => circuit.write(encodeDatagram(replies)), 5);
      return [];
    });
    const asked = Array.from({ length: 20 }, () =>
      setup.probe.info({ name: "SYS:double", server: server.server }, { signal: quiet }),
    );
    const infos = await setup.passing(Promise.all(asked));
    assert.ok(infos.every(({ state }) => state === "connected"));
    assert.equal(server.mostCircuits, 2);
  });

  it("asks no faster than its budget", async () => {
    await begin({ questionsPerSecond: 2 });
    const server = await setup.serve();
    const asked = Array.from({ length: 3 }, () =>
      setup.probe.info({ name: "SYS:double", server: server.server }, { signal: quiet }),
    );
    const infos = [await asked[0]!];
    await setup.clock.advance(499);
    await sleep(20);
    assert.equal(setup.host.counters.get("questions_total"), 1);
    assert.equal(setup.host.gauges.get("questions_waiting")!(), 2);
    await setup.clock.advance(1);
    infos.push(await asked[1]!);
    await setup.clock.advance(500);
    infos.push(await asked[2]!);
    assert.deepEqual(
      infos.map(({ timeMs }) => timeMs),
      [0, 0, 0],
      "the time in the queue does not count",
    );
  });

  it("says that it has not asked when too many wait, or when what it is given is no server", async () => {
    await begin({ questionsPerSecond: 1, maxWaiting: 1 });
    const server = await setup.serve();
    const info = (address: string) =>
      setup.probe.info({ name: "SYS:double", server: address }, { signal: quiet });
    const served = [info(server.server), info(server.server)];
    const refused = await info(server.server);
    assert.deepEqual([refused.state, refused.timeMs], ["unreachable", 0]);
    assert.match(String(refused.reason), /^not asked: 1 questions wait already/);
    for (const wrong of ["", "somewhere:5064", "10.0.0.1", "10.0.0.1:99999", "10.0.0.1:0"]) {
      assert.match(String((await info(wrong)).reason), /^not asked: .* is not ip:port/);
    }
    await setup.clock.advance(1000);
    await Promise.all(served);
    assert.equal(setup.host.counters.get("questions_total"), 2);
    assert.equal(setup.told.length, 2);
  });

  it("asks nobody who has lost interest", async () => {
    await begin({ questionsPerSecond: 1 });
    const server = await setup.serve();
    await setup.ask("SYS:double", server.server);
    const gone = new AbortController();
    const asked = setup.probe.info(
      { name: "SYS:double", server: server.server },
      { signal: gone.signal },
    );
    gone.abort(new Error("the page was closed"));
    await assert.rejects(asked, /the page was closed/);
    await setup.clock.advance(10_000);
    assert.equal(setup.host.counters.get("questions_total"), 1);
  });

  it("leaves the server at once when interest is lost during the question, without a conclusion", async () => {
    await begin();
    const server = await setup.serve(() => []);
    const gone = new AbortController();
    const asked = setup.probe.info(
      { name: "SYS:double", server: server.server },
      { signal: gone.signal },
    );
    await until(() => server.received.some(({ type }) => type === "createChan"));
    gone.abort(new Error("the page was closed"));
    await assert.rejects(asked, /the page was closed/);
    await until(() => server.circuits === 0);
    assert.deepEqual(setup.told, []);
  });

  it("answers before a stuck server has closed its end, and still counts that circuit", async () => {
    await begin({ timeoutSeconds: 0.4, maxCircuits: 1 });
    const { server } = await setup.serve((_message, circuit) => {
      circuit.pause();
      return [];
    });
    const info = () => setup.probe.info({ name: "SYS:double", server }, { signal: quiet });
    const [first, second] = [info(), info()];
    assert.equal((await setup.passing(first)).state, "timeout");
    await setup.clock.advance(10);
    assert.equal(setup.host.gauges.get("questions_waiting")!(), 1);
    await setup.probe.stop();
    assert.match(String((await second).reason), /^not asked/);
  });

  it("stops in the middle of a question, and with questions that wait", async () => {
    await begin({ maxCircuits: 1 });
    const server = await setup.serve(() => []);
    const info = () =>
      setup.probe.info({ name: "SYS:double", server: server.server }, { signal: quiet });
    const asked = [info(), info(), info()];
    await until(() => server.received.some(({ type }) => type === "createChan"));
    await setup.probe.stop();
    const infos = await Promise.all(asked);
    assert.deepEqual(
      infos.map(({ state }) => state),
      ["unreachable", "unreachable", "unreachable"],
    );
    assert.match(String(infos[0]?.reason), /closed/);
    assert.match(String(infos[1]?.reason), /^not asked: cainfo has stopped/);
    assert.match(String((await info()).reason), /^not asked: cainfo is not running/);
    assert.equal(setup.host.counters.get("questions_total"), 1);
    assert.deepEqual(setup.told, []);
    await until(() => server.circuits === 0);
    assert.equal(setup.clock.pending, 0);
  });

  it("can be stopped before it has started, and twice", async () => {
    setup = new Setup();
    await setup.probe.stop();
    await setup.probe.start();
    await setup.probe.stop();
    await setup.probe.stop();
  });
});

describe("cainfo as a probe", () => {
  let setup: Setup;
  beforeEach(async () => {
    setup = new Setup({ maxCircuits: 4, maxWaiting: 3 });
    await setup.probe.start();
  });
  afterEach(() => setup.stop());

  it("asks all known servers of each name, and tells those that have it, in the order of the names", async () => {
    const one = await setup.serve();
    const two = await setup.serve();
    setup.owners["SYS:double"] = [one.server, two.server];
    setup.owners["SYS:gone"] = [one.server];
    const targets = ["SYS:gone", "SYS:unknown", "SYS:double"].map((name) => ({ name }));
    const outcomes = await setup.passing(setup.probe.probe(targets, quiet));
    assert.deepEqual(
      outcomes.map(({ name, answers, tries, error }) => ({
        name,
        answers: answers.map(({ server }) => server),
        tries,
        error,
      })),
      [
        { name: "SYS:gone", answers: [], tries: 1, error: undefined },
        {
          name: "SYS:unknown",
          answers: [],
          tries: 0,
          error: "no server is known to have answered for it",
        },
        { name: "SYS:double", answers: [one.server, two.server], tries: 2, error: undefined },
      ],
    );
  });

  it("never refuses its own list, however long", async () => {
    const { server } = await setup.serve();
    setup.owners["SYS:double"] = [server];
    const targets = Array.from({ length: 50 }, () => ({ name: "SYS:double" }));
    const outcomes = await setup.passing(setup.probe.probe(targets, quiet));
    assert.equal(outcomes.length, 50);
    assert.ok(outcomes.every(({ answers, error }) => answers.length === 1 && error === undefined));
  });

  it("waits while the host has no room", async () => {
    const { server } = await setup.serve();
    setup.owners["SYS:double"] = [server];
    const room: (() => void)[] = [];
    setup.host.drained = () => new Promise((resolve) => room.push(resolve));
    const targets = Array.from({ length: 10 }, () => ({ name: "SYS:double" }));
    const probed = setup.probe.probe(targets, quiet);
    await setup.passing(until(() => room.length === 3));
    await setup.clock.advance(1000);
    await sleep(20);
    assert.equal(setup.told.length, 3, "one for each that may ask at once");
    setup.host.drained = async () => undefined;
    for (const resolve of room) resolve();
    await setup.passing(probed);
    assert.equal(setup.told.length, 10);
  });

  it("rejects when it is not wanted any more", async () => {
    const server = await setup.serve(() => []);
    setup.owners["SYS:double"] = [server.server];
    const gone = new AbortController();
    const targets = Array.from({ length: 10 }, () => ({ name: "SYS:double" }));
    const probed = setup.probe.probe(targets, gone.signal);
    await until(() => server.circuits === 1);
    gone.abort(new Error("enough"));
    await assert.rejects(probed, /enough/);
    await until(() => server.circuits === 0);
  });
});
