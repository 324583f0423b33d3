/** cainfo beside the real one: servers of EPICS Base and caproto, asked by pvmon and by libca. */
import assert from "node:assert/strict";
import { lookupService } from "node:dns/promises";
import type { ChannelInfo } from "pvmon";
import { createInstance, type RecordingHost } from "pvmon/testkit";
import { SystemClock } from "../../../core/runtime/system-clock.js";
import cainfo from "../../../plugins/cainfo/index.js";
import type { ChannelInfoProbe } from "../../../plugins/cainfo/probe.js";
import { DATABASE, SECURITY, STEADY_NAMES } from "../../epics-ca/records.js";
import {
  CaprotoIoc,
  EpicsSoftIoc,
  LibcaClient,
  type LibcaInfo,
  type LibcaValue,
  type Loopback,
  loopback,
} from "../../peers/index.js";
import { ip } from "../../peers/ip.js";

const quiet = new AbortController().signal;

/** Records of the kinds that the other database has no example of. */
const INPUTS = `
record(ai, "CI:AI") { field(VAL, "20.5") field(PREC, "1") }
record(longin, "CI:LONGIN") { field(VAL, "-7") }
record(int64in, "CI:INT64IN") { field(VAL, "1234567890123") }
record(bi, "CI:BI") { field(ZNAM, "closed") field(ONAM, "open") field(VAL, "1") field(PINI, "YES") }
record(bi, "CI:BI:NAMELESS") { field(VAL, "1") field(PINI, "YES") }
record(mbbi, "CI:MBBI") { field(ZRST, "off") field(ONST, "standby") field(TWST, "on") field(VAL, "2") field(PINI, "YES") }
record(stringin, "CI:STRINGIN") { field(VAL, "from the IOC") }
record(waveform, "CI:WAVEFORM") { field(FTVL, "DOUBLE") field(NELM, "500") field(INP, {const:[1.5, 2.5, 3.5]}) field(PINI, "YES") }
record(waveform, "CI:WAVEFORM:ONE") { field(FTVL, "LONG") field(NELM, "5") field(INP, {const:[9]}) field(PINI, "YES") }
record(waveform, "CI:WAVEFORM:ENUM") { field(FTVL, "ENUM") field(NELM, "3") }
record(ai, "CI:DISABLED") { field(DISP, "1") field(VAL, "3") }
`;
const INPUT_NAMES = [...INPUTS.matchAll(/record\(\w+, "([^"]+)"/g)].map(([, name]) => name!);
const INPUT_FIELDS = ["CI:AI.SCAN", "CI:AI.DESC", "CI:AI.NAME", "CI:AI.RTYP", "CI:STRINGIN.VAL$"];

/** Of this machine, as libca has it from the system's resolver. */
const HOST_NAMES: Readonly<Record<string, string>> = {
  "127.0.0.1": (await lookupService("127.0.0.1", 0)).hostname,
};

function create(config: object): { probe: ChannelInfoProbe; host: RecordingHost } {
  const inventory = { hostName: (address: string) => HOST_NAMES[address] ?? null };
  const services = { inventory, clock: new SystemClock() };
  const { instance, host } = createInstance(cainfo, config, services);
  return { probe: instance as ChannelInfoProbe, host };
}

/** As libca tells it. */
function asLibca({ state, host, server, access, nativeType, elementCount }: ChannelInfo): unknown {
  if (state !== "connected") return { state: "never connected" };
  const port = server.split(":")[1];
  return { state, host: `${host}:${port}`, access, nativeType, elementCount };
}

/** A value of pyepics, as cainfo shows it: states by name, arrays as lists, long strings as text. */
function shown(name: string, info: LibcaInfo | undefined, value: LibcaValue | undefined): unknown {
  assert.ok(info?.state === "connected" && value !== undefined, name);
  const list = (Array.isArray(value.value) ? value.value : [value.value]) as (number | string)[];
  if (name.endsWith("$")) {
    const bytes = list.map(Number);
    const end = bytes.indexOf(0);
    return Buffer.from(end < 0 ? bytes : bytes.slice(0, end)).toString("latin1");
  }
  const states = value.enum_strs as readonly string[] | undefined;
  const named = list.map((element) => states?.[Number(element)] || element);
  return info.elementCount === 1 ? named[0] : named;
}

describe("cainfo beside libca", () => {
  const { probe } = create({ questionsPerSecond: 1000, maxElements: 1000 });
  const ask = (name: string, port: number): Promise<ChannelInfo> =>
    probe.info({ name, server: `127.0.0.1:${port}` }, { value: true, signal: quiet });

  /** Both are asked for all names; each answer has to be the other's. */
  const compare = async (libca: LibcaClient, names: readonly string[], port: number) => {
    const infos = await libca.info(names);
    const values = await libca.get(names, { family: "ctrl" });
    for (const name of names) {
      const ours = await ask(name, port);
      assert.deepEqual(asLibca(ours), infos[name], name);
      assert.deepEqual(ours.value, shown(name, infos[name], values[name]), name);
      assert.equal(ours.reason, undefined);
    }
    return infos;
  };

  before(() => probe.start());
  after(() => probe.stop());

  describe("with a soft IOC of EPICS Base", () => {
    let place: Loopback;
    let ioc: EpicsSoftIoc;
    let libca: LibcaClient;

    before(async () => {
      place = await loopback();
      ioc = await EpicsSoftIoc.start({
        on: place,
        database: DATABASE + INPUTS,
        security: SECURITY,
      });
      libca = await LibcaClient.start(place);
    });
    after(async () => {
      await libca?.stop();
      await ioc?.kill();
    });

    it("says the same of every type, scalar and array, and of what must not be written", async () => {
      const infos = await compare(libca, STEADY_NAMES, ioc.port);
      const readOnly = infos["CA:READONLY"];
      assert.ok(readOnly?.state === "connected");
      assert.deepEqual(readOnly.access, { read: true, write: false });
    });

    it("says the same of ai, longin, int64in, bi, mbbi, stringin and waveform records, and of their fields", async () => {
      await compare(libca, [...INPUT_NAMES, ...INPUT_FIELDS], ioc.port);
      const values = await Promise.all(
        ["CI:AI", "CI:INT64IN", "CI:BI", "CI:BI:NAMELESS", "CI:MBBI", "CI:WAVEFORM:ONE"].map(
          async (name) => (await ask(name, ioc.port)).value,
        ),
      );
      assert.deepEqual(values, [20.5, 1234567890123, "open", 1, "on", [9]]);
    });

    it("says of a name that the server does not have that it is refused, where libca never connects", async () => {
      const name = "CI:NOBODY";
      const ours = await ask(name, ioc.port);
      assert.equal(ours.state, "refused");
      assert.deepEqual(asLibca(ours), (await libca.info([name], { timeoutMs: 500 }))[name]);
    });

    it("tells a frozen server from a dead one", async () => {
      const { probe: impatient } = create({ timeoutSeconds: 0.5 });
      await impatient.start();
      const state = async (): Promise<string> => {
        const server = `127.0.0.1:${ioc.port}`;
        return (await impatient.info({ name: "CI:AI", server }, { signal: quiet })).state;
      };
      try {
        ioc.freeze();
        assert.equal(await state(), "timeout");
        ioc.thaw();
        assert.equal(await state(), "connected");
        await ioc.kill();
        assert.equal(await state(), "unreachable");
      } finally {
        await impatient.stop();
      }
    });
  });

  it("calls a host that does not answer unreachable, and takes that for no proof", async () => {
    // A cable whose other end leads nowhere.
    ip("link", "add", "cainfo0", "type", "veth", "peer", "name", "cainfo1");
    ip("address", "add", "198.18.0.1/24", "dev", "cainfo0");
    for (const end of ["cainfo0", "cainfo1"]) ip("link", "set", end, "up");
    const { probe, host } = create({ timeoutSeconds: 0.5 });
    await probe.start();
    try {
      const target = { name: "CI:AI", server: "198.18.0.2:5064" };
      const info = await probe.info(target, { signal: quiet });
      assert.deepEqual([info.state, info.host], ["unreachable", "198.18.0.2"]);
      assert.match(String(info.reason), /no answer/);
      assert.deepEqual(host.observations, []);
    } finally {
      await probe.stop();
      ip("link", "delete", "cainfo0");
    }
  });

  it("says the same of both owners of a name on one host", async () => {
    const place = await loopback();
    const one = await EpicsSoftIoc.start({
      on: place,
      database: 'record(ai, "CI:TWICE") { field(VAL, "1.5") }',
    });
    const two = await EpicsSoftIoc.start({
      on: place,
      database: `record(waveform, "CI:TWICE") {
        field(FTVL, "STRING") field(NELM, "4") field(INP, {const:["a", "b"]}) field(PINI, "YES") field(ASG, "READONLY")
      }`,
      security: SECURITY,
    });
    assert.notEqual(one.port, two.port);
    const answers: unknown[] = [];
    for (const { port } of [one, two]) {
      // libca takes the first owner that answers a search; this one searches over TCP, at one owner only.
      const libca = await LibcaClient.start({
        ...place,
        environment: {
          ...place.environment,
          EPICS_CA_ADDR_LIST: "",
          EPICS_CA_NAME_SERVERS: `127.0.0.1:${port}`,
        },
      });
      await compare(libca, ["CI:TWICE"], port);
      const { nativeType, elementCount, access, value } = await ask("CI:TWICE", port);
      answers.push([nativeType, elementCount, access?.write, value]);
      await libca.stop();
    }
    assert.deepEqual(answers, [
      ["DBF_DOUBLE", 1, true, 1.5],
      ["DBF_STRING", 4, false, ["a", "b"]],
    ]);
    await Promise.all([one.stop(), two.stop()]);
  });

  it("says the same of an IOC of caproto", async () => {
    const place = await loopback();
    const ioc = await CaprotoIoc.start({
      on: place,
      records: [
        { name: "CP:DOUBLE", kind: "double", value: 2.5, units: "mm", precision: 2 },
        { name: "CP:FLOATS", kind: "float", value: [0.5, 1.5] },
        { name: "CP:INTEGER", kind: "integer", value: -7 },
        { name: "CP:SHORTS", kind: "short", value: [1, 2, 3] },
        { name: "CP:STRING", kind: "string", value: "text" },
        { name: "CP:ENUM", kind: "enum", value: "b", enum_strings: ["a", "b"] },
        { name: "CP:BYTES", kind: "byte", value: [1, 2, 3, 4] },
      ],
    });
    const libca = await LibcaClient.start(place);
    const infos = await libca.info(ioc.names);
    const [first] = Object.values(infos);
    assert.ok(first?.state === "connected");
    await compare(libca, ioc.names, Number(first.host.split(":")[1]));
    await libca.stop();
    await ioc.kill();
  });
});
