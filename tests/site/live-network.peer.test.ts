/**
 * A network of seven hosts on one wire: real IOCs, real clients, and pvmon twice, once with sockets and once with a
 * capture. What happened is known, from the script and from tcpdump; both pvmons have to say the same, and so has the
 * replay of the recording.
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { decodeDatagram } from "epics-ca";
import {
  type Capture,
  EpicsSoftIoc,
  LibcaClient,
  libcaGet,
  Network,
  waitFor,
} from "../peers/index.js";
import { type Item, PvmonProcess, replay } from "./pvmon-process.js";

const PERIOD_S = 5;
const PERIOD_MS = PERIOD_S * 1000;
const DOUBLED = "site:doubled";

const records = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}:value${n}`);

const database = (names: readonly string[]): string =>
  names.map((name) => `record(ai, "${name}") { field(VAL, "1.5") field(PREC, "2") }\n`).join("");

const site = (name: string, source: string): string => `
name: ${name}
log: { format: json }
detectors:
  - use: ca-sniffer
    config: { ${source} }
probes:
  - use: ca-search
    config: { datagramsPerSecond: 5, totalDatagramsPerSecond: 10 }
  - use: cainfo
stores:
  - use: sqlite-store
    config: { path: PATH/pvmon.sqlite }
outputs:
  - use: http-api
`;

/** What two runs have to agree on: not how often a name came by, which a killed capture may cut off. */
const essence = {
  server: ({ server, state, restarts }: Item) => ({ server, state, restarts }),
  pv: ({ name, state, duplicate, invalid, requests, server }: Item) => ({
    name,
    state,
    duplicate,
    invalid,
    requests,
    server,
  }),
  event: ({ type, subject }: Item) => `${type} ${subject}`,
};

