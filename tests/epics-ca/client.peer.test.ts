/** The client against servers of EPICS Base and caproto, and beside libca. */
import assert from "node:assert/strict";
import { type DbrValue, EPICS_EPOCH_SECONDS } from "epics-ca";
import { CaClient, CaError, type WatchEvent } from "epics-ca/client";
import {
  CaprotoIoc,
  EpicsSoftIoc,
  LibcaClient,
  type LibcaValue,
  type Loopback,
  loopback,
  waitFor,
} from "../peers/index.js";
import { BIG_ELEMENTS, DATABASE, SECURITY, STEADY_NAMES } from "./records.js";

describe("a client of a soft IOC of EPICS Base", () => {
  let place: Loopback;
  let ioc: EpicsSoftIoc;
  let libca: LibcaClient;
  let client: CaClient;

  before(async () => {
    place = await loopback();
    ioc = await EpicsSoftIoc.start({ on: place, database: DATABASE, security: SECURITY });
    libca = await LibcaClient.start(place);
    client = clientAt(place);
  });
  after(async () => {
    await client?.close();
    await libca?.stop();
    await ioc?.stop();
  });

  it("finds names over UDP, and tells that nobody has a name", async () => {
    const [found, nobody] = await Promise.all([
      client.search("CA:DOUBLE"),
      client.search("CA:NOBODY", { timeoutMs: 500 }),
    ]);
    assert.deepEqual(
      found.map(({ server, minorVersion }) => ({ server, minorVersion })),
      [{ server: { address: "127.0.0.1", port: ioc.port }, minorVersion: 13 }],
    );
    assert.deepEqual(nobody, []);
  });

  it("tells of every PV what libca tells", async () => {
    const theirs = await libca.info(STEADY_NAMES);
    for (const name of STEADY_NAMES) {
      const { nativeType, elementCount, access, server } = await client.info(name);
      const host = `localhost:${server.port}`;
      const ours = { state: "connected", host, access, nativeType, elementCount };
      assert.deepEqual(ours, theirs[name], name);
    }
    assert.deepEqual((await client.info("CA:READONLY")).access, { read: true, write: false });
  });

  for (const family of ["native", "time", "ctrl"] as const) {
    it(`reads of every PV what libca reads: ${family}`, async () => {
      const theirs = await libca.get(STEADY_NAMES, { family });
      for (const name of STEADY_NAMES) {
        const ours = await client.get(name, {
          family: family === "native" ? "PLAIN" : family === "time" ? "TIME" : "CTRL",
        });
        assertSame(ours, theirs[name], name);
      }
    });
  }

  it("reads arrays of more elements than 16 bits can count", async () => {
    const numbers = Float64Array.from({ length: BIG_ELEMENTS }, (_, i) => i / 7);
    await client.put("CA:BIG", numbers);
    const { elements } = await client.get("CA:BIG");
    assert.deepEqual(elements, numbers);
    const seen = await libca.get(["CA:BIG"]);
    assert.deepEqual(seen["CA:BIG"]?.value, [...numbers]);
    const few = await client.get("CA:BIG", { count: 3 });
    assert.deepEqual([...few.elements], [0, 1 / 7, 2 / 7]);
  });

  it("writes numbers, texts and states, as libca then reads them", async () => {
    await client.put("CA:LONG", 42);
    await client.put("CA:STRING", "hello");
    await client.put("CA:ENUM", "standby");
    await client.put("CA:ARRAY:SHORT", [-1, 0, 1]);
    await client.put("CA:BINARY", 0, { wait: false });
    const seen = await libca.get(["CA:LONG", "CA:STRING", "CA:ENUM", "CA:ARRAY:SHORT"]);
    assert.deepEqual(
      Object.values(seen).map(({ value }) => value),
      [42, "hello", 1, [-1, 0, 1]],
    );
    await waitFor(
      "the write nobody waited for",
      async () => (await client.get("CA:BINARY")).elements[0] === 0,
      5000,
    );
  });

  it("converts as the caller likes", async () => {
    const state = await client.get("CA:ENUM", { as: "STRING", family: "PLAIN" });
    assert.deepEqual(state.elements, ["standby"]);
  });

  it("is told why a write is refused", async () => {
    const readOnly = client.put("CA:READONLY", 6);
    await assert.rejects(readOnly, isCaError("server", /NOWTACCESS|Write access denied/));
    await assert.rejects(client.put("CA:LONG", 1.5), isCaError("invalid"));
    await assert.rejects(client.put("CA:DOUBLE", "not a number"), isCaError("server"));
  });

  it("is told by the server of a given address that it has no such name", async () => {
    const server = { address: "127.0.0.1", port: ioc.port };
    await assert.rejects(client.info("CA:NOBODY", { server }), isCaError("notFound"));
    await assert.rejects(client.info("CA:NOBODY", { timeoutMs: 300 }), isCaError("notFound"));
  });

  it("sees the value at once and then each change", async () => {
    const channel = await client.channel("CA:COUNTER");
    const seen: number[] = [];
    for await (const { value, dropped } of channel.monitor()) {
      assert.equal(dropped, 0);
      seen.push(Number(value.elements[0]));
      if (seen.length === 5) break;
    }
    const first = seen[0]!;
    assert.deepEqual(seen, [first, first + 1, first + 2, first + 3, first + 4]);
    channel.close();
  });

  it("closes a circuit that nobody uses any more", async () => {
    await client.info("CA:DOUBLE");
    await waitFor("the end of the circuit", () => client.circuitCount === 0, 5000);
  });

  it("opens a thousand channels over one circuit", async () => {
    const names = Array.from({ length: 1000 }, () => "CA:DOUBLE");
    const server = { address: "127.0.0.1", port: ioc.port };
    const channels = await Promise.all(names.map((name) => client.channel(name, { server })));
    assert.equal(client.circuitCount, 1);
    const values = await Promise.all(channels.map((channel) => channel.get()));
    assert.ok(values.every(({ elements }) => elements[0] === 1.25));
    for (const channel of channels) channel.close();
  });
});

