import assert from "node:assert/strict";
import fc from "fast-check";
import {
  clockOffsetSecondsOf,
  upSecondsOf,
  upSecondsSince,
  withoutZoneDifference,
} from "../../../plugins/linux-monitor/host-times.js";
import { TimeZone } from "../../../plugins/linux-monitor/time-zone.js";

const UTC = TimeZone.named("UTC");
const BERLIN = TimeZone.named("Europe/Berlin");
const REGINA = TimeZone.named("America/Regina");

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** As `date` of a host whose clocks show UTC, with a day that is padded by a blank. */
function dateText(utcMs: number, { seconds = false, year = false } = {}): string {
  const date = new Date(utcMs);
  const day = String(date.getUTCDate()).padStart(2, " ");
  const time = date.toISOString().slice(11, seconds ? 19 : 16);
  const text = `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${day} ${time}`;
  return year ? `${text} ${date.getUTCFullYear()}` : text;
}

const anyTime = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2090, 0, 1) });

describe("the up time of a host", () => {
  it("is read with and without days, comma, seconds and hours", () => {
    const expected: Readonly<Record<string, number>> = {
      "3 days 04:05": 273_900,
      "1 day 00:00": 86_400,
      "1 day, 4:05": 101_100,
      "123 days, 23:59": 10_713_540,
      "04:05": 14_700,
      "4:05:06": 14_706,
      "12 days, 7 min": 1_037_220,
      "7 min": 420,
      "2 days": 172_800,
      " up 1 day, 00:01 ": 86_460,
    };
    for (const [text, seconds] of Object.entries(expected)) {
      assert.equal(upSecondsOf(text), seconds, text);
    }
    assert.equal(upSecondsOf(3600.4), 3600);
  });

  it("is unknown in other words, out of bounds and when nothing is said", () => {
    for (const text of [
      "",
      " ",
      "soon",
      "3 days ago",
      "04:75",
      "-1 day",
      "99999 days 00:00",
      "1",
    ]) {
      assert.equal(upSecondsOf(text), null, text);
    }
    assert.equal(upSecondsOf(undefined), null);
    assert.equal(upSecondsOf(-1), null);
    assert.equal(upSecondsOf(Number.NaN), null);
  });

  it("is what it says, whatever the number", () => {
    fc.assert(
      fc.property(fc.nat(36_000), fc.nat(23), fc.nat(59), fc.boolean(), (days, h, m, comma) => {
        const time = `${String(h).padStart(2, "0")}:${String(m).padStart(2, "0")}`;
        const text = `${days} day${days === 1 ? "" : "s"}${comma ? "," : ""} ${time}`;
        assert.equal(upSecondsOf(text), days * 86_400 + h * 3600 + m * 60);
      }),
    );
  });

  it("never throws for any text", () => {
    fc.assert(
      fc.property(fc.string(), anyTime, (text, at) => {
        upSecondsOf(text);
        upSecondsSince(text, at, UTC);
        clockOffsetSecondsOf(text, at, UTC);
      }),
    );
  });
});

describe("the up time since a host booted", () => {
  const at = Date.UTC(2026, 2, 10, 12, 0, 0);

  it("is read from seconds and milliseconds since 1970, as numbers and as texts", () => {
    for (const boot of [
      at / 1000 - 100,
      String(at / 1000 - 100),
      at - 100_000,
      `${at - 100_000}`,
    ]) {
      assert.equal(upSecondsSince(boot, at, UTC), 100);
    }
  });

  it("is read from ISO 8601 with and without a zone, and from dates with and without a year", () => {
    assert.equal(upSecondsSince("2026-03-10T11:00:00Z", at, BERLIN), 3600);
    assert.equal(upSecondsSince("2026-03-10 13:00:00+02:00", at, BERLIN), 3600);
    assert.equal(upSecondsSince("2026-03-10 12:00:00", at, BERLIN), 3600);
    assert.equal(upSecondsSince("Tue Mar 10 11:59:00 2026", at, UTC), 60);
    assert.equal(upSecondsSince("Thu Dec 31 23:00", Date.UTC(2026, 0, 1), UTC), 3600);
  });

  it("is unknown for what is no such time, or a time to come", () => {
    for (const boot of [
      0,
      -5,
      12,
      Number.NaN,
      "",
      "yesterday",
      at / 1000 + 10,
      "2026-13-40 99:99",
    ]) {
      assert.equal(upSecondsSince(boot, at, UTC), null, String(boot));
    }
  });
});

