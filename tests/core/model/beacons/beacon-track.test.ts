/** The rules of the beacon watch, one by one. */
import assert from "node:assert/strict";
import { BeaconPeriod } from "../../../../core/model/beacons/beacon-period.js";
import { isPastRamp, upTimeMs } from "../../../../core/model/beacons/beacon-ramp.js";
import { BeaconTrack } from "../../../../core/model/beacons/beacon-track.js";
import { BEGIN, beaconsOf, type SentBeacon, WatchedSite } from "./beacon-simulation.js";

const MINUTE = 60_000;

/** A server in mid-life with its period measured: its last counter is `last`, sent at BEGIN. */
function measured(last: number, periodMs = 15_000): BeaconTrack {
  const track = new BeaconTrack(BEGIN - 5 * periodMs, last - 5);
  for (let ago = 4; ago >= 0; ago--) track.observe(BEGIN - ago * periodMs, last - ago);
  return track;
}

function kinds(track: BeaconTrack, beacons: readonly (readonly [number, number])[]): string[] {
  return beacons.map(([atMs, sequence]) => track.observe(BEGIN + atMs, sequence).kind);
}

describe("the start ramp", () => {
  it("takes 20.46 s to counter 9 and then one period a beacon", () => {
    assert.equal(upTimeMs(0, 15_000), 0);
    assert.equal(upTimeMs(1, 15_000), 60);
    assert.equal(upTimeMs(9, 15_000), 20_460);
    assert.equal(upTimeMs(10, 15_000), 35_460);
    assert.equal(upTimeMs(5769, 15_000), 20_460 + 15_000 * 5760);
  });

  it("ends sooner with a shorter period", () => {
    assert.equal(upTimeMs(7, 5_000), 5_100);
    assert.equal(upTimeMs(8, 5_000), 10_100);
    assert.equal(upTimeMs(9, 5_000), 15_100);
  });

  it("is over when a gap is clearly shorter than the ramp would have it", () => {
    assert.equal(isPastRamp(8, 10_240), false);
    assert.equal(isPastRamp(9, 15_000), true);
  });
});

describe("the measured period", () => {
  it("is unknown until two intervals agree, and corrected for lost beacons", () => {
    const period = new BeaconPeriod();
    period.observe(5_010, 1, true);
    assert.equal(period.ms, undefined);
    period.observe(15_030, 3, true);
    assert.equal(period.ms, 5_010);
  });

  it("is not fooled by a late beacon, and follows a change", () => {
    const period = new BeaconPeriod();
    for (let beacon = 0; beacon < 10; beacon++) period.observe(15_000, 1, true);
    period.observe(22_000, 1, true);
    assert.equal(period.ms, 15_000);
    period.observe(30_000, 1, true);
    period.observe(30_000, 1, true);
    assert.equal(period.ms, 30_000);
  });

  it("is known the better the longer it was watched", () => {
    const period = new BeaconPeriod();
    const before = period.errorMs(15_000);
    for (let beacon = 0; beacon < 10; beacon++) period.observe(15_000, 1, true);
    const after = period.errorMs(15_000);
    for (let beacon = 0; beacon < 90; beacon++) period.observe(15_000, 1, true);
    assert.ok(before > after && after > period.errorMs(15_000));
  });
});

