/**
 * What pvmon sends, counted where it cannot lie: by tcpdump on its own network card. Nothing unless somebody asks or
 * verification is on; then exactly what status says, and never more than the budget.
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Capture,
  EpicsSoftIoc,
  type Host,
  LibcaClient,
  libcaGet,
  Network,
  waitFor,
} from "../peers/index.js";
import { type Item, PvmonProcess, URL_BASE } from "./pvmon-process.js";
import { excess, type SentDatagram, sentDatagrams } from "./search-datagrams.js";

const PERIOD_S = 3;
const PER_DESTINATION = 5;
const TOTAL = 8;
/** Of verification: the shortest that the options allow. */
const ROUND_S = 36;
/** What lies between the decision to send and the time that the kernel notes, as a number of datagrams. */
const JITTER = 1;

/** Long enough that a datagram holds about a dozen. */
const names = (prefix: string, count: number): string[] =>
  Array.from(
    { length: count },
    (_, n) => `budget:${prefix}:a:name:as:long:as:people:make:them:${String(n).padStart(3, "0")}`,
  );

const site = (search: string): string => `
name: budget
log: { format: json }
detectors:
  - use: ca-sniffer
probes:
  - use: ca-search
    config: ${search}
  - use: cainfo
stores:
  - use: sqlite-store
    config: { path: PATH/pvmon.sqlite }
outputs:
  - use: http-api
`;

