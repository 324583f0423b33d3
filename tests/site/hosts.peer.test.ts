/** What pvmon says of hosts, of what runs on them and of their health, on a network where all of that is known. */
import assert from "node:assert/strict";
import { ALL } from "../../plugins/linux-monitor/suffixes.js";
import { LibcaClient, waitFor } from "../peers/index.js";
import { startNameServer } from "./name-server.js";
import type { Item, PvmonProcess } from "./pvmon-process.js";
import { type SiteIoc, typesOf, WatchedSite } from "./watched-site.js";

const MONITOR = "srv-b";
const BOOTED_AT = Date.UTC(2026, 0, 2, 3, 4, 5);
const TWIN = "srv-twin";

/** Every record of a host's own monitor. */
const monitorRecords = ALL.map((suffix) => {
  const name = `${MONITOR}:${suffix}`;
  if (suffix === "BOOTTIME") return `record(ai, "${name}") { field(VAL, "${BOOTED_AT / 1000}") }`;
  if (suffix === "UPTIME") return `record(stringin, "${name}") { field(VAL, "3 days, 04:05") }`;
  if (suffix === "TIME" || suffix === "MACHINE") return `record(stringin, "${name}") {}`;
  return `record(ai, "${name}") { field(VAL, "12") }`;
}).join("\n");

