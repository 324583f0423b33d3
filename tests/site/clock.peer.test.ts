/** What becomes of a running site when somebody sets the clock of pvmon's machine, or pvmon stands still: nothing that anybody has to hear of. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type Capture, SetClock } from "../peers/index.js";
import type { Item, PvmonProcess } from "./pvmon-process.js";
import { excess, sentDatagrams } from "./search-datagrams.js";
import { HEARTBEAT_PERIOD_S, type SiteIoc, WatchedSite } from "./watched-site.js";

const HOUR_MS = 3_600_000;
/** Of beacons, as of heartbeats. */
const PERIOD_MS = HEARTBEAT_PERIOD_S * 1000;
/** What has been silent for three periods is lost, and told of within four more seconds. */
const LOSS_MS = 3 * PERIOD_MS + 4000;
/** Searches sent a second: to one address, and in all. */
const PER_DESTINATION = 2;
const TOTAL = 3;
/** Between the decision to send and the time that the kernel notes, a process may stand still: a datagram to each of two addresses. */
const JITTER = 2;
/** So many that each round of verification takes several seconds. */
const PVS = 300;
/** What a sensor says of each jump: that it was blind, and that it sees. */
const MAX_SENSOR_EVENTS = 12;

describe("a site where the clock of pvmon's machine jumps", function () {
  this.timeout(240_000);
  let clock: SetClock;
  let site: WatchedSite;
  let mortal: SiteIoc;
  const captures: Capture[] = [];

  before(async () => {
    clock = new SetClock();
    site = await WatchedSite.start({
      hosts: 2,
      environment: clock.environment,
      sections: () => ({
        search: `{ datagramsPerSecond: ${PER_DESTINATION}, totalDatagramsPerSecond: ${TOTAL}, verification: { enabled: true, everyHours: 0.01, firstAfterSeconds: 0 } }`,
      }),
    });
    for (const n of [1, 2]) {
      captures.push(await site.network.host(n).capture("udp and dst port 5064"));
    }
    const environment = { EPICS_CAS_BEACON_PERIOD: String(HEARTBEAT_PERIOD_S) };
    await site.startIoc({ name: "steady", on: site.host(1), pvs: PVS, environment });
    mortal = await site.startIoc({ name: "mortal", on: site.host(2), environment });
    await site.measured({ servers: 2, heartbeats: 2 });
    await site.both("every PV is found", async (pvmon) => {
      const { total } = await pvmon.get("/api/v1/pvs?state=online&limit=1");
      return total === PVS + mortal.pvs.length;
    });
  });
  after(async () => {
    await site?.remove();
    clock?.remove();
  });

  const events = async (pvmon: PvmonProcess): Promise<readonly Item[]> =>
    await pvmon.list("/api/v1/events");
  /** Everything is alive, and was seen just now by pvmon's clock. */
  const isWell = async (pvmon: PvmonProcess): Promise<boolean> => {
    const { blind } = await pvmon.get("/api/v1/status");
    const servers = await pvmon.list("/api/v1/servers?state=alive");
    const beats = await pvmon.list("/api/v1/heartbeats?lost=false");
    const last = [...servers.map((each) => each.lastSeenAt), ...beats.map((each) => each.lastAt)];
    const seen = last.map((at) => Date.parse(String(at)));
    const now = clock.now();
    return !blind && seen.length === 4 && seen.every((at) => Math.abs(now - at) < 2 * PERIOD_MS);
  };
  /** What happens, and for as long afterwards as a loss could take, says nothing to anybody but that the sensors were blind. */
  const tellsNothing = async (happens: () => void | Promise<void>): Promise<void> => {
    const before = await Promise.all(site.pvmons.map(events));
    await happens();
    const since = Date.now();
    await site.both("all is well by the new clock", isWell);
    await sleep(Math.max(0, LOSS_MS - (Date.now() - since)));
    await site.both("all is still well", isWell);
    for (const [i, pvmon] of site.pvmons.entries()) {
      const old = new Set(before[i]!.map(({ id }) => id));
      const told = (await events(pvmon)).filter(({ id }) => !old.has(id));
      const types = told.map(({ type }) => String(type));
      assert.deepEqual(
        types.filter((type) => !type.startsWith("sensor.")),
        [],
      );
      assert.ok(types.length > 0 && types.length <= MAX_SENSOR_EVENTS, types.join());
      const { total } = await pvmon.get("/api/v1/pvs?state=online&limit=1");
      assert.equal(total, PVS + mortal.pvs.length);
    }
  };
  /** Its own timers stop with it, and the sockets go on filling. */
  const standStill = async (): Promise<void> => {
    for (const pvmon of site.pvmons) pvmon.pause();
    await sleep(LOSS_MS);
  };
  const goOn = (): void => {
    for (const pvmon of site.pvmons) pvmon.resume();
  };

  for (const [where, aheadMs] of [
    ["three hours ahead", 3 * HOUR_MS],
    ["back to the right time", 0],
    ["back by two more hours", -2 * HOUR_MS],
  ] as const) {
    it(`tells of nothing when it is set ${where}`, () => tellsNothing(() => clock.set(aheadMs)));
  }

  it("tells of nothing when pvmon stood still for longer than servers may be silent", () =>
    tellsNothing(async () => {
      await standStill();
      goOn();
    }));

  it("tells of nothing when the machine was suspended for an hour", () =>
    tellsNothing(async () => {
      await standStill();
      clock.set(-HOUR_MS);
      goOn();
    }));

  it("tells of what really happens then, by the new clock and before all that was told until then", async () => {
    await mortal.kill();
    const killedAt = clock.now();
    await site.both("the loss is told", async (pvmon) => {
      const [event] = await pvmon.list(`/api/v1/events?type=server.lost&server=${mortal.server}`);
      if (event === undefined) return false;
      const at = Date.parse(String(event.at));
      assert.ok(Math.abs(at - killedAt) < 2 * LOSS_MS, `lost at ${event.at}`);
      return true;
    });
  });

  it("has searched within its budget all the time", async () => {
    for (const [i, capture] of captures.entries()) {
      const { address } = site.network.host(i + 1);
      const sent = await sentDatagrams(capture, address);
      assert.ok(sent.length > PVS / 20, `${sent.length} datagrams`);
      const over = excess(
        sent.map(({ at }) => at),
        TOTAL,
      );
      assert.ok(over <= JITTER, `${over} datagrams more than the budget`);
      for (const to of new Set(sent.map((each) => each.to))) {
        const times = sent.filter((each) => each.to === to).map(({ at }) => at);
        assert.ok(excess(times, PER_DESTINATION) <= JITTER, to);
      }
    }
  });

  it("has stored all of it as it was shown", async () => {
    const state = async (pvmon: PvmonProcess) => ({
      events: (await events(pvmon)).filter(({ type }) => !/^(sensor|plugin)\./.test(String(type))),
      servers: (await pvmon.list("/api/v1/servers")).map(({ server, startedAt }) => ({
        server,
        startedAt,
      })),
      pvs: (await pvmon.list("/api/v1/pvs")).map(({ name, server }) => ({ name, server })),
    });
    const before = await Promise.all(site.pvmons.map(state));
    await site.stopPvmons();
    await site.startPvmons();
    assert.deepEqual(await Promise.all(site.pvmons.map(state)), before);
  });
});
