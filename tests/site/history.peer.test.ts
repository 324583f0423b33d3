/** What pvmon says afterwards: of a host that was cut off, and of all that changed, came and went between two instants. */
import assert from "node:assert/strict";
import { HeartbeatSender, LibcaClient } from "../peers/index.js";
import type { Item, PvmonProcess } from "./pvmon-process.js";
import { HEARTBEAT_PERIOD_S, type SiteIoc, typesOf, WatchedSite } from "./watched-site.js";

const MOVING = "moving:value";
const record = `record(ai, "${MOVING}") { field(VAL, "7") }`;
const ABSENT = ["absent:one", "absent:two"];
/** A network that no host of the test is in. */
const ELSEWHERE = "10.0.0.0/16";

describe("the history of a site", function () {
  this.timeout(180_000);
  let site: WatchedSite;
  let first: SiteIoc;
  let second: SiteIoc;
  let steady: SiteIoc;
  let client: LibcaClient;

  before(async () => {
    site = await WatchedSite.start({ hosts: 5 });
    first = await site.startIoc({ name: "first", on: site.host(1), records: record });
    second = await site.startIoc({ name: "second", on: site.host(1) });
    steady = await site.startIoc({ name: "steady", on: site.host(2) });
    client = await LibcaClient.start(site.host(3));
    await client.monitor([...first.pvs, ...ABSENT]);
    await site.measured({ servers: 3, heartbeats: 3 });
  });
  after(async () => {
    client?.kill();
    await site?.remove();
  });

  const eventsOf = (pvmon: PvmonProcess, ioc: SiteIoc, types: string) =>
    pvmon.list(`/api/v1/events?host=${ioc.host}&type=${types}`);
  const search = async (pvmon: PvmonProcess, ioc: SiteIoc): Promise<boolean> => {
    const { answered } = await pvmon.post(`/api/v1/pvs/${MOVING}/search`);
    return (answered as Item[]).map(({ server }) => server).join() === ioc.server;
  };

  it("has one loss of a host whose cable was pulled, with all that ran on it", async () => {
    site.host(1).unplug();
    await site.both("the host is lost", async (pvmon) => {
      const { liveness, colour } = await pvmon.get(`/api/v1/hosts/${first.host}`);
      return liveness === "lost" && colour === "red";
    });
    await site.both("the loss is told once, and that of its applications", async (pvmon) => {
      const lost = await eventsOf(pvmon, first, "host.lost");
      const apps = await eventsOf(pvmon, first, "app.lost");
      return lost.length === 1 && apps.length === 2;
    });
    for (const pvmon of site.pvmons) {
      const [{ evidence } = {}] = await eventsOf(pvmon, first, "host.lost");
      const { servers } = evidence as Item;
      assert.deepEqual(new Set(servers as string[]), new Set([first.server, second.server]));
      const lost = await pvmon.list(`/api/v1/servers?host=${first.host}&state=lost`);
      assert.equal(lost.length, 2);
      const { apps, problems } = await pvmon.get(`/api/v1/hosts/${first.host}`);
      assert.ok((apps as Item[]).every(({ running }) => running === false));
      assert.equal((problems as string[]).length, 2);
      const other = await pvmon.get(`/api/v1/hosts/${steady.host}`);
      assert.deepEqual([other.liveness, other.colour], ["alive", "green"]);
    }
  });

  it("has its return when the cable is back, and nothing that restarted", async () => {
    site.host(1).plug();
    await site.both("the host is back", async (pvmon) => {
      const { liveness, colour } = await pvmon.get(`/api/v1/hosts/${first.host}`);
      const apps = await eventsOf(pvmon, first, "app.returned");
      return liveness === "alive" && colour === "green" && apps.length === 2;
    });
    await site.both("its return is told", async (pvmon) => {
      return (await eventsOf(pvmon, first, "host.returned")).length === 1;
    });
    for (const pvmon of site.pvmons) {
      for (const ioc of [first, second]) {
        const events = await pvmon.list(`/api/v1/events?server=${ioc.server}`);
        const types = typesOf(events).filter((type) => type.startsWith("server."));
        assert.equal(types[0], "server.started");
        assert.ok(!types.includes("server.restarted"), types.join());
        assert.equal((await pvmon.get(`/api/v1/servers/${ioc.server}`)).restarts, 0);
      }
      assert.deepEqual(await eventsOf(pvmon, first, "server.restarted,app.restarted"), []);
      assert.equal((await eventsOf(pvmon, first, "host.lost")).length, 1);
      const beats = await pvmon.list(`/api/v1/heartbeats?host=${first.host}`);
      assert.deepEqual(
        beats.map(({ restarts, lost }) => [restarts, lost]),
        [
          [0, false],
          [0, false],
        ],
      );
    }
  });

  it("has no loss of a host that goes on sending heartbeats without its servers", async () => {
    const address = site.host(4).address;
    const pair = [
      await site.startIoc({ name: "left", on: site.host(4) }),
      await site.startIoc({ name: "right", on: site.host(4), heartbeat: false }),
    ];
    const python = await HeartbeatSender.start(site.host(4), {
      version: "3.0",
      to: site.network.broadcast,
      period: HEARTBEAT_PERIOD_S,
      sp: 8080,
      img: "python3",
    });
    await site.measured({ servers: 5, heartbeats: 5 });
    for (const ioc of pair) await ioc.kill();
    await site.both("both servers are lost, and the host is not", async (pvmon) => {
      const lost = await pvmon.list(`/api/v1/servers?host=${address}&state=lost`);
      const { liveness } = await pvmon.get(`/api/v1/hosts/${address}`);
      return lost.length === 2 && liveness === "alive";
    });
    await site.both("their losses are told", async (pvmon) => {
      return (await pvmon.list(`/api/v1/events?host=${address}&type=server.lost`)).length === 2;
    });
    for (const pvmon of site.pvmons) {
      assert.deepEqual(await pvmon.list(`/api/v1/events?host=${address}&type=host.lost`), []);
    }
    await python.stop();
  });

  it("has what differs between two instants: a PV that moved, a server that came and one that went", async () => {
    await site.both("the first owner is found", (pvmon) => search(pvmon, first));
    const from = new Date().toISOString();
    const gone = first.server;
    await first.kill();
    const third = await site.startIoc({ name: "third", on: site.host(5), records: record });
    await site.both("its loss is told", async (pvmon) => {
      const server = await pvmon.get(`/api/v1/servers/${gone}`);
      return server.state === "lost";
    });
    await site.both("the new owner is found", (pvmon) => search(pvmon, third));
    await site.both("the changes are those", async (pvmon) => {
      const to = new Date().toISOString();
      const report = await pvmon.get(`/api/v1/changes?from=${from}&to=${to}`);
      const { pvs, servers, apps } = report as Record<string, Record<string, { items: Item[] }>>;
      const subjects = (list: { items: Item[] } | undefined) =>
        list?.items.map(({ subject }) => String(subject));
      const moved = pvs?.moved?.items.find(({ subject }) => subject === MOVING);
      if (moved === undefined || subjects(servers?.gone)?.length !== 1) return false;
      if (subjects(apps?.appeared)?.length !== 1) return false;
      assert.deepEqual([moved.before, moved.after], [[gone], [third.server]]);
      assert.deepEqual(subjects(servers?.appeared), [third.server]);
      assert.deepEqual(subjects(servers?.gone), [gone]);
      assert.deepEqual(subjects(apps?.appeared), [third.server]);
      const appeared = subjects(pvs?.appeared);
      return third.pvs.every((name) => appeared?.includes(name));
    });
    for (const pvmon of site.pvmons) {
      const now = new Date().toISOString();
      const nothing = await pvmon.get(`/api/v1/changes?from=${now}`);
      const { pvs, servers } = nothing as Record<string, Record<string, { total: number }>>;
      assert.deepEqual([pvs?.moved?.total, servers?.appeared?.total], [0, 0]);
      const [event] = await pvmon.list(`/api/v1/events?type=pv.moved&pv=${MOVING}`);
      assert.equal(event?.pv, MOVING);
    }
  });

  it("has how much was asked, and by whom most", async () => {
    const asking = site.host(3).address;
    await site.both("the client is the busiest", async (pvmon) => {
      const top = await pvmon.get("/api/v1/traffic/top?by=client&range=1h");
      const [busiest] = top.items as Item[];
      return busiest?.name === asking && Number(busiest.requests) > ABSENT.length;
    });
    await site.both("what nobody has is asked for most", async (pvmon) => {
      const top = await pvmon.get("/api/v1/traffic/top?by=pv&range=1h");
      const names = (top.items as Item[]).map(({ name }) => String(name));
      return ABSENT.every((name) => names.slice(0, 5).includes(name));
    });
    for (const pvmon of site.pvmons) {
      const path = `/api/v1/traffic?series=searchNames,beacons,client:${asking}&range=1h`;
      const { series, stepMs } = await pvmon.get(path);
      assert.equal(stepMs, 60_000);
      const sums = (series as { name: string; points: { value: number }[] }[]).map(
        ({ name, points }) => [name, points.reduce((sum, { value }) => sum + value, 0)] as const,
      );
      for (const [name, sum] of sums) assert.ok(sum > 0, name);
      const { searches } = await pvmon.get(`/api/v1/clients/${asking}`);
      const own = sums.find(([name]) => name === `client:${asking}`)?.[1] ?? 0;
      assert.ok(own <= Number(searches), `${own} of ${searches}`);
    }
  });

  it("has as one anomaly that beacons come from a network where no server should be", async () => {
    const network = `${steady.host.replace(/\d+$/, "0")}/24`;
    for (const pvmon of site.pvmons) assert.deepEqual(await pvmon.list("/api/v1/anomalies"), []);
    await site.stopPvmons();
    site.configure({ inventory: `  beaconNetworks: ["${ELSEWHERE}"]` });
    await site.startPvmons();
    await site.both("the anomaly is open, and each beacon counts", async (pvmon) => {
      const open = await pvmon.list("/api/v1/anomalies?state=open");
      const isOne = open.length === 1 && open[0]?.subject === network;
      return isOne && open[0]?.type === "wrongNetwork" && Number(open[0]?.count) >= 4;
    });
    await site.both("its opening is told once", async (pvmon) => {
      const opened = await pvmon.list("/api/v1/events?type=anomaly.opened");
      return opened.length === 1 && opened[0]?.subject === network;
    });
  });
});
