/** What the heartbeats of an application mean, case by case. */
import assert from "node:assert/strict";
import {
  BEGIN,
  beat,
  HOST,
  heartbeatSeen,
  MINUTE,
  SECOND,
  SERVER,
  WatchedApps,
} from "./app-site.js";

/** A process that began long ago, every 30 s. */
function mature(from: number, to: number, also: Parameters<typeof beat>[2] = {}) {
  const beats = [];
  for (let index = from; index <= to; index++) {
    const upSeconds = 30 * (100 + index);
    beats.push(heartbeatSeen(30 * SECOND * index, { sequence: 100 + index, upSeconds, ...also }));
  }
  return beats;
}

describe("the first heartbeat of an application", () => {
  it("tells of one that was found running, in no log", () => {
    const site = new WatchedApps().serve(SERVER).feed(heartbeatSeen(0));
    const { type, severity, host, server, app, log, at } = site.event("app.discovered");
    assert.deepEqual(
      { type, severity, host, server, app, log, at },
      {
        type: "app.discovered",
        severity: "info",
        host: HOST,
        server: SERVER,
        app: site.only().id,
        log: undefined,
        at: BEGIN,
      },
    );
  });

  it("tells of one that has just started, dated at its start", () => {
    const site = new WatchedApps().feed(heartbeatSeen(31_500, { sequence: 1, upSeconds: 31 }));
    const { at, log, severity } = site.event("app.started");
    assert.deepEqual({ at, log, severity }, { at: BEGIN + 500, log: "pending", severity: "info" });
    assert.equal(site.events.length, 1);
  });

  it("is no start when the application has been up for long, whatever its counter says", () => {
    const site = new WatchedApps().feed(heartbeatSeen(0, { sequence: 0, upSeconds: 3_600 }));
    assert.deepEqual(site.types(), ["app.discovered"]);
  });

  it("is left out when its numbers make no sense", () => {
    const site = new WatchedApps();
    site.feed(heartbeatSeen(0, { sequence: Number.NaN }));
    site.feed(heartbeatSeen(0, { upSeconds: -1 }));
    site.feed(heartbeatSeen(0, { serverPort: Number.POSITIVE_INFINITY }));
    assert.deepEqual([site.all(), site.events], [[], []]);
  });
});