describe("pvmon on a network of seven hosts", function () {
  this.timeout(240_000);
  let network: Network;
  let sockets: PvmonProcess;
  let capture: PvmonProcess;
  let recording: Capture;
  let monitor: LibcaClient;
  const iocs: Record<string, EpicsSoftIoc> = {};
  const owner: Record<string, string> = {};
  const present = [
    ...records("one", 40),
    ...records("two", 30),
    ...records("three", 20),
    ...records("four", 9),
    DOUBLED,
  ];
  const absent = records("nowhere", 150);

  const ioc = async (
    name: string,
    host: number,
    names: readonly string[],
  ): Promise<EpicsSoftIoc> => {
    const on = network.host(host);
    const started = await EpicsSoftIoc.start({
      on,
      database: database(names),
      environment: { EPICS_CAS_BEACON_PERIOD: String(PERIOD_S) },
    });
    iocs[name] = started;
    owner[name] = `${on.address}:${started.port}`;
    return started;
  };
  const both = () => [sockets, capture];
  const eventsOf = async (pvmon: PvmonProcess, server: string): Promise<string[]> => {
    const events = await pvmon.list(`/api/v1/events?server=${server}`);
    const types = events.map(({ type }) => String(type)).reverse();
    return types.filter((type) => type.startsWith("server."));
  };

  before(async () => {
    network = Network.create({ hosts: 7, kind: "hub" });
    sockets = new PvmonProcess(network.host(1), site("sockets", "source: sockets"));
    capture = new PvmonProcess(
      network.host(2),
      site("capture", "source: capture, interfaces: [eth0]"),
    );
    recording = await network.host(2).capture();
    await Promise.all(both().map((pvmon) => pvmon.start()));
    await ioc("one", 3, [...records("one", 40), DOUBLED]);
    await ioc("two", 3, records("two", 30));
    await ioc("three", 4, [...records("three", 20), DOUBLED]);
    await ioc("four", 5, records("four", 9));
    monitor = await LibcaClient.start(network.host(6));
    await monitor.monitor([...present, ...absent]);
    // The ramp up to the period takes 5 s; two periods more make it known.
    await sleep(5000 + 4 * PERIOD_MS);
  });

  after(async () => {
    await monitor?.stop();
    for (const one of Object.values(iocs)) await one.kill();
    for (const pvmon of both()) {
      await pvmon?.stop();
      pvmon?.remove();
    }
    network?.removeNow();
  });

  it("finds every server, two on one host, with the period it measured and when it started", async () => {
    for (const pvmon of both()) {
      const servers = await pvmon.list("/api/v1/servers");
      assert.deepEqual(new Set(servers.map(({ server }) => server)), new Set(Object.values(owner)));
      for (const { state, periodMs, startedAt } of servers) {
        assert.equal(state, "alive");
        assert.ok(Math.abs(Number(periodMs) - PERIOD_MS) < 200, `period ${periodMs}`);
        assert.equal((startedAt as Item).source, "observed");
      }
      for (const server of Object.values(owner)) {
        assert.deepEqual(await eventsOf(pvmon, server), ["server.started"]);
      }
    }
  });

  it("says which names nobody answers, and who asks for them", async () => {
    for (const pvmon of both()) {
      const items = await pvmon.list("/api/v1/pvs?state=neverAnswered");
      assert.deepEqual(items.map(({ name }) => name).sort(), [...absent].sort());
      const detail = await pvmon.get(`/api/v1/pvs/${absent[0]}`);
      assert.deepEqual(
        (detail.clients as Item[]).map(({ client }) => client),
        [network.host(6).address],
      );
    }
  });

  it("knows who serves the others where it can see replies, without asking", async () => {
    const online = await capture.list("/api/v1/pvs?state=online");
    assert.deepEqual(online.map(({ name }) => name).sort(), [...present].sort());
    const served = await capture.list(`/api/v1/pvs?server=${owner.two}`);
    assert.deepEqual(served.map(({ name }) => name).sort(), records("two", 30).sort());
    const unverified = await sockets.list("/api/v1/pvs?state=unverified");
    assert.deepEqual(unverified.map(({ name }) => name).sort(), [...present].sort());
  });

  it("counts each datagram and each name of a client, as the recording does", async () => {
    await libcaGet(network.host(7), [...records("three", 5)]);
    // It has ended: nothing may be missing or too much.
    const ended = await recordedSearches(recording, network.host(7).address);
    assert.ok(ended.names >= 5);
    // It goes on asking between the two readings.
    const running = await recordedSearches(recording, network.host(6).address);
    for (const pvmon of both()) {
      const { datagrams, searches } = await pvmon.get(`/api/v1/clients/${network.host(7).address}`);
      assert.deepEqual({ datagrams, names: searches }, ended);
      const monitoring = await pvmon.get(`/api/v1/clients/${network.host(6).address}`);
      const difference = Number(monitoring.datagrams) - running.datagrams;
      assert.ok(difference >= 0 && difference <= 6, `${difference} datagrams more than recorded`);
      assert.ok(Number(monitoring.searches) >= running.names);
    }
  });

  it("has sent nothing until somebody asks", async () => {
    for (const pvmon of both())
      assert.equal(await pvmon.counter("ca-search", "datagrams_sent_total"), 0);
    for (const host of [1, 2]) {
      const { address } = network.host(host);
      assert.deepEqual(await recording.list(`udp and src host ${address}`), []);
    }
  });

  it("finds both servers of a doubled PV when somebody asks", async () => {
    for (const pvmon of both()) {
      const { answered } = await pvmon.post(`/api/v1/pvs/${DOUBLED}/search`);
      const servers = (answered as Item[]).map(({ server }) => String(server)).sort();
      assert.deepEqual(servers, [owner.one, owner.three].sort());
      const { duplicate, duplicates } = await pvmon.get(`/api/v1/pvs/${DOUBLED}`);
      assert.equal(duplicate, true);
      assert.deepEqual([...(duplicates as string[])].sort(), servers);
    }
  });

  it("reports what cainfo reports, for both owners of the doubled PV", async () => {
    const { items } = await sockets.get<{ items: Item[] }>(
      `/api/v1/pvs/${DOUBLED}/channel-info?value=true`,
    );
    assert.deepEqual(items.map(({ server }) => server).sort(), [owner.one, owner.three].sort());
    for (const { state, nativeType, elementCount, access, value } of items) {
      assert.deepEqual(
        [state, nativeType, elementCount, value],
        ["connected", "DBF_DOUBLE", 1, 1.5],
      );
      assert.deepEqual(access, { read: true, write: true });
    }
  });

  it("reports a restart once, by the second beacon and at most a second after it", async () => {
    const server = String(owner.three);
    await iocs.three?.kill();
    const killedAt = Date.now();
    const restarted = both().map((pvmon) =>
      waitFor(
        "the restart is reported",
        async () => (await eventsOf(pvmon, server)).includes("server.restarted") && Date.now(),
        15_000,
      ),
    );
    await ioc("three", 4, [...records("three", 20), DOUBLED]);
    assert.equal(owner.three, server);
    const seen = await Promise.all(restarted);
    const [, secondBeacon = 0] = (await beaconTimes(recording, server)).filter(
      (at) => at > killedAt,
    );
    for (const at of seen)
      assert.ok(at - secondBeacon <= 1000, `${at - secondBeacon} ms after the second beacon`);
    await sleep(3 * PERIOD_MS);
    for (const pvmon of both()) {
      assert.deepEqual(await eventsOf(pvmon, server), ["server.started", "server.restarted"]);
      const [event = {}] = await pvmon.list(
        `/api/v1/events?type=server.restarted&server=${server}`,
      );
      // RSRV counts 0, 0, 1, 2: the third beacon would be 1.
      assert.equal((event.evidence as Item).sequence, 0);
    }
  });

  it("tells iocPause and iocRun from a restart", async () => {
    const beacons = async () => (await beaconTimes(recording, String(owner.four))).length;
    const before = await beacons();
    // What was before the pause is silence, too, and three periods of it would be a loss.
    await waitFor("a beacon", async () => (await beacons()) > before, 2 * PERIOD_MS);
    await iocs.four?.pause();
    await sleep(2 * PERIOD_MS);
    await iocs.four?.resume();
    await sleep(2 * PERIOD_MS);
    for (const pvmon of both()) {
      assert.deepEqual(await eventsOf(pvmon, String(owner.four)), [
        "server.started",
        "server.paused",
        "server.resumed",
      ]);
    }
  });

  it("calls a killed IOC lost within three periods, and its PVs with it", async () => {
    const server = String(owner.two);
    const killedAt = Date.now();
    await iocs.two?.kill();
    for (const pvmon of both()) {
      await waitFor(
        "the loss is reported",
        async () => (await pvmon.get(`/api/v1/servers/${server}`)).state === "lost",
        3 * PERIOD_MS + 6000,
      );
      // Events are shown once they are stored, a moment after the state.
      const event = await waitFor(
        "the loss is stored",
        async () => (await pvmon.list(`/api/v1/events?type=server.lost&server=${server}`))[0],
        10_000,
      );
      const at = Date.parse(String(event.at));
      assert.ok(
        at - killedAt <= 3 * PERIOD_MS + 200,
        `lost ${at - killedAt} ms after it was killed`,
      );
    }
    const lost = await capture.list("/api/v1/pvs?state=lost");
    assert.deepEqual(lost.map(({ name }) => name).sort(), records("two", 30).sort());
  });

  it("gives the same from the recording as it gave live", async () => {
    await monitor.stop();
    await sleep(1000);
    const live = {
      servers: await capture.list("/api/v1/servers"),
      pvs: await capture.list("/api/v1/pvs"),
      events: await capture.list("/api/v1/events"),
    };
    await recording.stop();
    // The other pvmon is a client to this one.
    const own = network.host(2).address;
    const replayed = await replay(
      recording.file,
      `name: replay\ndetectors:\n  - use: ca-sniffer\n    config: { source: file, sourceClasses: { own: [${own}] } }\n`,
    );
    const same = (key: "servers" | "pvs" | "events", essential: (item: Item) => unknown): void => {
      const text = (items: readonly Item[] = []) =>
        items.map((item) => JSON.stringify(essential(item))).sort();
      assert.deepEqual(text(replayed[key]), text(live[key]));
    };
    same("servers", essence.server);
    same("pvs", essence.pv);
    const told = ({ type }: Item) => /^(server|host|pv)\./.test(String(type));
    live.events = live.events.filter(told);
    replayed.events = (replayed.events ?? []).filter(told);
    same("events", essence.event);
  });
});

/** Searches of a client so far, as tshark reads them: datagrams, and names in them. */
async function recordedSearches(
  recording: Capture,
  client: string,
): Promise<{ datagrams: number; names: number }> {
  const payloads = await recording.payloads(`udp.dstport == 5064 && ip.src == ${client}`);
  const searches = payloads.map((bytes) => decodeDatagram(bytes, "client").messages);
  const names = searches.flat().filter(({ type }) => type === "search").length;
  return { datagrams: payloads.length, names };
}

/** When the server's beacons left, UTC ms, by tcpdump. */
async function beaconTimes(recording: Capture, server: string): Promise<readonly number[]> {
  const [host, port] = server.split(":");
  // Bytes 14 and 15 of the UDP payload's header are the data count: the server's TCP port.
  const filter = `udp dst port 5065 and src host ${host} and udp[14:2] = ${port}`;
  return recording.times(filter);
}
