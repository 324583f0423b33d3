/** linux-monitor beside a real IOC that serves the records of a host, found by a real pvmon by their names alone. */
import assert from "node:assert/strict";
import { INVENTORY, METRICS, PROBES } from "pvmon";
import { createInstance, type Pvmon, type RecordingHost, startPvmon } from "pvmon/testkit";
import { SystemClock } from "../../../core/runtime/system-clock.js";
import linuxMonitor from "../../../plugins/linux-monitor/index.js";
import type { LinuxMonitorProbe } from "../../../plugins/linux-monitor/probe.js";
import { ALL, POLLED } from "../../../plugins/linux-monitor/suffixes.js";
import { Capture } from "../../peers/capture.js";
import {
  EpicsSoftIoc,
  type LibcaValue,
  type Loopback,
  libcaGet,
  loopback,
  waitFor,
} from "../../peers/index.js";

const HOST = "srv-test7";
const ROUND_S = 5;
const BOOTED_AT = Date.UTC(2026, 0, 2, 3, 4, 5);
const TIMEOUT_MS = 30_000;

const TEXTS: Readonly<Record<string, string>> = {
  UPTIME: "3 days, 04:05",
  MACHINE: "x86_64",
  TIME: clockText(new Date(Date.now() + 300_000)),
  VERSION: "2.1",
  IPADDR: "10.7.0.31",
  SYSNAME: "Linux",
  WD: "/opt/linuxmonitor",
};

/** `date` on a host whose clocks show UTC. */
function clockText(date: Date): string {
  const [day, dayOfMonth, month, , time] = date.toUTCString().replace(",", "").split(" ");
  return `${day} ${month} ${dayOfMonth} ${time?.slice(0, 8)}`;
}

/** Every kind of record that such a host may use for its values. */
function database(): string {
  const records = ALL.map((suffix, index) => {
    const name = `${HOST}:${suffix}`;
    const text = TEXTS[suffix];
    if (suffix === "BOOTTIME") return `record(ai, "${name}") { field(VAL, "${BOOTED_AT / 1000}") }`;
    if (suffix === "RELEASE") return `record(lsi, "${name}") { field(SIZV, "80") }`;
    if (suffix === "HBT") return `record(calc, "${name}") { field(CALC, "7") field(PINI, "YES") }`;
    if (text !== undefined) return `record(stringin, "${name}") { field(VAL, "${text}") }`;
    const kind = index % 2 === 0 ? "ai" : "longin";
    return `record(${kind}, "${name}") { field(VAL, "${index}") }`;
  });
  return `${records.join("\n")}\n`;
}

const site = ({ serverPort, repeaterPort }: Loopback): string => `
name: linux-monitor
log: { level: silent }
detectors:
  - use: ca-sniffer
    config: { searchPorts: [${serverPort}], beaconPorts: [${repeaterPort}] }
probes:
  - use: ca-search
    config: { destinations: ["127.255.255.255:${serverPort}"] }
  - use: linux-monitor
    config: { everySeconds: ${ROUND_S}, discoverySeconds: 10, timeZone: UTC }
stores: []
outputs: []
`;