describe("a server's beacons", () => {
  it("a reordered beacon is no restart", () => {
    assert.deepEqual(kinds(measured(101), [[1_500, 100]]), ["copy"]);
    assert.deepEqual(
      kinds(measured(101), [
        [5_000, 100],
        [15_000, 102],
        [30_000, 103],
      ]),
      ["waiting", "advanced", "advanced"],
    );
  });

  it("a young server that starts again is known although its counter gets past the old one between two beacons", () => {
    const track = new BeaconTrack(BEGIN, 1);
    assert.deepEqual(
      kinds(track, [
        [560, 4],
        [46_000, 2],
        [47_100, 5],
      ]),
      ["advanced", "waiting", "restarted"],
    );
  });

  it("a young server that starts again is known although the first counter that arrives is the one it died at", () => {
    const next = [
      [47_100, 5],
      [47_700, 1],
    ] as const;
    for (const beacon of next) {
      const track = new BeaconTrack(BEGIN, 1);
      assert.deepEqual(kinds(track, [[560, 4], [46_500, 4], [46_504, 4], beacon]), [
        "advanced",
        "waiting",
        "copy",
        "restarted",
      ]);
    }
  });

  it("a copy that comes far too late is no restart of a server that has been up for longer", () => {
    assert.deepEqual(
      kinds(measured(100), [
        [15_000, 101],
        [25_000, 101],
        [30_000, 102],
        [40_000, 102],
        [45_000, 103],
      ]),
      ["advanced", "copy", "advanced", "copy", "advanced"],
    );
  });

  it("copies over several interfaces are nothing", () => {
    assert.deepEqual(
      kinds(measured(100), [
        [0, 100],
        [1, 100],
        [15_000, 101],
        [15_001, 101],
      ]),
      ["copy", "copy", "advanced", "copy"],
    );
  });

  it("a restart is known with the second beacon of the new one, 0 and 0 or 0 and 1", () => {
    assert.deepEqual(
      kinds(measured(5_000), [
        [6_000, 0],
        [6_020, 0],
        [6_060, 1],
      ]),
      ["waiting", "restarted", "advanced"],
    );
    assert.deepEqual(
      kinds(measured(5_000), [
        [6_000, 0],
        [6_040, 1],
        [6_120, 2],
      ]),
      ["waiting", "restarted", "advanced"],
    );
  });

  it("a restart is known when its first beacons were lost or came in disorder", () => {
    assert.deepEqual(
      kinds(measured(5_000), [
        [6_300, 3],
        [7_260, 6],
      ]),
      ["waiting", "restarted"],
    );
    assert.deepEqual(
      kinds(measured(5_000), [
        [6_300, 3],
        [6_310, 1],
        [6_400, 2],
        [6_900, 4],
      ]),
      ["waiting", "restarted", "copy", "advanced"],
    );
  });

  it("a stray beacon seen twice is no restart", () => {
    assert.deepEqual(
      kinds(measured(5_000), [
        [6_000, 70],
        [6_001, 70],
        [15_000, 5_001],
      ]),
      ["waiting", "copy", "advanced"],
    );
  });

  it("the counter wraps from 4294967295 to 0 without a restart", () => {
    assert.deepEqual(
      kinds(measured(2 ** 32 - 1), [
        [15_000, 0],
        [30_000, 1],
      ]),
      ["advanced", "advanced"],
    );
  });

  it("lost beacons are counted by the counter", () => {
    assert.deepEqual(measured(100).observe(BEGIN + 45_000, 103), { kind: "advanced", missed: 2 });
  });

  it("a counter that goes on after a silence is a pause", () => {
    const verdict = measured(100).observe(BEGIN + 40_000, 101);
    const pause = { pausedAt: BEGIN, resumedAt: BEGIN + 40_000, byRamp: false };
    assert.deepEqual(verdict, { kind: "advanced", missed: 0, pause });
  });

  it("a ramp with a counter that goes on is a pause, however short", () => {
    const track = measured(100);
    assert.deepEqual(track.observe(BEGIN + 10_000, 101), { kind: "advanced", missed: 0 });
    const pause = { pausedAt: BEGIN, resumedAt: BEGIN + 10_000, byRamp: true };
    assert.deepEqual(track.observe(BEGIN + 10_020, 102), { kind: "advanced", missed: 0, pause });
    assert.deepEqual(track.observe(BEGIN + 10_060, 103), { kind: "advanced", missed: 0 });
  });

  it("a counter that ran on through a long silence is no pause because one late beacon spoilt the period", () => {
    // The first beacon is 0.4 s late, so that the mean is 4.9 s instead of 5 s.
    const track = new BeaconTrack(BEGIN + 400, 100);
    for (let beacon = 1; beacon <= 4; beacon++) track.observe(BEGIN + beacon * 5_000, 100 + beacon);
    const verdict = track.observe(BEGIN + 225_000, 145);
    assert.deepEqual(verdict, { kind: "advanced", missed: 40 });
  });

  it("a counter that fits a start during the silence is a restart", () => {
    const verdict = measured(100).observe(BEGIN + 600 * MINUTE, 1_000);
    assert.equal(verdict.kind, "restarted");
    const startedAt = BEGIN + 600 * MINUTE - upTimeMs(1_000, 15_000);
    assert.ok(verdict.kind === "restarted" && verdict.restart.startedAt === startedAt);
  });

  it("a counter that runs on through a silence is a network that was away", () => {
    assert.deepEqual(kinds(measured(100), [[600 * MINUTE, 2_500]]), ["advanced"]);
  });

  it("two counters that take turns are two servers, not restarts", () => {
    const turns = Array.from({ length: 12 }, (_, turn): [number, number] =>
      turn % 2 === 0
        ? [7_000 + turn * 7_500, 300 + turn / 2]
        : [7_500 + turn * 7_500, 5_001 + (turn - 1) / 2],
    );
    const said = kinds(measured(5_000), turns);
    assert.ok(!said.includes("restarted"));
    assert.equal(said.filter((kind) => kind === "interleaved").length, 4);
  });

  it("of two servers with one identity, the one that is left goes on without a restart", () => {
    const track = measured(5_000);
    for (let turn = 0; turn < 4; turn++) {
      track.observe(BEGIN + 7_000 + turn * 15_000, 300 + turn);
      track.observe(BEGIN + 15_000 + turn * 15_000, 5_001 + turn);
    }
    const alone = Array.from({ length: 8 }, (_, turn): [number, number] => [
      67_000 + turn * 15_000,
      304 + turn,
    ]);
    const said = kinds(track, alone);
    assert.deepEqual([...new Set(said)], ["interleaved", "advanced"]);
    assert.equal(track.sequence, 311);
  });

  it("two stray beacons that have nothing to do with each other are no restart", () => {
    assert.deepEqual(
      kinds(measured(5_000), [
        [6_000, 70],
        [7_000, 90_000],
        [15_000, 5_001],
      ]),
      ["waiting", "waiting", "advanced"],
    );
  });

  it("an ancient server that always counts 0 has a period all the same", () => {
    const track = new BeaconTrack(BEGIN, 0);
    assert.equal(track.beginning(BEGIN + 1_000), "undecided");
    for (let beacon = 1; beacon < 6; beacon++) track.observe(BEGIN + beacon * 15_000, 0);
    assert.equal(track.beginning(BEGIN + 75_000), "midLife");
    assert.equal(track.periodMs, 15_000);
    assert.deepEqual(track.observe(BEGIN + 105_000, 0), { kind: "advanced", missed: 1 });
    assert.equal(track.start, undefined);
  });

  it("an ancient server two gaps of whose ramp were taken for its period has the right one soon", () => {
    const track = new BeaconTrack(BEGIN, 0);
    // 2.56 s and 2.56 s of the ramp, both a little late, then 5 s for ever.
    for (const atMs of [2_610, 5_610]) track.observe(BEGIN + atMs, 0);
    assert.equal(Math.round((track.periodMs ?? 0) / 100), 28);
    for (let beacon = 1; beacon <= 12; beacon++) track.observe(BEGIN + 5_610 + beacon * 5_000, 0);
    assert.equal(track.periodMs, 5_000);
  });

  it("an ancient server whose successor counts has restarted", () => {
    const track = new BeaconTrack(BEGIN, 0);
    assert.deepEqual(
      kinds(track, [
        [15_000, 0],
        [24_000, 0],
        [24_020, 0],
        [24_060, 1],
      ]).at(-1),
      "restarted",
    );
  });

  it("tells its start from the counter within the error it states", () => {
    for (const periodMs of [5_000, 15_003, 30_010]) {
      const startAt = BEGIN - 40 * 24 * 60 * MINUTE;
      const life = { startAt, endAt: BEGIN + 5 * MINUTE, periodMs, counter: "rsrv" } as const;
      const seen = beaconsOf(life).filter(({ at }) => at >= BEGIN);
      const [first, ...rest] = seen as [SentBeacon, ...SentBeacon[]];
      const track = new BeaconTrack(first.at, first.sequence);
      for (const { at, sequence } of rest) track.observe(at, sequence);
      assert.equal(track.start?.source, "counter");
      const offMs = Math.abs((track.start?.at ?? 0) - startAt);
      assert.ok(offMs <= 1000 * (track.start?.errorSeconds ?? 0), `${periodMs}: ${offMs} ms off`);
    }
  });

  it("goes on after a restart of pvmon as if it had watched all the time", () => {
    const track = measured(100);
    const restored = BeaconTrack.restore(JSON.parse(JSON.stringify(track.state)));
    assert.equal(restored.periodMs, 15_000);
    assert.deepEqual(restored.start, track.start);
    assert.deepEqual(
      kinds(restored, [
        [15_000, 101],
        [60_000, 102],
      ]),
      kinds(track, [
        [15_000, 101],
        [60_000, 102],
      ]),
    );
  });
});

describe("the start of a server", () => {
  it("0, 0, 1, 2 of RSRV is one start, and so is 0, 1, 2 of caproto", () => {
    for (const counter of ["rsrv", "caproto"] as const) {
      const life = { startAt: BEGIN + 5, endAt: BEGIN + 5 * MINUTE, periodMs: 15_000, counter };
      const site = new WatchedSite().feed(beaconsOf(life));
      assert.deepEqual(site.types(), ["server.started"]);
      assert.equal(site.event("server.started").at, BEGIN + 5);
    }
  });
});
