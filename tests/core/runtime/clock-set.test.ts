/** What becomes of a running site when somebody sets the machine's clock. */
import assert from "node:assert/strict";
import { answer, beacon, searchSeen } from "../model/inventory/inventory-site.js";
import {
  ANCIENT,
  areSane,
  HOUR,
  hasRates,
  MINUTE,
  NAMES,
  OLD,
  SECOND,
  settled,
  YOUNG,
} from "./running-site.js";

const JUMPS: readonly (readonly [string, readonly number[]])[] = [
  ["an hour ahead", [HOUR]],
  ["an hour back", [-HOUR]],
  ["an hour ahead, and back again", [HOUR, -HOUR]],
  ["an hour back, and ahead again", [-HOUR, HOUR]],
  ["a day ahead, and back in two steps", [24 * HOUR, -HOUR, -23 * HOUR]],
  ["ten seconds back", [-10 * SECOND]],
  ["ten seconds ahead", [10 * SECOND]],
];

describe("a clock that is set", () => {
  for (const [how, jumps] of JUMPS) {
    for (const pauseMs of [2 * MINUTE, 3 * SECOND]) {
      it(`${how}, with ${pauseMs / SECOND} s between, is no news of any server, application or PV`, async () => {
        const site = await settled();
        for (const byMs of jumps) {
          site.clock.set(byMs);
          await site.clock.advance(pauseMs);
        }
        await site.clock.advance(5 * MINUTE);
        assert.deepEqual(site.told(), []);
        assert.equal(site.inventory.blind(), false);
        assert.deepEqual(
          site.inventory
            .listServers({ limit: 9 })
            .items.map(({ state, restarts }) => [state, restarts]),
          [
            ["alive", 0],
            ["alive", 0],
            ["alive", 0],
          ],
        );
        areSane(site);
        hasRates(site);
      });
    }

    it(`${how}, does not hide the loss of a server`, async () => {
      const site = await settled();
      for (const byMs of jumps) {
        site.clock.set(byMs);
        await site.clock.advance(5 * SECOND);
      }
      site.kill(YOUNG);
      const at = site.clock.now();
      // Its three periods, and the time that the sensor has to see everything again.
      await site.clock.advance(3 * 15 * SECOND + 30 * SECOND);
      assert.deepEqual(
        site.told().filter((told) => told.startsWith("server.")),
        ["server.lost 10.7.0.2:5064"],
      );
      const lost = site.inventory.events.find(({ type }) => type === "server.lost")!;
      assert.ok(lost.at > at && lost.at <= site.clock.now());
      await site.clock.advance(2 * MINUTE);
      assert.deepEqual(site.told().filter((told) => told.startsWith("app.")).length, 1);
      assert.equal(site.inventory.pv("SR:OLD")?.state, "online");
      areSane(site);
    });
  }

  it("is told, and why", async () => {
    for (const [byMs, reason] of [
      [-HOUR, /the clock was set back by 3600\.0 s/],
      [HOUR, /the clock jumped ahead by 3600\.0 s/],
    ] as const) {
      const site = await settled();
      site.clock.set(byMs);
      await site.clock.advance(SECOND);
      const [event] = site.inventory.events;
      assert.equal(event?.type, "sensor.blind");
      assert.match(event?.text ?? "", reason);
      assert.equal(site.warnings.length, 1);
    }
  });

  it("shows in the first observation after it already, before the next second", async () => {
    for (const byMs of [HOUR, -HOUR]) {
      const site = await settled();
      await site.clock.advance(14 * SECOND + 500);
      site.clock.set(byMs);
      site.beacon(OLD);
      site.beacon(ANCIENT);
      await site.clock.advance(2 * MINUTE);
      assert.deepEqual(site.told(), []);
      areSane(site);
    }
  });

  it("back is not set ahead again by what was seen before it and comes after it", async () => {
    const site = await settled();
    const before = site.clock.now();
    site.clock.set(-HOUR);
    site.emit(searchSeen(before, NAMES));
    await site.clock.advance(SECOND);
    areSane(site);
    site.emit(searchSeen(before, NAMES));
    await site.clock.advance(MINUTE);
    areSane(site);
    hasRates(site);
  });

  it("back says nothing of PVs that were asked for or answered before", async () => {
    const site = await settled();
    site.emit(searchSeen(site.clock.now(), ["SR:NEW"]));
    site.clock.set(-HOUR);
    for (let count = 0; count < 5; count++) {
      site.emit(searchSeen(site.clock.now() + count, ["SR:NEW"]));
    }
    assert.equal(site.inventory.pv("SR:NEW")?.state, "unverified");
    site.kill(YOUNG);
    for (let count = 0; count < 10; count++) {
      await site.clock.advance(10 * SECOND);
      site.emit(answer(site.clock.now(), NAMES[1]!, OLD));
    }
    assert.deepEqual(
      site.told().filter((told) => told.startsWith("pv.")),
      ["pv.moved SR:YOUNG"],
    );
  });

  it("starts a new minute of traffic", async () => {
    const site = await settled();
    site.clock.set(-HOUR);
    await site.clock.advance(3 * MINUTE);
    const now = site.clock.now();
    const minutes = site.inventory.history.filter(
      (row) => row.kind === "traffic" && row.series === "searchNames" && row.minuteAt <= now,
    );
    assert.ok(minutes.length >= 2);
  });

  it("finds a server that was started again meanwhile", async () => {
    for (const byMs of [HOUR, -HOUR]) {
      const site = await settled();
      site.clock.set(byMs);
      site.kill(OLD);
      for (const sequence of [0, 1, 2, 3]) {
        await site.clock.advance(20);
        site.emit(beacon(site.clock.now(), sequence, OLD));
      }
      await site.clock.advance(SECOND);
      assert.deepEqual(
        site.told().filter((told) => told.startsWith("server.")),
        ["server.restarted 10.7.0.1:5064"],
      );
      areSane(site);
    }
  });
});