describe("linux-monitor beside a real IOC", function () {
  this.timeout(120_000);
  let place: Loopback;
  let pvmon: Pvmon;
  let ioc: EpicsSoftIoc;
  let probe: LinuxMonitorProbe;
  let host: RecordingHost;
  let capture: Capture;

  // Its beacons come every 15 s: a loss takes 45 s to be noticed, and until then its PVs are online.
  const startIoc = (): Promise<EpicsSoftIoc> =>
    EpicsSoftIoc.start({ on: place, database: database() });
  const counted = (name: string): number => {
    const samples = pvmon.service(METRICS)?.samples() ?? [];
    return samples.find((one) => one.plugin === "linux-monitor" && one.name === name)?.value ?? 0;
  };
  const told = () => host.observations.filter((one) => one.type === "hostMetrics");

  before(async () => {
    place = await loopback();
    pvmon = await startPvmon(site(place));
    ioc = await startIoc();
    // A second one with the same inventory, whose observations can be looked at.
    const services = { inventory: pvmon.service(INVENTORY), clock: new SystemClock() };
    const config = { everySeconds: ROUND_S, discoverySeconds: 10, timeZone: "UTC" };
    const { instance, host: recording } = createInstance(linuxMonitor, config, services);
    probe = instance as LinuxMonitorProbe;
    host = recording;
    await probe.start();
  });
  after(async () => {
    await probe?.stop();
    await pvmon?.stop();
    await ioc?.kill();
  });

  it("asks nobody before a signature is online", async () => {
    assert.equal(counted("readings_total"), 0);
  });

  it("finds the host once its signature is known to be online, and reads what libca reads", async () => {
    const targets = [{ name: `${HOST}:BOOTTIME` }];
    const [found] = await pvmon.service(PROBES)!.run("search", targets, host.signal);
    assert.equal(found?.answers.length, 1);
    await waitFor("pvmon has read the host", () => counted("readings_total") > 0, TIMEOUT_MS);
    assert.equal(counted("hosts"), 1);
    const first = await waitFor("the host is told", () => told()[0], TIMEOUT_MS);
    assert.equal(first.source, HOST);
    assert.equal(first.server.port, ioc.port);
    const names = POLLED.map((suffix) => `${HOST}:${suffix}`);
    const libca = await libcaGet(place, names);
    for (const suffix of POLLED) {
      const expected: LibcaValue["value"] | undefined = libca[`${HOST}:${suffix}`]?.value;
      assert.equal(first.values[suffix], expected, suffix);
    }
    assert.equal(first.upSeconds, 273_900);
    assert.ok(Math.abs(first.clockOffsetSeconds! - 300) < 60, `${first.clockOffsetSeconds} s`);
  });

  it("reads all 35 values when somebody asks", async () => {
    await waitFor("the IOC takes a text", () => ioc.shell(`dbpf ${HOST}:RELEASE 5.14.0`), 5000);
    const before = told().length;
    const [outcome] = await probe.probe([{ name: HOST }], host.signal);
    assert.deepEqual([outcome?.error, outcome?.answers.length], [undefined, 1]);
    const all = told()[before]!;
    assert.deepEqual(Object.keys(all.values).sort(), [...ALL].sort());
    const { RELEASE, HBT, WD } = all.values;
    assert.deepEqual([RELEASE, HBT, WD], ["5.14.0", 7, TEXTS.WD]);
    const [own] = await pvmon.service(PROBES)!.run("health", [{ name: HOST }], host.signal);
    assert.deepEqual([own?.error, own?.tries], [undefined, 1]);
  });

  it("goes on every round without a search, and costs few packets", async () => {
    capture = await Capture.start(place, `port ${place.serverPort}`, "lo");
    const begun = [counted("readings_total"), told().length] as const;
    const both = () => counted("readings_total") >= begun[0] + 3 && told().length >= begun[1] + 3;
    await waitFor("three rounds", both, TIMEOUT_MS);
    await capture.stop();
    const readings =
      counted("readings_total") - begun[0] + (host.counters.get("readings_total") ?? 0);
    assert.deepEqual(await capture.list("udp"), []);
    const opened = await capture.list("tcp[tcpflags] == tcp-syn");
    const packets = await capture.list("tcp");
    assert.ok(opened.length >= 6 && opened.length <= readings, `${opened.length} circuits`);
    const each = packets.length / opened.length;
    assert.ok(each <= 20, `${each} packets a circuit`);
  });

  it("backs off from a host whose IOC was killed, still without a search, and reads it again when it is back", async () => {
    capture = await Capture.start(place, `port ${place.serverPort}`, "lo");
    await ioc.kill();
    const failures = () => counted("failed_readings_total");
    await waitFor("a round of three tries has failed", () => failures() >= 3, TIMEOUT_MS);
    assert.equal(counted("failing_hosts"), 1);
    await capture.stop();
    assert.deepEqual(await capture.list("udp"), []);
    const before = told().length;
    const { port } = ioc;
    ioc = await startIoc();
    assert.equal(ioc.port, port);
    await waitFor("the host is read again", () => told().length > before, 60_000);
    await waitFor("nothing fails any more", () => counted("failing_hosts") === 0, TIMEOUT_MS);
  });
});