describe("a client whose soft IOC goes away", () => {
  let place: Loopback;
  let ioc: EpicsSoftIoc;
  let client: CaClient;

  beforeEach(async () => {
    place = await loopback();
    ioc = await EpicsSoftIoc.start({ on: place, database: DATABASE });
    client = clientAt(place, { connTimeoutMs: 600, echoTimeoutMs: 300 });
  });
  afterEach(async () => {
    await client?.close();
    await ioc?.stop();
  });

  it("ends its monitor with an error when the server crashes", async () => {
    const channel = await client.channel("CA:DOUBLE");
    const values = channel.monitor();
    await values.next();
    await ioc.kill();
    await assert.rejects(values.next(), isCaError("disconnected"));
    assert.equal(channel.isOpen, false);
    await assert.rejects(channel.get(), isCaError("disconnected"));
  });

  it("watches on when the server is back", async () => {
    const events = client.watch("CA:DOUBLE");
    assert.deepEqual(await types(events, 2), ["connected", "value"]);
    await ioc.stop();
    assert.deepEqual(await types(events, 1), ["disconnected"]);
    ioc = await EpicsSoftIoc.start({ on: place, database: DATABASE });
    assert.deepEqual(await types(events, 2), ["connected", "value"]);
    await events.return(undefined as never);
  });

  it("gives up a server that is frozen, and finds it again when it thaws", async () => {
    const channel = await client.channel("CA:DOUBLE");
    const values = channel.monitor();
    await values.next();
    ioc.freeze();
    await assert.rejects(values.next(), isCaError("unresponsive"));
    await assert.rejects(client.get("CA:DOUBLE", { timeoutMs: 300 }), isCaError("notFound"));
    ioc.thaw();
    assert.deepEqual([...(await client.get("CA:DOUBLE")).elements], [1.25]);
  });

  it("keeps a silent circuit alive by echoes", async () => {
    const circuit = await client.connect({ address: "127.0.0.1", port: ioc.port });
    const channel = await circuit.channel("CA:DOUBLE");
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.equal(circuit.isOpen, true);
    assert.deepEqual([...(await channel.get()).elements], [1.25]);
    await circuit.close();
  });
});

describe("a client of two servers", () => {
  it("finds both that have a name, and can ask each of them", async () => {
    const place = await loopback();
    const one = await EpicsSoftIoc.start({
      on: place,
      database: 'record(ao, "CA:TWICE") { field(VAL, "1") }',
    });
    const two = await EpicsSoftIoc.start({
      on: place,
      database: 'record(ao, "CA:TWICE") { field(VAL, "2") }',
    });
    const client = clientAt(place);
    const found = await client.search("CA:TWICE", { windowMs: 500 });
    assert.deepEqual(
      new Set(found.map(({ server }) => server.port)),
      new Set([one.port, two.port]),
    );
    for (const [ioc, expected] of [
      [one, 1],
      [two, 2],
    ] as const) {
      const server = { address: "127.0.0.1", port: ioc.port };
      assert.equal((await client.get("CA:TWICE", { server })).elements[0], expected);
    }
    await client.close();
    await Promise.all([one.stop(), two.stop()]);
  });
});

