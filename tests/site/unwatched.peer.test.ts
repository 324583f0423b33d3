/** What happens to a site while pvmon cannot see it, because its own cable is pulled or because it does not run. */
import assert from "node:assert/strict";
import { HeartbeatSender } from "../peers/index.js";
import type { Item, PvmonProcess } from "./pvmon-process.js";
import { HEARTBEAT_PERIOD_S, type SiteIoc, typesOf, WatchedSite } from "./watched-site.js";

/** Of pvmon's host, in which everything would be lost. */
const OUTAGE_MS = 25_000;

describe("a site that pvmon cannot see for a while", function () {
  this.timeout(180_000);
  let site: WatchedSite;
  let steady: SiteIoc;
  let moving: SiteIoc;
  let mute: SiteIoc;
  let python: HeartbeatSender;

  before(async () => {
    site = await WatchedSite.start({ hosts: 3 });
    steady = await site.startIoc({ name: "steady", on: site.host(1), pvs: 15 });
    moving = await site.startIoc({ name: "moving", on: site.host(1) });
    mute = await site.startIoc({ name: "mute", on: site.host(2), heartbeat: false });
    // It has no CA server, and its host has nothing else.
    python = await HeartbeatSender.start(site.host(3), {
      version: "3.0",
      to: site.network.broadcast,
      period: HEARTBEAT_PERIOD_S,
      sp: 8080,
      img: "python3",
      stcmd: "web.py",
    });
    await site.measured({ servers: 3, heartbeats: 3 });
  });
  after(async () => {
    await python?.stop();
    await site?.remove();
  });

  const hosts = async (pvmon: PvmonProcess): Promise<string> => {
    const all = await pvmon.list("/api/v1/hosts");
    return all.map(({ colour, liveness }) => `${colour} ${liveness}`).join();
  };
  const ALL_WELL = Array(3).fill("green alive").join();
  const outage = async (): Promise<void> => {
    for (const n of [1, 2]) site.network.host(n).unplug();
    await site.both("pvmon knows that it is blind", async (pvmon) => {
      return (await pvmon.get("/api/v1/status")).blind === true;
    });
  };
  const plug = async (): Promise<void> => {
    for (const n of [1, 2]) site.network.host(n).plug();
    await site.both("pvmon sees again", async (pvmon) => {
      return (await pvmon.get("/api/v1/status")).blind === false;
    });
  };
  const verdicts = async (pvmon: PvmonProcess): Promise<readonly string[]> =>
    typesOf(await pvmon.list("/api/v1/events")).filter((type) => /^(server|app|host)\./.test(type));
  const appOf = async (pvmon: PvmonProcess, ioc: SiteIoc): Promise<Item> => {
    const apps = await pvmon.list(`/api/v1/apps?host=${ioc.host}`);
    return apps.find(({ command, port }) => command === ioc.command || port === ioc.port)!;
  };

  it("is not lost when the cable of pvmon itself is pulled", async () => {
    await site.both("all is well", async (pvmon) => (await hosts(pvmon)) === ALL_WELL);
    const before = await Promise.all(site.pvmons.map(verdicts));
    await outage();
    const since = Date.now();
    await site.both("the outage has lasted", async (pvmon) => {
      const now = await hosts(pvmon);
      assert.match(now, /^white \w+,white \w+,white \w+$/);
      return Date.now() - since > OUTAGE_MS;
    });
    await plug();
    await site.both("all is well again", async (pvmon) => (await hosts(pvmon)) === ALL_WELL);
    assert.deepEqual(await Promise.all(site.pvmons.map(verdicts)), before);
    await site.both("the blindness of each sensor is told once, and its end", async (pvmon) => {
      const events = await pvmon.list("/api/v1/events?type=sensor.blind,sensor.sees");
      const told = events.map(({ type, subject }) => `${type} ${String(subject).split("/")[0]}`);
      const latest = told.slice(0, 4).toSorted().join();
      return (
        told.filter((each) => each.startsWith("sensor.blind")).length === 2 &&
        latest ===
          "sensor.blind ca-sniffer,sensor.blind ioc-heartbeat,sensor.sees ca-sniffer,sensor.sees ioc-heartbeat"
      );
    });
  });

  for (const [when, away, back] of [
    ["while pvmon was blind", () => outage(), () => plug()],
    ["while pvmon was not running", () => site.stopPvmons(), () => site.startPvmons()],
  ] as const) {
    it(`is told of with all that changed ${when}, each application still itself`, async () => {
      const apps = await Promise.all(
        site.pvmons.map(async (pvmon) => [
          (await appOf(pvmon, steady)).id,
          (await appOf(pvmon, moving)).id,
        ]),
      );
      const counts = async (pvmon: PvmonProcess) => {
        const of = async (query: string) => (await pvmon.list(`/api/v1/events?${query}`)).length;
        return {
          steady: await of(`type=server.restarted&server=${steady.server}`),
          mute: await of(`type=server.restarted&server=${mute.server}`),
          app: await of(`type=app.restarted&app=${(await appOf(pvmon, moving)).id}`),
        };
      };
      const before = await Promise.all(site.pvmons.map(counts));
      await away();
      const old = moving.server;
      do {
        await moving.kill();
        await moving.start();
      } while (moving.server === old);
      await mute.kill();
      await mute.start();
      await back();
      await site.both("all is told", async (pvmon) => {
        const i = site.pvmons.indexOf(pvmon);
        const now = await counts(pvmon);
        const lost = (await pvmon.get(`/api/v1/servers/${old}`)).state === "lost";
        const { id, port, pid } = await appOf(pvmon, moving);
        return (
          lost &&
          port === moving.port &&
          pid === moving.pid &&
          id === apps[i]?.[1] &&
          now.mute === before[i]!.mute + 1 &&
          now.app === before[i]!.app + 1
        );
      });
      await site.both("all is well again", async (pvmon) => (await hosts(pvmon)) === ALL_WELL);
      for (const [i, pvmon] of site.pvmons.entries()) {
        assert.equal((await appOf(pvmon, steady)).id, apps[i]?.[0]);
        assert.equal((await counts(pvmon)).steady, before[i]!.steady);
        assert.deepEqual(await pvmon.list("/api/v1/events?type=host.lost"), []);
      }
    });
  }

  it("has its lists of PVs read again once pvmon has started again", async () => {
    await site.both("the list is read", async (pvmon) => {
      const { id } = await appOf(pvmon, steady);
      const { pvs } = await pvmon.get(`/api/v1/heartbeats/${id}`);
      const pv = await pvmon.get(`/api/v1/pvs/${steady.pvs[0]}`);
      return pvs === 15 && pv.state === "online" && (pv.heartbeat as Item | null)?.app === id;
    });
  });
});
