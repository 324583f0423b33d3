/** When which server is checked of pvmon's own accord. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { ServerView } from "pvmon";
import { Schedule } from "../../../plugins/ca-echo/schedule.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const SERVER = "10.7.0.1:5064";

function server(also: Partial<ServerView> = {}): ServerView {
  return {
    server: SERVER,
    state: "alive",
    lastBeaconAt: null,
    periodMs: null,
    ...also,
  } as ServerView;
}

describe("the schedule of echoes", () => {
  it("checks each server once in a round, the first time at any time of the first one", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), (random) => {
        const schedule = new Schedule(10 * MINUTE, () => random);
        const checkedAt: number[] = [];
        for (let now = 0; now <= 60 * MINUTE; now += SECOND) {
          if (!schedule.isDue(server(), now, false)) continue;
          schedule.begun(SERVER, now);
          checkedAt.push(now);
        }
        const gaps = checkedAt.slice(1).map((at, index) => at - checkedAt[index]!);
        assert.ok(checkedAt[0]! <= 10 * MINUTE);
        assert.ok(
          gaps.every((gap) => gap >= 9 * MINUTE && gap <= 11 * MINUTE + SECOND),
          gaps.join(),
        );
      }),
      { numRuns: 50 },
    );
  });

  it("checks a server at once whose beacons are late, and then no more often than every 30 s", () => {
    const schedule = new Schedule(10 * MINUTE, () => 0.9);
    const late = server({ lastBeaconAt: 0, periodMs: 15 * SECOND });
    assert.equal(schedule.isDue(late, 19 * SECOND, false), false);
    assert.equal(schedule.isDue(late, 20 * SECOND, true), false, "nobody is heard");
    assert.equal(schedule.isDue(late, 20 * SECOND, false), true);
    schedule.begun(SERVER, 18 * SECOND);
    assert.equal(schedule.isDue(late, 22 * SECOND, false), false, "checked just before");
    assert.equal(schedule.isDue(late, 23 * SECOND, false), true);
    schedule.begun(SERVER, 20 * SECOND);
    assert.equal(schedule.isDue(late, 49 * SECOND, false), false);
    assert.equal(schedule.isDue(late, 50 * SECOND, false), true);
    assert.equal(schedule.isDue(server({ lastBeaconAt: 0 }), 51 * SECOND, false), false);
  });

  it("follows up a circuit without an answer soon, and a server that hangs every 30 s", () => {
    const schedule = new Schedule(10 * MINUTE, () => 0.9);
    schedule.isDue(server(), 0, false);
    schedule.begun(SERVER, MINUTE);
    schedule.ended(SERVER, "unresponsive", false, MINUTE + 5 * SECOND);
    assert.equal(schedule.isDue(server(), MINUTE + 9 * SECOND, false), false);
    assert.equal(schedule.isDue(server(), MINUTE + 10 * SECOND, false), true);
    schedule.begun(SERVER, 2 * MINUTE);
    schedule.ended(SERVER, "unresponsive", true, 2 * MINUTE);
    assert.equal(schedule.isDue(server(), 2 * MINUTE + 29 * SECOND, false), false);
    assert.equal(schedule.isDue(server(), 2 * MINUTE + 30 * SECOND, false), true);
    schedule.begun(SERVER, 3 * MINUTE);
    schedule.ended(SERVER, "echoed", true, 3 * MINUTE);
    assert.equal(schedule.isDue(server(), 4 * MINUTE, false), false);
  });

  it("forgets servers that are not there any more", () => {
    const schedule = new Schedule(10 * MINUTE);
    for (let walk = 0; walk < 5; walk++) {
      for (let port = 0; port < 100; port++) {
        schedule.isDue(server({ server: `10.7.0.${walk}:${port}` }), walk, false);
      }
      schedule.endWalk();
    }
    assert.ok(schedule.size <= 200, String(schedule.size));
  });
});
