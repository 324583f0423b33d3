import assert from "node:assert/strict";
import type { Health } from "../../../../plugins/web-ui/browser/api/types.js";
import {
  clockOffsetText,
  shortClockOffset,
} from "../../../../plugins/web-ui/browser/formats/clock.js";
import { busyPercent, concernsOf } from "../../../../plugins/web-ui/browser/formats/health.js";
import { valueText } from "../../../../plugins/web-ui/browser/pages/linux-monitor/value-text.js";

function healthOf(values: Health["values"], fields: Partial<Health> = {}): Health {
  return {
    source: "srv1",
    host: "10.0.0.1",
    hostName: "srv1",
    at: "2026-01-01T00:00:00.000Z",
    lost: false,
    clockOffsetSeconds: 0,
    upSeconds: 100,
    values,
    ...fields,
  };
}

describe("the health of a host in words", () => {
  it("says nothing of one that is well", () => {
    assert.deepEqual(concernsOf(healthOf({ MEMAVPCT: 90, CPUIDLE: 40, LOAD15MIN: 2 })), []);
    assert.deepEqual(concernsOf(healthOf({})), []);
  });

  it("says what is worth a look, with the number", () => {
    const values = { MEMAVPCT: 97.4, CPUIDLE: 3, LOAD15MIN: 24, SWAPACTIVEPCT: 63 };
    assert.deepEqual(concernsOf(healthOf(values, { clockOffsetSeconds: -7300 })), [
      "clock 2 h behind",
      "memory 97 % used",
      "swap 63 % used",
      "processor 97 % busy",
      "load 24",
    ]);
  });

  it("says nothing of the last values of a monitor that is lost, which are old", () => {
    assert.deepEqual(concernsOf(healthOf({ MEMAVPCT: 99 }, { lost: true })), []);
  });

  it("takes no text for a number, whatever a monitor says", () => {
    assert.deepEqual(concernsOf(healthOf({ MEMAVPCT: "99", CPUIDLE: "0" })), []);
    assert.equal(busyPercent(healthOf({ CPUIDLE: "0" })), null);
  });

  it("says in words which way a clock is off, and calls one right that is within seconds", () => {
    assert.equal(clockOffsetText(4), "right");
    assert.equal(clockOffsetText(-4.9), "right");
    assert.equal(clockOffsetText(192), "3 min 12 s ahead");
    assert.equal(clockOffsetText(-7260), "2 h 1 min behind");
    assert.equal(shortClockOffset(192), "3 min ahead");
    assert.equal(shortClockOffset(-7260), "2 h behind");
    assert.equal(shortClockOffset(0.4), "right");
  });

  it("tells values with their units", () => {
    assert.equal(valueText("MEMFREEPCT", 2.6049), "2.6 %");
    assert.equal(valueText("MEMFREE", 1_000_000), "1,000,000 kB (1.02 GB)");
    assert.equal(valueText("LOAD15MIN", 0.333), "0.33");
    assert.equal(valueText("MACHINE", "x86_64"), "x86_64");
    assert.equal(valueText("unheard-of", 7), "7");
  });

  it("takes a time of boot in seconds and in milliseconds for the same", () => {
    assert.equal(valueText("BOOTTIME", 1_788_635_734), valueText("BOOTTIME", 1_788_635_734_000));
  });
});
