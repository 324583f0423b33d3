/** Beacons of real servers, recorded by beacon-trains/record.py: what the watch says about them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { BEGIN, NOTHING_KNOWN, WatchedSite } from "./beacon-simulation.js";

interface Train {
  readonly beaconPeriodSeconds: number;
  readonly actions: readonly (readonly [number, string])[];
  /** Time in ms, counter, port. */
  readonly beacons: readonly (readonly [number, number, number])[];
}

const FOLDER = new URL("../../../../../tests/core/model/beacons/beacon-trains/", import.meta.url);

function watchTrain(name: string): { site: WatchedSite; train: Train } {
  const train: Train = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf8"));
  const site = new WatchedSite();
  site.feed(train.beacons.map(([at, sequence, port]) => ({ at: BEGIN + at, sequence, port })));
  site.advance(BEGIN + Math.max(...train.actions.map(([at]) => at)));
  return { site, train };
}

function periodOf(site: WatchedSite): number {
  return site.servers.list({ limit: 1 }, NOTHING_KNOWN).items[0]?.periodMs ?? 0;
}

describe("the beacon watch on recorded trains", () => {
  it("sees an IOC of EPICS Base start, die and start again: one restart", () => {
    const { site, train } = watchTrain("rsrv-kill-restart");
    assert.deepEqual(site.types(), ["server.started", "server.restarted"]);
    const first = train.beacons.find(([at, sequence]) => at > 68_000 && sequence === 0);
    assert.equal(site.event("server.restarted").at, BEGIN + (first?.[0] ?? 0));
  });

  it("sees one that stayed away for long lost, then restarted, and not returned", () => {
    const { site } = watchTrain("rsrv-lost-restart");
    assert.deepEqual(site.types(), ["server.started", "server.lost", "server.restarted"]);
    assert.ok(Math.abs(periodOf(site) - 5_000) < 20, `${periodOf(site)} ms`);
  });

  it("sees iocPause and iocRun as a pause", () => {
    const { site } = watchTrain("rsrv-pause");
    assert.deepEqual(site.types(), ["server.started", "server.paused", "server.resumed"]);
    assert.ok(Math.abs(periodOf(site) - 15_000) < 20, `${periodOf(site)} ms`);
  });

  it("sees a short pause, and a long one as lost and resumed, with two copies of each beacon", () => {
    const { site } = watchTrain("rsrv-pause-long");
    assert.deepEqual(site.types(), [
      "server.started",
      "server.paused",
      "server.resumed",
      "server.lost",
      "server.resumed",
    ]);
  });

  it("sees each restart of an IOC that dies within seconds, and measures a period of 30 s", () => {
    const { site } = watchTrain("rsrv-kill-in-ramp");
    assert.deepEqual(site.types(), ["server.started", "server.restarted", "server.restarted"]);
  });

  it("sees a caproto server, which counts 0, 1, 2, start and restart", () => {
    const { site } = watchTrain("caproto-kill-restart");
    assert.deepEqual(site.types(), ["server.started", "server.restarted"]);
    assert.ok(Math.abs(periodOf(site) - 5_000) < 20, `${periodOf(site)} ms`);
  });
});