describe("a restart of an application", () => {
  it("is told once, with the numbers that show it", () => {
    const site = new WatchedApps().serve(SERVER).feed(...mature(0, 9));
    site.feed(beat(5 * MINUTE, 1, { pid: 4800 }), beat(5 * MINUTE, 2, { pid: 4800 }));
    assert.deepEqual(site.types(), ["app.discovered", "app.restarted"]);
    const { at, severity, log, evidence, server } = site.event("app.restarted");
    assert.deepEqual(
      { at, severity, log, server },
      { at: BEGIN + 5 * MINUTE, severity: "warning", log: "pending", server: SERVER },
    );
    assert.equal(evidence.previousSequence, 109);
    assert.equal(evidence.previousPid, 4711);
    assert.equal(evidence.sequence, 1);
    assert.equal(evidence.upSeconds, 30);
    assert.equal(site.apps.heartbeatView(site.only().id)?.restarts, 1);
  });

  it("is seen without process ids, and in a container where they never change", () => {
    for (const pid of [null, 1]) {
      const site = new WatchedApps().feed(...mature(0, 9, { pid }));
      site.feed(beat(5 * MINUTE, 1, { pid }), beat(5 * MINUTE, 2, { pid }));
      assert.deepEqual(site.types(), ["app.discovered", "app.restarted"], `pid ${pid}`);
    }
  });

  it("is seen when the new process has got past the old counter before it was heard", () => {
    const site = new WatchedApps().feed(beat(0, 1), beat(0, 2), beat(0, 3));
    site.blind = true;
    site.feed(beat(30 * MINUTE, 10), beat(30 * MINUTE, 11));
    assert.deepEqual(site.types(), ["app.started", "app.restarted"]);
    assert.equal(site.event("app.restarted").at, BEGIN + 30 * MINUTE);
  });

  it("is not seen in a host's clock being set, which changes the up time alone", () => {
    for (const jumpSeconds of [-2_900, 86_400]) {
      const site = new WatchedApps().feed(...mature(0, 5));
      const set = mature(6, 12).map((each) => ({
        ...each,
        upSeconds: each.upSeconds + jumpSeconds,
      }));
      site.feed(...set);
      assert.deepEqual(site.types(), ["app.discovered"], `${jumpSeconds} s`);
    }
  });

  it("is not seen in a counter that begins anew in the same process", () => {
    const site = new WatchedApps().feed(...mature(0, 5));
    site.feed(...mature(6, 9).map((each) => ({ ...each, sequence: each.sequence - 106 })));
    assert.deepEqual(site.types(), ["app.discovered"]);
    assert.equal(site.apps.heartbeatView(site.only().id)?.sequence, 3);
  });

  it("is not told when a last heartbeat of the old process comes after the first of the new one", () => {
    const site = new WatchedApps().feed(...mature(0, 9, { pid: null }));
    const [late] = mature(9, 9, { pid: null });
    site.feed(
      beat(5 * MINUTE, 1, { pid: null }),
      { ...late!, at: BEGIN + 5 * MINUTE + 31 * SECOND },
      beat(5 * MINUTE, 2, { pid: null }),
      beat(5 * MINUTE, 3, { pid: null }),
    );
    assert.equal(site.count("app.restarted"), 1);
  });

  it("is not told again and again when two processes have one command and directory", () => {
    const site = new WatchedApps();
    for (let index = 1; index < 60; index++) {
      site.feed(beat(0, index, { pid: 1000, serverPort: 5064 }));
      site.feed(beat(7 * SECOND, index, { pid: 1001, serverPort: 40_001 }));
    }
    assert.deepEqual(site.types(), ["app.started"]);
    assert.equal(site.apps.heartbeatView(site.only().id)?.pid, 1000);
    for (let index = 60; index < 70; index++) {
      site.feed(beat(7 * SECOND, index, { pid: 1001, serverPort: 40_001 }));
    }
    assert.deepEqual(site.types(), ["app.started", "app.restarted"]);
    assert.equal(site.apps.heartbeatView(site.only().id)?.pid, 1001);
  });
});

describe("the silence of an application", () => {
  it("is a loss after three of its own periods, dated then", () => {
    for (const periodMs of [10_000, 30_000, 60_000]) {
      const beats = Array.from({ length: 10 }, (_, index) =>
        heartbeatSeen(index * periodMs, {
          sequence: 50 + index,
          upSeconds: 9_000 + index * (periodMs / 1000),
        }),
      );
      const site = new WatchedApps().serve(SERVER).feed(...beats);
      const lastAt = beats.at(-1)!.at;
      site.advance(lastAt + 3 * periodMs + 3 * SECOND - 1);
      assert.equal(site.count("app.lost"), 0);
      site.advance(lastAt + 3 * periodMs + 4 * SECOND);
      const { at, severity, log, server, evidence } = site.event("app.lost");
      assert.deepEqual(
        { at, severity, log, server },
        { at: lastAt + 3 * periodMs, severity: "alarm", log: "pending", server: SERVER },
      );
      assert.equal(evidence.expectedMs, periodMs);
      assert.equal(evidence.lastHeartbeatAt, lastAt);
      const view = site.apps.heartbeatView(site.only().id);
      assert.deepEqual([view?.lost, view?.lostAt, view?.periodMs], [true, at, periodMs]);
    }
  });

  it("is one of three times 30 s until the period is measured", () => {
    const site = new WatchedApps().feed(...mature(0, 1)).advance(BEGIN + 5 * MINUTE);
    assert.equal(site.event("app.lost").at, BEGIN + 120 * SECOND);
    assert.equal(site.event("app.lost").evidence.periodMeasured, false);
  });

  it("follows the configured number of periods", () => {
    const site = new WatchedApps({ lostAfterHeartbeats: 5 });
    site.feed(...mature(0, 9)).advance(BEGIN + 20 * MINUTE);
    assert.equal(site.event("app.lost").at, BEGIN + 9 * 30 * SECOND + 150 * SECOND);
  });

  it("says nothing while pvmon is blind, and counts from then on", () => {
    const site = new WatchedApps().feed(...mature(0, 9));
    site.blind = true;
    site.advance(BEGIN + 20 * MINUTE);
    assert.equal(site.count("app.lost"), 0);
    site.blind = false;
    site.advance(BEGIN + 21 * MINUTE);
    assert.equal(site.count("app.lost"), 0);
    site.advance(BEGIN + 22 * MINUTE);
    assert.equal(site.count("app.lost"), 1);
  });

  it("ends with a return when its heartbeats go on", () => {
    const site = new WatchedApps().serve(SERVER).feed(...mature(0, 9), ...mature(20, 21));
    assert.deepEqual(site.types(), ["app.discovered", "app.lost", "app.returned"]);
    const { at, log, severity, evidence } = site.event("app.returned");
    assert.deepEqual(
      { at, log, severity },
      { at: BEGIN + 10 * MINUTE, log: "pending", severity: "info" },
    );
    assert.equal(evidence.lostAt, site.event("app.lost").at);
    assert.equal(site.apps.heartbeatView(site.only().id)?.lost, false);
  });

  it("ends with a restart, and no return, when a new process speaks", () => {
    const site = new WatchedApps().feed(...mature(0, 9), beat(20 * MINUTE, 1, { pid: 5000 }));
    assert.deepEqual(site.types(), ["app.discovered", "app.lost", "app.restarted"]);
    assert.equal(site.event("app.restarted").evidence.lostAt, site.event("app.lost").at);
  });

  it("makes one that was heard once vanish without a word", () => {
    const site = new WatchedApps()
      .serve(SERVER)
      .feed(heartbeatSeen(0))
      .advance(BEGIN + 5 * MINUTE);
    assert.deepEqual(site.types(), ["app.discovered"]);
    assert.deepEqual(site.all(), []);
    const { app } = site.events[0]!;
    assert.deepEqual(site.facts, [`${SERVER} is ${app} 0`, `${SERVER} was ${app} 93000`]);
    assert.deepEqual([site.forgotten, [...site.dirty]], [[], []]);
  });
});