describe("the clock of a host", () => {
  it("is as far off as it shows, to the second", () => {
    fc.assert(
      fc.property(
        anyTime,
        fc.integer({ min: -80_000, max: 80_000 }),
        fc.boolean(),
        (ms, off, year) => {
          const at = Math.floor(ms / 1000) * 1000;
          const text = dateText(at + off * 1000, { seconds: true, year });
          assert.equal(clockOffsetSecondsOf(text, at, UTC), off);
        },
      ),
    );
  });

  it("is right while it shows our minute, when it shows no seconds", () => {
    fc.assert(
      fc.property(anyTime, (at) => {
        assert.equal(clockOffsetSecondsOf(dateText(at), at, UTC), 0);
      }),
    );
    const at = Date.UTC(2026, 5, 1, 10, 30, 20);
    assert.equal(clockOffsetSecondsOf("Mon Jun 01 10:31", at, UTC), 40);
    assert.equal(clockOffsetSecondsOf("Mon Jun 01 10:29", at, UTC), -20);
  });

  it("is right across New Year, in both directions", () => {
    const after = Date.UTC(2026, 0, 1, 0, 1, 0);
    assert.equal(clockOffsetSecondsOf("Wed Dec 31 23:58:00", after, UTC), -180);
    const before = Date.UTC(2025, 11, 31, 23, 59, 0);
    assert.equal(clockOffsetSecondsOf("Thu Jan 01 00:02:00", before, UTC), 180);
  });

  it("is read in the zone of its wall clocks, over the changes to and from summer time", () => {
    const winter = Date.UTC(2026, 0, 15, 12, 0, 0);
    assert.equal(clockOffsetSecondsOf("Thu Jan 15 06:00:00", winter, REGINA), 0);
    assert.equal(clockOffsetSecondsOf("Thu Jan 15 13:00:00", winter, BERLIN), 0);
    const summer = Date.UTC(2026, 6, 15, 12, 0, 0);
    assert.equal(clockOffsetSecondsOf("Wed Jul 15 14:00:00", summer, BERLIN), 0);
    // On 25 October 2026 the hour from 02:00 to 03:00 comes twice.
    for (const at of [Date.UTC(2026, 9, 25, 0, 30), Date.UTC(2026, 9, 25, 1, 30)]) {
      assert.equal(clockOffsetSecondsOf("Sun Oct 25 02:30:00", at, BERLIN), 0);
    }
  });

  it("is read as UTC where it says so, and with the year in either place", () => {
    const at = Date.UTC(2026, 0, 15, 12, 0, 0);
    for (const text of [
      "Thu Jan 15 12:00:00 UTC 2026",
      "Jan 15 12:00:00 GMT",
      "Thu Jan 15 2026 12:00 Z",
    ]) {
      assert.equal(clockOffsetSecondsOf(text, at, BERLIN), 0, text);
    }
    assert.equal(clockOffsetSecondsOf("Wed Jan 15 12:00:00 UTC 2025", at, UTC), -31_536_000);
  });

  it("is unknown when the text is no such time", () => {
    const at = Date.UTC(2026, 0, 15);
    for (const text of [
      "",
      "noon",
      "Thu Foo 15 12:00",
      "Thu Jan 32 12:00",
      "Thu Jan 15 24:00",
      "Feb 29 12:00",
    ]) {
      assert.equal(clockOffsetSecondsOf(text, at, UTC), null, text);
    }
    assert.equal(clockOffsetSecondsOf(12, at, UTC), null);
    assert.equal(clockOffsetSecondsOf(undefined, at, UTC), null);
  });

  it("loses whole half hours on request, and nothing else", () => {
    assert.equal(withoutZoneDifference(3600), 0);
    assert.equal(withoutZoneDifference(-21_600 + 30), 30);
    assert.equal(withoutZoneDifference(19_800 - 120), -120);
    assert.equal(withoutZoneDifference(90), 90);
    assert.equal(withoutZoneDifference(600), 600);
    assert.equal(withoutZoneDifference(30 * 3600), 30 * 3600);
  });
});

it("a time zone that is none is told as such", () => {
  assert.throws(() => TimeZone.named("Mars/Olympus"), /"Mars\/Olympus" is no time zone/);
  assert.ok(TimeZone.named("") instanceof TimeZone);
});