describe("what pvmon sends", function () {
  this.timeout(240_000);
  let network: Network;
  let watcher: Host;
  let pvmon: PvmonProcess;
  let capture: Capture;
  let monitor: LibcaClient | undefined;
  const iocs: EpicsSoftIoc[] = [];
  const served = {
    first: names("first", 100),
    second: names("second", 100),
    alone: names("alone", 100),
  };
  const present = Object.values(served).flat();
  const absent = names("absent", 40);

  const startIoc = async (host: number, records: readonly string[]): Promise<EpicsSoftIoc> => {
    const ioc = await EpicsSoftIoc.start({
      on: network.host(host),
      database: records.map((name) => `record(ai, "${name}") { field(VAL, "1") }\n`).join(""),
      environment: { EPICS_CAS_BEACON_PERIOD: String(PERIOD_S) },
    });
    iocs.push(ioc);
    return ioc;
  };
  const sent = () => sentDatagrams(capture, watcher.address);
  const reported = () => pvmon.counter("ca-search", "datagrams_sent_total");
  const inState = async (state: string) =>
    (await pvmon.list(`/api/v1/pvs?state=${state}`)).map(({ name }) => String(name)).sort();
  const ownerOf = async (server: string) =>
    (await pvmon.list(`/api/v1/pvs?server=${server}`)).map(({ name }) => String(name)).sort();

  before(async () => {
    network = Network.create({ hosts: 4 });
    watcher = network.host(1);
    await startIoc(2, served.first);
    await startIoc(2, served.second);
    await startIoc(3, served.alone);
  });
  after(async () => {
    monitor?.kill();
    for (const ioc of iocs) await ioc.kill();
    network?.removeNow();
  });
  afterEach(() => {
    monitor?.kill();
    monitor = undefined;
  });

  const ask = async (wanted: readonly string[]): Promise<void> => {
    monitor?.kill();
    monitor = await LibcaClient.start(network.host(4));
    await monitor.monitor(wanted);
  };

  describe("while verification is off", () => {
    let loopback: Capture;

    before(async () => {
      pvmon = new PvmonProcess(watcher, site("{}"));
      capture = await watcher.capture();
      loopback = await watcher.capture("", "lo");
      await pvmon.start();
      await ask([...present, ...absent]);
      await waitFor(
        "all names are known",
        async () => (await pvmon.list("/api/v1/pvs")).length === present.length + absent.length,
        20_000,
      );
    });
    after(async () => {
      await pvmon.stop();
      pvmon.remove();
      await loopback.stop();
      await capture.stop();
    });
    /** UDP, and whatever else leaves; ARP is a matter of the kernel's. */
    const leaves = async () => {
      const all = await capture.list(`ip and src host ${watcher.address}`);
      const within = await loopback.list("udp");
      return [...all, ...within];
    };

    it("is nothing, while clients search and IOCs start", async () => {
      const late = await startIoc(4, names("late", 1));
      await libcaGet(network.host(3), [...names("late", 1), ...served.first, ...absent]);
      await late.kill();
      await sleep(3000);
      assert.deepEqual(await leaves(), []);
      assert.equal(await reported(), 0);
    });

    it("is nothing for any page of the API", async () => {
      const { items: servers } = await pvmon.get("/api/v1/servers?limit=1");
      const [{ server } = {}] = servers as readonly Item[];
      const absentApp = "0".repeat(16);
      const pages = await pvmon.pages({
        name: String(present[0]),
        server: String(server),
        host: network.host(2).address,
        client: network.host(4).address,
        "groups/id": "active",
        // Of what no sensor here tells: these pages say that there is none.
        id: absentApp,
        app: absentApp,
        source: "no-monitor",
        port: "7",
      });
      const statuses: number[] = [];
      for (const page of pages) {
        const { status } = await pvmon.ask(page);
        const isAbsent = /0{16}|no-monitor|\/7$/.test(page);
        assert.equal(status, isAbsent ? 404 : 200, page);
        statuses.push(status);
      }
      assert.ok(statuses.filter((status) => status === 200).length >= 20, pages.join(" "));
      await readStream(watcher);
      assert.deepEqual(await leaves(), []);
      assert.equal(await reported(), 0);
    });

    it("is what status reports when somebody searches", async () => {
      const [here = "", gone = ""] = [served.second[0], absent[0]];
      const found = await pvmon.post(`/api/v1/pvs/${here}/search`);
      assert.equal((found.answered as readonly Item[]).length, 1);
      const silent = await pvmon.post(`/api/v1/pvs/${gone}/search`);
      assert.deepEqual([silent.answered, silent.tries], [[], 5]);
      const within = await loopback.list("udp and dst port 5064");
      const outside = await sent();
      assert.equal(outside.length + within.length, await reported());
      // The default: the broadcast address of each interface, of which the loopback is one.
      assert.deepEqual(
        outside.map(({ to, names }) => [to, ...names]),
        [here, ...Array<string>(5).fill(gone)].map((name) => [network.broadcast, name]),
      );
      assert.equal(within.length, outside.length);
      checkForm(outside);
    });

    it("is TCP to the one server when somebody asks for channel info, and no search", async () => {
      const before = await sent();
      const [name = ""] = served.second;
      const { items } = await pvmon.get(`/api/v1/pvs/${name}/channel-info`);
      assert.deepEqual(
        (items as readonly Item[]).map(({ server, state }) => [server, state]),
        [[`${network.host(2).address}:${iocs[1]?.port}`, "connected"]],
      );
      assert.equal((await sent()).length, before.length);
      const circuit = await capture.list(`tcp and src host ${watcher.address}`);
      const other = await capture.list(
        `tcp and src host ${watcher.address} and not dst host ${network.host(2).address}`,
      );
      assert.ok(circuit.length > 0);
      assert.deepEqual(other, []);
    });
  });

  describe("while verification is on", () => {
    /** Datagrams before the latest start of pvmon, which its counter knows nothing of. */
    let earlier = 0;
    /** UTC ms, the time of the capture too. */
    let startedAt = 0;
    const owners = { first: "", second: "", alone: "" };
    const verified = (rounds: string): string =>
      site(
        `{ destinations: ["${network.broadcast}"], datagramsPerSecond: ${PER_DESTINATION}, ` +
          `totalDatagramsPerSecond: ${TOTAL}, verification: { enabled: true, ${rounds} } }`,
      );
    const current = async () => (await sent()).slice(earlier);
    const between = (datagrams: readonly SentDatagram[], fromS: number, toS: number) =>
      datagrams.filter(({ at }) => at >= startedAt + fromS * 1000 && at < startedAt + toS * 1000);
    const quiet = async (): Promise<void> => {
      await waitFor(
        "no search is going on",
        async () => (await pvmon.counter("ca-search", "searches_active")) === 0,
        40_000,
      );
    };
    const checkCount = async (): Promise<void> => {
      await quiet();
      assert.equal((await current()).length, await reported());
    };

    before(async () => {
      const [first, second, alone] = iocs;
      owners.first = `${network.host(2).address}:${first?.port}`;
      owners.second = `${network.host(2).address}:${second?.port}`;
      owners.alone = `${network.host(3).address}:${alone?.port}`;
      pvmon = new PvmonProcess(watcher, verified("everyHours: 0.01, firstAfterSeconds: 10"));
      capture = await watcher.capture();
      await pvmon.start();
      startedAt = Date.parse(String((await pvmon.get("/api/v1/status")).startedAt));
      await ask([...present, ...absent]);
    });
    after(async () => {
      await pvmon.stop();
      pvmon.remove();
      await capture.stop();
    });

    it("finds every owner in the first round, and who has none", async () => {
      await waitFor(
        "the first round is through",
        async () => (await inState("online")).length === present.length,
        40_000,
      );
      await checkCount();
      assert.deepEqual(await inState("online"), [...present].sort());
      assert.deepEqual(await inState("neverAnswered"), [...absent].sort());
      for (const key of ["first", "second", "alone"] as const) {
        assert.deepEqual(await ownerOf(owners[key]), [...served[key]].sort(), key);
      }
    });

    it("asks the owners alone in the next rounds, and everybody for one that does not hear unicast", async () => {
      await waitFor(
        "three rounds are through",
        () => Date.now() > startedAt + (10 + 2.7 * ROUND_S) * 1000,
        4 * ROUND_S * 1000,
      );
      await checkCount();
      assert.deepEqual(await inState("online"), [...present].sort());
      assert.deepEqual(await inState("neverAnswered"), [...absent].sort());
      const third = between(await current(), 10 + 2 * ROUND_S - 1, 10 + 3 * ROUND_S - 1);
      const asked = (to: string) =>
        new Set(third.filter((datagram) => datagram.to === to).flatMap((one) => one.names));
      assert.deepEqual([...asked(network.host(3).address)].sort(), [...served.alone].sort());
      // One of the two on a host hears unicast; which one is the system's choice.
      const [hearing, deaf] = [...asked(network.host(2).address)].some((name) =>
        served.first.includes(name),
      )
        ? [served.first, served.second]
        : [served.second, served.first];
      assert.deepEqual([...asked(network.host(2).address)].sort(), [...hearing].sort());
      assert.deepEqual([...asked(network.broadcast)].sort(), [...deaf, ...absent].sort());
    });

    it("stays within the budget at every moment, in datagrams of the right form", async () => {
      const datagrams = await current();
      checkForm(datagrams);
      checkBudget(datagrams);
      assert.ok(datagrams.length > 100, `only ${datagrams.length} datagrams`);
      // The budget is what the first round waited for, so that it has been tried.
      const broadcasts = datagrams.filter(({ to }) => to === network.broadcast).map(({ at }) => at);
      assert.ok(excess(broadcasts, PER_DESTINATION) > -1.5, "never near the budget");
    });

    it("searches the PVs of a lost server, once it is lost", async () => {
      await pvmon.stop();
      earlier = (await sent()).length;
      pvmon.configure(verified("firstAfterSeconds: 86400"));
      await pvmon.start();
      // Nothing is called lost before a sensor has seen enough, and everything is as the stopped pvmon left it.
      await sleep(1000 * (20 + 3 * PERIOD_S));
      assert.equal(await reported(), 0);
      await iocs[2]?.kill();
      await waitFor(
        "the server is lost",
        async () => (await pvmon.get(`/api/v1/servers/${owners.alone}`)).state === "lost",
        4 * PERIOD_S * 1000 + 3000,
      );
      await checkCount();
      assert.deepEqual(await inState("lost"), [...served.alone].sort());
      assert.deepEqual(await inState("online"), [...served.first, ...served.second].sort());
      assert.deepEqual(await inState("neverAnswered"), [...absent].sort());
      const asked = new Set((await current()).flatMap((datagram) => datagram.names));
      assert.deepEqual([...asked].sort(), [...served.alone].sort());
      const { items } = await pvmon.get("/api/v1/events?type=pv.lost");
      assert.deepEqual(items, [], "the event of the server speaks for its PVs");
    });

    it("searches the PVs of a restarted server at once, and finds which of them it has no more", async () => {
      const before = await sent();
      const [kept, dropped] = [served.alone.slice(20), served.alone.slice(0, 20)];
      const ioc = await startIoc(3, kept);
      assert.equal(`${network.host(3).address}:${ioc.port}`, owners.alone);
      await waitFor(
        "its PVs are online again",
        async () => (await inState("lost")).length === dropped.length,
        15_000,
      );
      await checkCount();
      assert.deepEqual(await inState("lost"), [...dropped].sort());
      assert.deepEqual(
        await inState("online"),
        [...served.first, ...served.second, ...kept].sort(),
      );
      const datagrams = (await sent()).slice(before.length);
      const beacons = await capture.times(
        `udp dst port 5065 and src host ${network.host(3).address}`,
      );
      const [first] = datagrams;
      const secondBeacon = beacons.filter((at) => at > (before.at(-1)?.at ?? 0)).at(1) ?? 0;
      const waitedMs = Number(first?.at) - secondBeacon;
      assert.ok(waitedMs < PERIOD_S * 1000, `asked ${waitedMs} ms after the second beacon`);
      assert.equal(first?.to, network.host(3).address);
      // Events are shown once they are stored, a moment after the state.
      const lost = async () => await pvmon.list("/api/v1/events?type=pv.lost");
      const areStored = async () => (await lost()).length >= dropped.length;
      await waitFor("the losses are stored", areStored, 10_000);
      assert.deepEqual((await lost()).map(({ pv }) => pv).sort(), [...dropped].sort());
    });

    it("has stayed within the budget all the time", async () => {
      const datagrams = await current();
      checkForm(datagrams);
      checkBudget(datagrams);
    });
  });

  function checkBudget(datagrams: readonly SentDatagram[]): void {
    const times = datagrams.map(({ at }) => at);
    const total = excess(times, TOTAL);
    assert.ok(total <= JITTER, `${total} datagrams above the total budget`);
    for (const to of new Set(datagrams.map((datagram) => datagram.to))) {
      const own = excess(
        datagrams.filter((datagram) => datagram.to === to).map(({ at }) => at),
        PER_DESTINATION,
      );
      assert.ok(own <= JITTER, `${own} datagrams above the budget of ${to}`);
    }
  }
});

/** VERSION first, then searches to which only those reply that have the name; small enough for every network. */
function checkForm(datagrams: readonly SentDatagram[]): void {
  for (const { port, bytes, messages, names } of datagrams) {
    assert.equal(port, 5064);
    assert.ok(bytes <= 1024, `${bytes} bytes`);
    const [version, ...searches] = messages;
    assert.equal(version?.type, "version");
    assert.ok(searches.every((message) => message.type === "search" && message.replyFlag === 5));
    assert.ok(names.length > 0);
  }
}

/** Listens to the stream until its first message. */
async function readStream(on: Host): Promise<void> {
  const script = `
    const answer = await fetch(process.argv[1]);
    const { value } = await answer.body.getReader().read();
    console.log(answer.status, new TextDecoder().decode(value).split("\\n")[0]);
    process.exit();`;
  const node = [process.execPath, "--input-type=module", "--eval", script];
  const { lines } = await on.run([...node, `${URL_BASE}/api/v1/stream`]);
  assert.match(String(lines[0]), /^200 /);
}
