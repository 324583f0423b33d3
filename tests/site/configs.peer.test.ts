/** Every site file that comes with pvmon passes `check` and does what its first line says; demo.yml is demo.peer.test.ts's. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import {
  EpicsSoftIoc,
  type Host,
  LibcaClient,
  Network,
  runProgram,
  waitFor,
} from "../peers/index.js";
import { Installation } from "./installation.js";
import { type Item, PvmonProcess } from "./pvmon-process.js";

const PRESENT = ["configs:first", "configs:second", "configs:third"];
const ABSENT = ["configs:fourth", "configs:fifth"];
const HERE = { prefix: [], environment: {} };

describe("the site files in configs/", function () {
  this.timeout(120_000);
  let network: Network;
  let watcher: Host;
  let installation: Installation;
  let pvmon: PvmonProcess | undefined;
  let ioc: EpicsSoftIoc;
  let client: LibcaClient | undefined;

  before(async () => {
    network = Network.create({ hosts: 3, kind: "hub" });
    watcher = network.host(1);
    ioc = await EpicsSoftIoc.start({
      on: network.host(2),
      database: PRESENT.map((name) => `record(ai, "${name}") { field(VAL, "6") }\n`).join(""),
      environment: { EPICS_CAS_BEACON_PERIOD: "2" },
    });
  });
  after(async () => {
    await ioc?.kill();
    network?.removeNow();
  });
  beforeEach(() => {
    installation = new Installation();
  });
  afterEach(async () => {
    client?.kill();
    client = undefined;
    pvmon?.remove();
    pvmon = undefined;
    installation.remove();
  });

  const start = async (config: string): Promise<PvmonProcess> => {
    pvmon = new PvmonProcess(watcher, installation.path(config), installation.main);
    await pvmon.start();
    return pvmon;
  };
  const ask = async (): Promise<void> => {
    client = await LibcaClient.start(network.host(3));
    await client.monitor([...PRESENT, ...ABSENT]);
  };
  const known = async (of: PvmonProcess) => {
    const pvs = await of.list("/api/v1/pvs");
    const events = await of.list("/api/v1/events");
    const servers = await of.list("/api/v1/servers");
    return {
      pvs: pvs.map(({ name, state, requests, server, firstSeenAt }) => ({
        name,
        state,
        requests,
        server,
        firstSeenAt,
      })),
      events: events.map(({ id, type, subject }) => ({ id, type, subject })),
      servers: servers.map(({ server, firstSeenAt, pvs }) => ({ server, firstSeenAt, pvs })),
    };
  };
  const inState = async (of: PvmonProcess, state: string) =>
    (await of.list(`/api/v1/pvs?state=${state}`)).map(({ name }) => name).sort();

  it("are all right", async () => {
    const files = readdirSync(installation.path("configs")).filter((file) => /\.yml$/.test(file));
    assert.deepEqual(files.sort(), ["demo.yml", "quickstart.yml", "replay.yml", "site.yml"]);
    for (const file of files) {
      const path = installation.path(`configs/${file}`);
      const command = [process.execPath, installation.main, "check", path];
      assert.deepEqual((await runProgram(HERE, command, 20_000)).lines, [`${path}: ok`]);
    }
    assert.equal(existsSync(installation.path("data")), false, "check wrote something");
  });

  it("quickstart.yml starts with nothing, finds what is there, and knows it after a stop", async () => {
    const first = await start("configs/quickstart.yml");
    assert.deepEqual((await known(first)).pvs, []);
    await ask();
    await waitFor(
      "the absent names are known",
      async () => (await inState(first, "neverAnswered")).length === ABSENT.length,
      60_000,
    );
    assert.deepEqual(await inState(first, "neverAnswered"), [...ABSENT].sort());
    assert.deepEqual(await inState(first, "unverified"), [...PRESENT].sort());
    const server = `${network.host(2).address}:${ioc.port}`;
    const { answered } = await first.post(`/api/v1/pvs/${PRESENT[0]}/search`);
    assert.deepEqual(
      (answered as Item[]).map((answer) => answer.server),
      [server],
    );
    assert.deepEqual(await inState(first, "online"), [PRESENT[0]]);
    await client?.stop();
    const before = await known(first);
    await first.stop();
    assert.ok(existsSync(installation.path("data/pvmon.sqlite")));

    await first.start();
    const after = await known(first);
    assert.deepEqual(after.pvs, before.pvs);
    assert.deepEqual(after.servers, before.servers);
    assert.deepEqual(after.events.slice(-before.events.length), before.events);
    const { status, ready } = await first.get("/api/v1/status");
    assert.deepEqual([status, ready], ["ok", true]);
    await first.stop();
  });

  it("site.yml, with the networks of the site, knows who serves what without asking", async () => {
    const file = installation.path("configs/site.yml");
    const text = readFileSync(file, "utf8");
    const adapted = text
      .replace("[10.7.0.255, 10.7.1.255]", `[${network.broadcast}]`)
      .replace("[10.7.0.0/16, 127.0.0.0/8]", `["${network.host(1).address}/24", 127.0.0.0/8]`);
    assert.equal(adapted.split(network.broadcast.replace(/\.255$/, ".")).length, 3);
    writeFileSync(file, adapted);
    const site = await start("configs/site.yml");
    await ask();
    await waitFor(
      "the absent names are known",
      async () => (await inState(site, "neverAnswered")).length === ABSENT.length,
      60_000,
    );
    assert.deepEqual(await inState(site, "online"), [...PRESENT].sort());
    assert.equal(await site.counter("ca-search", "datagrams_sent_total"), 0);
    const { items } = await site.get("/api/v1/servers");
    assert.deepEqual(
      (items as Item[]).map(({ server, state }) => [server, state]),
      [[`${network.host(2).address}:${ioc.port}`, "alive"]],
    );
    const { status, sensors } = await site.get("/api/v1/status");
    assert.equal(status, "ok");
    assert.deepEqual(
      (sensors as Item[]).map(({ id, status }) => [String(id).split("/", 1)[0], status]),
      [
        ["ioc-heartbeat", "ok"],
        ["sniffer", "ok"],
      ],
    );
    await site.stop();
  });

  it("replay.yml reads the capture that the command names", async () => {
    const capture = await network.host(3).capture();
    await ask();
    await waitFor(
      "the absent names have been asked for often enough",
      async () =>
        (await capture.list(`udp dst port 5064 and src host ${network.host(3).address}`)).length >=
        8,
      30_000,
    );
    await client?.stop();
    await capture.stop();
    const command = [process.execPath, installation.main, "replay", capture.file];
    const { lines } = await runProgram(HERE, command, 30_000);
    const { pvs, servers } = JSON.parse(lines.join("\n")) as Record<string, readonly Item[]>;
    const states = Object.fromEntries((pvs ?? []).map(({ name, state }) => [String(name), state]));
    assert.deepEqual(states, {
      ...Object.fromEntries(PRESENT.map((name) => [name, "online"])),
      ...Object.fromEntries(ABSENT.map((name) => [name, "neverAnswered"])),
    });
    assert.deepEqual(
      servers?.map(({ server }) => server),
      [`${network.host(2).address}:${ioc.port}`],
    );
    assert.equal(existsSync(installation.path("data")), false, "replay wrote something");
  });
});
