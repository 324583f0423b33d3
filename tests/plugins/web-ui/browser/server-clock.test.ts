/** The time by pvmon's clock, as the pages reckon it. */
import assert from "node:assert/strict";
import { ServerClock } from "../../../../plugins/web-ui/browser/api/server-clock.js";

const HERE = Date.UTC(2026, 10, 28, 12);
const HOUR_MS = 3_600_000;

describe("the time by pvmon's clock", () => {
  it("is ours until something is heard, and while both agree but for what messages take", () => {
    const clock = new ServerClock();
    assert.equal(clock.at(HERE), HERE);
    clock.heard(HERE - 400, HERE);
    clock.heard(Number.NaN, HERE);
    assert.equal(clock.at(HERE), HERE);
  });

  it("is pvmon's where ours is an hour off, ahead or behind", () => {
    for (const off of [-HOUR_MS, HOUR_MS]) {
      const clock = new ServerClock();
      clock.heard(HERE, HERE + off);
      assert.equal(clock.at(HERE + off + 5000), HERE + 5000);
    }
  });

  it("is not that of a message that was long on its way", () => {
    const clock = new ServerClock();
    clock.heard(HERE, HERE);
    clock.heard(HERE - 20_000, HERE + 2000);
    assert.equal(clock.at(HERE + 2000), HERE + 2000);
    clock.heard(HERE + 4000, HERE + 4000);
    assert.equal(clock.at(HERE + 4000), HERE + 4000);
  });

  it("follows a clock that is set, within three messages", () => {
    const clock = new ServerClock();
    for (let n = 0; n < 5; n++) clock.heard(HERE + n * 2000, HERE + n * 2000 - HOUR_MS);
    for (let n = 5; n < 8; n++) clock.heard(HERE + n * 2000, HERE + n * 2000);
    assert.equal(clock.at(HERE + 16_000), HERE + 16_000);
  });
});