describe("a heartbeat's view", () => {
  it("counts the up time on until it is lost, and has the clock's offset", () => {
    const hostTimeAt = BEGIN + 9 * 30 * SECOND - 4_250;
    const site = new WatchedApps().feed(...mature(0, 8), ...mature(9, 9, { hostTimeAt }));
    const { id } = site.only();
    site.advance(BEGIN + 9 * 30 * SECOND + 40 * SECOND);
    const view = site.apps.heartbeatView(id);
    assert.equal(view?.upSeconds, 3_270 + 40);
    assert.equal(view?.clockOffsetSeconds, -4.25);
    assert.equal(view?.udpPort, 41_000);
    site.advance(BEGIN + 60 * MINUTE);
    assert.equal(site.apps.heartbeatView(id)?.upSeconds, 3_270);
  });
});

describe("heartbeats over a restart of pvmon", () => {
  it("go on without an event, and a restart in between is found", () => {
    const before = new WatchedApps().serve(SERVER).feed(...mature(0, 9));
    const goesOn = new WatchedApps({}, before.rows(), 19 * MINUTE).feed(...mature(40, 42));
    assert.deepEqual(goesOn.types(), []);
    assert.equal(goesOn.apps.heartbeatView(goesOn.only().id)?.periodMs, 30_000);
    const anew = new WatchedApps({}, before.rows(), 17 * MINUTE).feed(
      beat(15 * MINUTE, 6),
      beat(15 * MINUTE, 7),
    );
    assert.deepEqual(anew.types(), ["app.restarted"]);
    assert.equal(anew.event("app.restarted").at, BEGIN + 15 * MINUTE);
  });

  it("stay lost, and come back as if nothing had been", () => {
    const before = new WatchedApps().feed(...mature(0, 9)).advance(BEGIN + 10 * MINUTE);
    const after = new WatchedApps({}, before.rows()).advance(BEGIN + 60 * MINUTE);
    assert.deepEqual(after.types(), []);
    assert.equal(after.apps.heartbeatView(after.only().id)?.lost, true);
    after.feed(...mature(130, 130));
    assert.deepEqual(after.types(), ["app.returned"]);
  });
});