describe("a client of an IOC of caproto", () => {
  it("tells and reads what libca does, writes, and monitors", async () => {
    const place = await loopback();
    const ioc = await CaprotoIoc.start({
      on: place,
      records: [
        { name: "CP:DOUBLE", kind: "double", value: 2.5, units: "mm", precision: 2 },
        { name: "CP:FLOAT", kind: "float", value: 0.5 },
        { name: "CP:INTEGER", kind: "integer", value: -7 },
        { name: "CP:SHORT", kind: "short", value: [1, 2, 3] },
        { name: "CP:STRING", kind: "string", value: "text" },
        { name: "CP:ENUM", kind: "enum", value: "b", enum_strings: ["a", "b"] },
        { name: "CP:CHAR", kind: "char", value: "some text", max_length: 50 },
        { name: "CP:BIG", kind: "double", value: Array(70_000).fill(0.125) as number[] },
      ],
    });
    const libca = await LibcaClient.start(place);
    const client = clientAt(place);
    const infos = await libca.info(ioc.names);
    const values = await libca.get(ioc.names, { family: "time" });
    for (const name of ioc.names) {
      const { nativeType, elementCount, access, server } = await client.info(name);
      const host = `localhost:${server.port}`;
      assert.deepEqual({ state: "connected", host, access, nativeType, elementCount }, infos[name]);
      assertSame(await client.get(name), values[name], name);
    }
    const channel = await client.channel("CP:DOUBLE");
    const monitor = channel.monitor();
    assert.equal((await monitor.next()).value.value.elements[0], 2.5);
    await client.put("CP:DOUBLE", 3.5);
    assert.equal((await monitor.next()).value.value.elements[0], 3.5);
    await ioc.kill();
    await assert.rejects(monitor.next(), isCaError("disconnected"));
    await client.close();
    await libca.stop();
  });
});

function clientAt(place: Loopback, circuit = {}): CaClient {
  return new CaClient({
    addresses: ["127.255.255.255"],
    serverPort: place.serverPort,
    idleMs: 200,
    circuit,
  });
}

async function types(events: AsyncGenerator<WatchEvent>, count: number): Promise<string[]> {
  const seen: string[] = [];
  while (seen.length < count) seen.push((await events.next()).value.type);
  return seen;
}

function isCaError(code: string, message = /./): (error: unknown) => boolean {
  return (error) => error instanceof CaError && error.code === code && message.test(error.message);
}

/** Our names of what comes with a value, by those of pyepics. */
const MEMBERS: Readonly<Record<string, (value: DbrValue) => unknown>> = {
  value: ({ elements }) => {
    const list = [...elements].map(plain);
    return list.length === 1 ? list[0] : list;
  },
  status: ({ status }) => status,
  severity: ({ severity }) => severity,
  posixseconds: ({ time }) => time && time.seconds + EPICS_EPOCH_SECONDS,
  nanoseconds: ({ time }) => time?.nanoseconds,
  precision: ({ precision }) => precision,
  units: ({ units }) => units,
  enum_strs: ({ states }) => states,
  upper_disp_limit: ({ upperDispLimit }) => upperDispLimit,
  lower_disp_limit: ({ lowerDispLimit }) => lowerDispLimit,
  upper_alarm_limit: ({ upperAlarmLimit }) => upperAlarmLimit,
  upper_warning_limit: ({ upperWarningLimit }) => upperWarningLimit,
  lower_warning_limit: ({ lowerWarningLimit }) => lowerWarningLimit,
  lower_alarm_limit: ({ lowerAlarmLimit }) => lowerAlarmLimit,
  upper_ctrl_limit: ({ upperCtrlLimit }) => upperCtrlLimit,
  lower_ctrl_limit: ({ lowerCtrlLimit }) => lowerCtrlLimit,
};

/** As JSON carries it. */
function plain(value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

const TIME_MEMBERS = ["posixseconds", "nanoseconds"];

function assertSame(ours: DbrValue, theirs: LibcaValue | undefined, name: string): void {
  assert.ok(theirs, name);
  // pyepics reads texts with their time even where it is asked for control limits.
  const hasTime = ours.time !== undefined;
  const members = Object.keys(theirs).filter(
    (member) => member in MEMBERS && (hasTime || !TIME_MEMBERS.includes(member)),
  );
  assert.ok(members.includes("value"));
  for (const member of members) {
    assert.deepEqual(plain(MEMBERS[member]!(ours)), theirs[member], `${name}: ${member}`);
  }
}
