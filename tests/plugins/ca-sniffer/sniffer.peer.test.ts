import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readWithTshark } from "../../../bench/replay-tshark.js";
import { Site, until } from "./support/site.js";
import { createSniffer } from "./support/sniffer.js";

const DATABASE = `
record(ai, "SNF:ai") { field(VAL, "3") }
record(waveform, "SNF:wave") { field(FTVL, "DOUBLE") field(NELM, "5000") field(NORD, "5000") }
`;

const GET = `
import os, sys
os.environ["EPICS_CA_ADDR_LIST"] = sys.argv[1]
os.environ["EPICS_CA_AUTO_ADDR_LIST"] = "NO"
import epicscorelibs.path.pyepics
import epics
for name in sys.argv[2:]:
    value = epics.caget(name, timeout=3)
    print(name, "absent" if value is None else "present", flush=True)
os._exit(0)
`;

type Observed = Record<string, unknown>[];

function ofType(observed: Observed, type: string): Observed {
  return observed.filter((one) => one.type === type);
}

function namesOf(observed: Observed): Set<unknown> {
  return new Set(ofType(observed, "search").flatMap(({ names }) => names as string[]));
}

/** The two tcpdumps took their own times of each packet, which differ by microseconds. */
function timeless({ at: _at, afterMs: _afterMs, ...rest }: Record<string, unknown>): object {
  return rest;
}

describe("ca-sniffer on a network of real IOCs and clients", function () {
  this.timeout(60_000);
  let site: Site;
  let database: string;
  let get: string;
  beforeEach(() => {
    site = new Site();
    database = join(site.folder, "snf.db");
    get = join(site.folder, "get.py");
    writeFileSync(database, DATABASE);
    writeFileSync(get, GET);
  });
  afterEach(() => site.close());

  async function startIoc(): Promise<void> {
    const ioc = site.python("a", "-m", "epicscorelibs.ioc", "-d", database);
    let said = "";
    for (const stream of [ioc.stdout!, ioc.stderr!]) stream.on("data", (text) => (said += text));
    await until(() => said.includes("IOC Running"), "the IOC runs");
  }

  /** What a client on host b gets, one line a name. */
  async function caget(addressList: string, ...names: readonly string[]): Promise<string[]> {
    const client = site.python("b", get, addressList, ...names);
    let said = "";
    client.stdout!.on("data", (text) => (said += text));
    await once(client, "exit");
    return said.split("\n").filter((line) => / (present|absent)$/.test(line));
  }

  it("sees searches and beacons by sockets, and leaves the IOC beside it its unicast searches", async () => {
    const observed = await site.sniffer("a", { source: "sockets" });
    await startIoc();
    assert.deepEqual(await caget("10.7.0.1", "SNF:ai"), ["SNF:ai present"]);
    assert.deepEqual(await caget("10.7.255.255", "SNF:wave", "SNF:none"), [
      "SNF:wave present",
      "SNF:none absent",
    ]);
    await until(() => ofType(observed, "beacon").length >= 5, "five beacons");
    assert.deepEqual(namesOf(observed), new Set(["SNF:wave", "SNF:none"]));
    const [search] = ofType(observed, "search");
    assert.match(String(search?.from), /^10\.7\.0\.2:/);
    const [beacon] = ofType(observed, "beacon");
    assert.deepEqual([beacon?.source, beacon?.port], ["10.7.0.1", 5064]);
  });

  it("sees replies and channels too by tcpdump, and a replay of the same packets gives the same", async () => {
    const file = join(site.folder, "wire.pcap");
    const tcpdump = site.start(
      "a",
      "tcpdump",
      "-Z",
      "root",
      "-i",
      "wire",
      "-U",
      "--immediate-mode",
      "-w",
      file,
    );
    let said = "";
    tcpdump.stderr!.on("data", (text) => (said += text));
    await until(() => said.includes("listening on"), "tcpdump listens");
    const observed = await site.sniffer("a", { source: "capture", interfaces: ["wire"] });
    await startIoc();
    await caget("10.7.255.255", "SNF:ai", "SNF:wave", "SNF:none");
    const channels = () => ofType(observed, "channel");
    await until(() => channels().length === 2, "two channels");
    const answers = ofType(observed, "answer");
    assert.deepEqual(new Set(answers.map(({ name }) => name)), new Set(["SNF:ai", "SNF:wave"]));
    for (const answer of answers) {
      assert.equal(answer.server, "10.7.0.1:5064");
      assert.ok(Number(answer.afterMs) < 1000);
    }
    for (const { server, outcome } of channels()) {
      assert.deepEqual([server, outcome], ["10.7.0.1:5064", "created"]);
    }
    await site.end(tcpdump);

    const replayed = createSniffer();
    await replayed.instance.replay!(file, new AbortController().signal);
    const found = replayed.observed as Observed;
    for (const type of ["search", "answer", "channel"]) {
      assert.deepEqual(ofType(found, type).map(timeless), ofType(observed, type).map(timeless));
    }
    const times = ({ at }: { readonly at?: unknown }) => Number(at);
    const live = ofType(observed, "search").map(times);
    ofType(found, "search").forEach((search, n) => {
      assert.ok(Math.abs(times(search) - (live[n] ?? 0)) <= 5);
    });
    const { output } = readWithTshark(file, site.folder);
    const seenByTshark = readFileSync(output, "latin1")
      .split("\n")
      .map((line) => line.split("\t"))
      .filter(([, , , , names]) => names)
      .map(([, source, port, , names]) => `${source}:${port} ${names}`);
    const seenByUs = ofType(found, "search").map(({ from, names }) => `${from} ${names}`);
    assert.ok(seenByUs.length >= 3);
    assert.deepEqual(seenByUs, seenByTshark);
  });

  it("sees the channels of an IOC on a port that nobody told it", async () => {
    const observed = await site.sniffer("b", { source: "capture", interfaces: ["wire"] });
    await startIoc();
    await startIoc();
    await caget("10.7.255.255", "SNF:ai", "SNF:wave");
    const servers = () => ofType(observed, "answer").map(({ server }) => String(server));
    await until(() => new Set(servers()).size === 2, "answers of both IOCs");
    await until(() => ofType(observed, "channel").length >= 2, "channels");
    const known = new Set(servers());
    for (const { server } of ofType(observed, "channel")) assert.ok(known.has(String(server)));
  });

  it("gets beacons from a repeater that does not share its port", async () => {
    const repeater = site.python("a", "-m", "caproto.commandline.repeater", "-v");
    let said = "";
    for (const stream of [repeater.stdout!, repeater.stderr!])
      stream.on("data", (text) => (said += text));
    await until(() => said.includes("Repeater is listening"), "the repeater listens");
    const observed = await site.sniffer("a", { source: "sockets" });
    await startIoc();
    await until(() => ofType(observed, "beacon").length >= 5, "five beacons");
    assert.equal(ofType(observed, "beacon")[0]?.source, "10.7.0.1");
    assert.ok(
      ofType(observed, "sensor").some(({ sensor }) => sensor === "ca-sniffer/repeater:5065"),
    );
  });
});