describe("pvmon and the hosts of a site", function () {
  this.timeout(180_000);
  let site: WatchedSite;
  let one: SiteIoc;
  let two: SiteIoc;
  let mute: SiteIoc;
  let monitor: SiteIoc;
  let near: SiteIoc;
  let far: SiteIoc;
  let secondAddress: string;

  before(async () => {
    site = await WatchedSite.start({
      hosts: 4,
      sections: async (watcher, network) => {
        const [a, b, twin] = [3, 4, 5].map((n) => network.host(n).address);
        const server = await startNameServer(watcher, {
          [a!]: "srv-a.example.org",
          [b!]: "srv-b.example.org",
          [network.host(6).address]: "desk.example.org",
        });
        return {
          inventory: `  hosts: [{ name: ${TWIN}, addresses: [${twin}, ${second(twin!)}] }]`,
          detectors: `  - { use: host-names, config: { servers: ["${server}"], scanSeconds: 1 } }`,
          probes: `  - { use: linux-monitor, config: { everySeconds: 5, discoverySeconds: 10 } }`,
        };
      },
    });
    const [a, b, twin] = [site.host(1), site.host(2), site.host(3)];
    secondAddress = second(twin.address);
    await twin.run(["ip", "address", "add", `${secondAddress}/24`, "dev", "eth0"]);
    one = await site.startIoc({ name: "one", on: a, pvs: 25 });
    two = await site.startIoc({ name: "two", on: a, pvs: 12 });
    mute = await site.startIoc({ name: "mute", on: b, heartbeat: false });
    monitor = await site.startIoc({
      name: "monitor",
      on: b,
      records: monitorRecords,
      heartbeat: { img: "LinuxMonitor" },
    });
    near = await site.startIoc({ name: "near", on: twin });
    far = await site.startIoc({
      name: "far",
      on: twin,
      heartbeat: { from: secondAddress },
      environment: { EPICS_CAS_SERVER_PORT: "5070" },
    });
  });
  after(() => site?.remove());

  const host = (pvmon: PvmonProcess, address: string) => pvmon.get(`/api/v1/hosts/${address}`);
  const server = (pvmon: PvmonProcess, name: string) => pvmon.get(`/api/v1/servers/${name}`);
  /** By its command; by its process where heartbeats call the command something else. */
  const app = async (pvmon: PvmonProcess, ioc: SiteIoc): Promise<Item | undefined> => {
    const apps = await pvmon.list(`/api/v1/apps?host=${ioc.host}`);
    const named = apps.find(({ command }) => command === ioc.command);
    return named ?? apps.find(({ pid }) => pid === ioc.pid);
  };
  const ids = async (ioc: SiteIoc) =>
    await site.both("the application is known", async (pvmon) => (await app(pvmon, ioc))?.id);

  it("shows each host with its servers, applications and heartbeats, in green", async () => {
    const isWhole = (view: Item, servers: number, heartbeats: number) =>
      view.colour === "green" &&
      (view.servers as string[]).length === servers &&
      (view.apps as Item[]).length === servers &&
      (view.heartbeats as string[]).length === heartbeats;
    for (const [ioc, servers, heartbeats] of [
      [one, 2, 2],
      [monitor, 2, 1],
      [near, 2, 2],
    ] as const) {
      const views = await site.both(`host ${ioc.host} is whole`, async (pvmon) => {
        const view = await host(pvmon, ioc.host);
        return isWhole(view, servers, heartbeats) && view;
      });
      for (const view of views) {
        assert.deepEqual([view.state, view.liveness, view.problems], ["ok", "alive", []]);
        for (const { critical, running, directory } of view.apps as Item[]) {
          assert.deepEqual([critical, running, directory], ["critical", true, process.cwd()]);
        }
      }
    }
    for (const pvmon of site.pvmons) {
      const view = await host(pvmon, one.host);
      assert.deepEqual(view.servers, [one.server, two.server]);
      const apps = view.apps as Item[];
      assert.deepEqual(
        apps.map(({ command, port, pid }) => [command, port, pid]),
        [one, two].map(({ command, port, pid }) => [command, port, pid]),
      );
      assert.deepEqual(new Set(view.heartbeats as string[]), new Set(apps.map(({ id }) => id)));
      const addresses = (await pvmon.list("/api/v1/hosts")).map((each) => each.host);
      assert.deepEqual(addresses.sort(), [one.host, monitor.host, near.host].sort());
    }
  });

  it("says which process is which server, one that sends no heartbeats by the process map", async () => {
    for (const ioc of [one, two, mute, monitor]) {
      const found = await site.both(`${ioc.server} is identified`, async (pvmon) => {
        const known = (await server(pvmon, ioc.server)).app as Item | null;
        return known?.confirmed === true && known;
      });
      // Where heartbeats say all there is to know, nobody is asked for the processes at once.
      const isRead = ioc.host === mute.host;
      for (const [i, pvmon] of site.pvmons.entries()) {
        // The two disturb each other, and read again what they could not.
        const own = await waitFor(
          `the process of ${ioc.server} is known`,
          async () => {
            const view = await pvmon.get(`/api/v1/apps/${found[i]?.id}`);
            return (!isRead || view.commandLine !== null) && view;
          },
          60_000,
        );
        assert.deepEqual(
          [own.port, own.pid, own.running, own.heartbeat],
          [ioc.port, ioc.pid, true, ioc !== mute],
        );
        if (!isRead) continue;
        assert.match(String(own.commandLine), /soft_ioc\.py/);
        const holder = await pvmon.get(`/api/v1/hosts/${ioc.host}/ports/${ioc.port}`);
        assert.equal(holder.pid, ioc.pid);
      }
    }
  });

  it("tells of each start once, with the application that it was", async () => {
    for (const ioc of [one, two, mute, monitor]) {
      await site.both(`the start of ${ioc.server} has its application`, async (pvmon) => {
        const events = await pvmon.list(`/api/v1/events?type=server.started&server=${ioc.server}`);
        return events.length === 1 && events[0]?.app === (await app(pvmon, ioc))?.id;
      });
    }
  });

  it("knows heartbeats: version, process, up time, clock and how many PVs each lists", async () => {
    for (const ioc of [one, two, monitor, near, far]) {
      await site.both(`the list of ${ioc.server} is read`, async (pvmon) => {
        const beats = await pvmon.list(`/api/v1/heartbeats?host=${ioc.host}`);
        return beats.some(({ port, pvs }) => port === ioc.port && pvs === ioc.pvs.length);
      });
    }
    for (const pvmon of site.pvmons) {
      const beats = await pvmon.list("/api/v1/heartbeats?lost=false");
      assert.equal(beats.length, 5);
      for (const ioc of [one, two, monitor, near, far]) {
        const beat = beats.find((each) => each.host === ioc.host && each.port === ioc.port)!;
        const known = await app(pvmon, ioc);
        assert.deepEqual(
          [beat.app, beat.version, beat.pid, beat.pvListComplete, beat.lost, beat.restarts],
          [known?.id, "2.0", ioc.pid, true, false, 0],
        );
        assert.ok(Math.abs(Number(beat.clockOffsetSeconds)) < 3, `${beat.clockOffsetSeconds} s`);
        const age = (Date.now() - Date.parse(String(known?.startedAt))) / 1000;
        assert.ok(Math.abs(Number(beat.upSeconds) - age) < 5, `${beat.upSeconds} of ${age} s`);
        assert.deepEqual(await pvmon.list(`/api/v1/heartbeats/${beat.app}/pvs`), ioc.pvs);
      }
    }
  });

  it("knows a PV that nobody ever asked for to be online, by the list of its application", async () => {
    const [name = ""] = one.pvs;
    for (const pvmon of site.pvmons) {
      const pv = await pvmon.get(`/api/v1/pvs/${name}`);
      const { id } = (await app(pvmon, one))!;
      assert.deepEqual(
        [pv.state, pv.server, pv.requests, pv.lastRequestedAt],
        ["online", one.server, 0, null],
      );
      assert.deepEqual(pv.heartbeat, { app: id, host: one.host, port: one.port });
      const online = await pvmon.list(`/api/v1/pvs?server=${one.server}&state=online`);
      assert.deepEqual(online.map((each) => each.name).sort(), [...one.pvs].sort());
    }
  });

  it("calls hosts by the names that a name server has, clients too", async () => {
    const client = await LibcaClient.start(site.host(4));
    try {
      await client.monitor(["nowhere:to:be:found"]);
      await site.both("the names are known", async (pvmon) => {
        const names = [(await host(pvmon, one.host)).name, (await host(pvmon, monitor.host)).name];
        const asking = await pvmon.list("/api/v1/clients");
        const desk = asking.find((each) => each.client === site.host(4).address);
        return `${names} ${desk?.name}` === "srv-a,srv-b desk";
      });
    } finally {
      await client.stop();
    }
    for (const pvmon of site.pvmons) {
      assert.equal((await host(pvmon, "srv-a")).host, one.host);
      assert.equal((await server(pvmon, two.server)).hostName, "srv-a");
    }
  });

  it("takes the addresses of one machine for one host", async () => {
    for (const pvmon of site.pvmons) {
      for (const address of [near.host, secondAddress, TWIN]) {
        const view = await host(pvmon, address);
        assert.deepEqual(
          [view.host, view.name, view.addresses, view.servers],
          [near.host, TWIN, [near.host, secondAddress], [near.server, far.server]],
        );
      }
      for (const address of [near.host, secondAddress]) {
        const beats = await pvmon.list(`/api/v1/heartbeats?host=${address}`);
        assert.deepEqual(beats.map(({ port }) => port).sort(), [near.port, far.port].sort());
        assert.ok(beats.every((beat) => beat.host === near.host && beat.hostName === TWIN));
        const log = await pvmon.list(`/api/v1/logs?host=${address}`);
        assert.deepEqual(typesOf(log).toSorted(), [
          "app.started",
          "app.started",
          "server.started",
          "server.started",
        ]);
      }
    }
  });

  it("finds the monitor of a host by its records, and shows its health", async () => {
    for (const pvmon of site.pvmons) {
      const { answered } = await pvmon.post(`/api/v1/pvs/${MONITOR}:BOOTTIME/search`);
      assert.equal((answered as Item[]).length, 1);
    }
    await site.both("the monitor was read", async (pvmon) => {
      return (await pvmon.list("/api/v1/health")).length === 1;
    });
    for (const pvmon of site.pvmons) {
      const health = await pvmon.get(`/api/v1/health/${MONITOR}`);
      const values = health.values as Item;
      assert.deepEqual(
        [health.source, health.host, health.hostName, health.lost],
        [MONITOR, monitor.host, "srv-b", false],
      );
      assert.deepEqual([values.BOOTTIME, values.LOAD15MIN], [BOOTED_AT / 1000, 12]);
      assert.ok(Number(health.upSeconds) >= 273_900, `${health.upSeconds} s`);
      assert.equal(((await host(pvmon, monitor.host)).health as Item).source, MONITOR);
      assert.equal((await host(pvmon, one.host)).health, null);
    }
  });

  it("answers programs written for PV Monitor in its formats", async () => {
    const [name = ""] = two.pvs;
    for (const pvmon of site.pvmons) {
      const { heartbeats, lost_count, status } = await pvmon.get(
        `/api/v1.0/heartbeats?host=${two.host}&raw`,
      );
      assert.deepEqual([status, lost_count, (heartbeats as Item[]).length], ["OK", 0, 2]);
      const beat = (heartbeats as Item[]).find(({ app_port }) => app_port === two.port)!;
      assert.deepEqual(
        [beat.pid, beat.image, beat.command, beat.pvs, beat.lost, beat.ioc_id],
        [two.pid, "softIoc", "two.cmd", 12, false, numberOf(two.host)],
      );
      assert.deepEqual((beat.raw as Item).pid, String(two.pid));
      const { beacons } = await pvmon.get(`/api/v1.0/beacons?host=${two.host}`);
      const [ip, port, facts] = (beacons as [number, number, Item][]).find(
        ([, each]) => each === two.port,
      )!;
      assert.deepEqual([ip, port], [numberOf(two.host), two.port]);
      assert.deepEqual([facts.cmd, facts.remap, facts.L], [two.command, false, null]);
      const { body: lines } = await pvmon.ask(`/cainfo/${name}`);
      assert.ok((lines as string[]).some((line) => /Native data type:\s+DBF_DOUBLE/.test(line)));
      assert.ok(
        (lines as string[]).some((line) => line.endsWith(`srv-a:${two.port}`)),
        String(lines),
      );
      assert.deepEqual(await pvmon.text(`/caget/${name}`), { status: 200, body: "1.5" });
    }
  });

  it("knows an application again at another port", async () => {
    const before = await ids(two);
    const old = two.server;
    await two.kill();
    // The second IOC of a host gets a port from the system.
    do {
      await two.kill();
      await two.start();
    } while (two.server === old);
    for (const [i, pvmon] of site.pvmons.entries()) {
      const [id] = [before[i]];
      await site.both("the application has moved", async () => {
        const own = await pvmon.get(`/api/v1/apps/${id}`);
        return own.port === two.port && own.pid === two.pid && own.running === true;
      });
    }
    await site.both("the old server is lost, and the new one is the application", async (pvmon) => {
      const [lost] = await pvmon.list(`/api/v1/events?type=server.lost&server=${old}`);
      const started = await pvmon.list(`/api/v1/events?type=server.started&server=${two.server}`);
      const restarted = await pvmon.list(`/api/v1/events?type=app.restarted&host=${two.host}`);
      const { id } = (await app(pvmon, two))!;
      return (
        lost?.app === id &&
        started.length === 1 &&
        started[0]?.app === id &&
        restarted.length === 1 &&
        restarted[0]?.app === id
      );
    });
    for (const pvmon of site.pvmons) {
      const { apps, colour } = await host(pvmon, two.host);
      assert.deepEqual([(apps as Item[]).length, colour], [2, "green"]);
      assert.equal((await server(pvmon, old)).state, "lost");
    }
  });

  it("says later which application restarted, once its process was looked at again", async () => {
    const before = await ids(mute);
    await monitor.stopHeartbeat();
    await mute.kill();
    await mute.start();
    const restarts = (pvmon: PvmonProcess) =>
      pvmon.list(`/api/v1/events?type=server.restarted&server=${mute.server}`);
    await site.both("the restart is told", async (pvmon) => (await restarts(pvmon)).length === 1);
    for (const [i, pvmon] of site.pvmons.entries()) {
      const [event] = await restarts(pvmon);
      const known = (await server(pvmon, mute.server)).app as Item;
      assert.deepEqual([event?.app, known.id, known.confirmed], [null, before[i], false]);
    }
    await monitor.startHeartbeat();
    await site.both("the restart has its application", async (pvmon) => {
      const [event] = await restarts(pvmon);
      const known = (await server(pvmon, mute.server)).app as Item;
      return known.confirmed === true && event?.app === known.id;
    });
    assert.deepEqual(await ids(mute), before);
  });

  it("sends nothing while its pages are read", async () => {
    const [, watcher] = site.network.hosts;
    const [, pvmon] = site.pvmons;
    await site.stopPvmons();
    site.configure({ isQuiet: true });
    await site.startPvmons();
    const captures = [await watcher!.capture(), await watcher!.capture("udp", "lo")];
    const [beat] = await pvmon!.list("/api/v1/heartbeats");
    const pages = await pvmon!.pages({
      name: one.pvs[0]!,
      server: one.server,
      host: one.host,
      port: String(one.port),
      client: site.host(4).address,
      "groups/id": "active",
      id: String(beat?.app),
      app: String(beat?.app),
      source: MONITOR,
    });
    assert.ok(pages.length >= 20, pages.join(" "));
    for (const page of pages) {
      const { status } = await pvmon!.ask(page);
      // Process maps do not outlive pvmon.
      assert.equal(status, page.includes("/ports/") ? 404 : 200, page);
    }
    assert.deepEqual(await captures[0]!.list(`ip and src host ${watcher!.address}`), []);
    assert.deepEqual(await captures[1]!.list("udp"), []);
    for (const capture of captures) await capture.stop();
  });
});

function second(address: string): string {
  return address.replace(/\d+$/, (last) => String(Number(last) + 100));
}

function numberOf(address: string): number {
  return address.split(".").reduce((number, octet) => number * 256 + Number(octet), 0);
}
