/** What becomes of a running site when the machine is suspended, or pvmon stands still. */
import assert from "node:assert/strict";
import { beacon } from "../model/inventory/inventory-site.js";
import { areSane, HOUR, MINUTE, OLD, SECOND, settled, YOUNG } from "./running-site.js";

describe("a machine that was suspended", () => {
  it("goes on with servers that went on meanwhile, or were started again", async () => {
    const site = await settled();
    site.kill(OLD);
    site.kill(YOUNG);
    // Its monotonic clock stood still.
    site.clock.set(HOUR);
    const hour = HOUR / (15 * SECOND);
    for (let beat = 0; beat < 8; beat++) {
      await site.clock.advance(15 * SECOND);
      site.emit(beacon(site.clock.now(), 5000 + 41 + hour + beat, OLD));
      site.emit(beacon(site.clock.now(), 30 + beat, YOUNG));
    }
    assert.deepEqual(
      site.told().filter((told) => told.startsWith("server.")),
      ["server.restarted 10.7.0.2:5064"],
    );
  });
});

describe("a pvmon that stood still", () => {
  for (const stallMs of [6 * SECOND, MINUTE, 10 * MINUTE]) {
    it(`for ${stallMs / SECOND} s makes nothing of reading at once all that came meanwhile`, async () => {
      const site = await settled();
      const before = site.inventory.server("10.7.0.1:5064");
      site.stall(stallMs);
      await site.clock.advance(5 * MINUTE);
      assert.deepEqual(site.told(), []);
      const after = site.inventory.server("10.7.0.1:5064");
      assert.equal(after?.periodMs, before?.periodMs);
      const shiftMs = after!.startedAt!.at - before!.startedAt!.at;
      assert.ok(Math.abs(shiftMs) <= SECOND, `the start moved by ${shiftMs} ms`);
      areSane(site);
    });
  }
});
