import assert from "node:assert/strict";
import fc from "fast-check";
import {
  agoText,
  dateText,
  daysLater,
  parseDate,
  spanText,
  timeText,
  utcText,
} from "../../../../plugins/web-ui/browser/formats/time.js";

describe("times on pages", () => {
  for (const [seconds, text] of [
    [0, "0 s"],
    [59.4, "59 s"],
    [60, "1 min"],
    [61, "1 min 1 s"],
    [3600, "1 h"],
    [3605, "1 h"],
    [3 * 86_400 + 4 * 3600 + 59, "3 d 4 h"],
    [-5, "0 s"],
  ] as const) {
    it(`a span of ${seconds} s is ${text}`, () => {
      assert.equal(spanText(seconds), text);
    });
  }

  for (const [seconds, text] of [
    [1, "now"],
    [-1, "now"],
    [59, "59 s ago"],
    [7200, "2 h ago"],
    [-90, "in 1 min"],
    [400 * 86_400, "400 d ago"],
  ] as const) {
    it(`${seconds} s ago is ${text}`, () => {
      assert.equal(agoText(seconds), text);
    });
  }

  it("are shown in the viewer's zone, and in UTC for those who compare", () => {
    const at = new Date(2026, 10, 28, 4, 5, 6);
    assert.equal(timeText(at), "2026-11-28 04:05:06");
    assert.equal(utcText(new Date("2026-11-28T13:02:09.999Z")), "2026-11-28 13:02:09 UTC");
  });

  it("a day in the address is read back as it was written, and nothing else is a day", () => {
    const days = fc.date({
      min: new Date(2000, 0, 1),
      max: new Date(2100, 0, 1),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(days, (at) => assert.equal(dateText(parseDate(dateText(at))!), dateText(at))),
    );
    for (const text of ["", "2026-13-01", "2026-02-30", "28.11.2026", "2026-1-1", "all"]) {
      assert.equal(parseDate(text), undefined, text);
    }
  });

  it("the next day of the calendar is the next day, however long this one is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 800 }), (days) => {
        const from = new Date(2026, 0, 1);
        const next = daysLater(daysLater(from, days), 1);
        assert.equal(dateText(next), dateText(new Date(2026, 0, 2 + days)));
        assert.equal(next.getHours(), 0);
      }),
    );
  });
});
