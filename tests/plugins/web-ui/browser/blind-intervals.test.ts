import assert from "node:assert/strict";
import { blindIntervals } from "../../../../plugins/web-ui/browser/api/blind-intervals.js";
import type { EventType } from "../../../../plugins/web-ui/browser/api/types.js";

const START = Date.UTC(2026, 10, 28);
const SPAN = { from: START, to: START + 100_000 };
const iso = (second: number): string => new Date(START + second * 1000).toISOString();

function event(type: EventType, second: number, subject = "one", blindSince?: number) {
  const evidence = blindSince === undefined ? {} : { blindSinceAt: iso(blindSince) };
  return { at: iso(second), type, subject, evidence };
}

const between = (intervals: ReturnType<typeof blindIntervals>): number[][] =>
  intervals.map(({ from, to }) => [(from - START) / 1000, (to - START) / 1000]);

const nobody = (): boolean => false;
const everybody = (): boolean => true;

describe("when pvmon was blind", () => {
  it("is from when a sensor said so until it saw again", () => {
    const events = [event("sensor.sees", 40), event("sensor.blind", 10)];
    assert.deepEqual(between(blindIntervals(events, SPAN, nobody)), [[10, 40]]);
  });

  it("is known from the end alone, which says when it began", () => {
    assert.deepEqual(
      between(blindIntervals([event("sensor.sees", 40, "one", -20)], SPAN, nobody)),
      [[0, 40]],
    );
  });

  it("goes on to the end of the span for a sensor that is still blind, and not for one that is gone", () => {
    const events = [event("sensor.blind", -50, "one"), event("sensor.blind", 70, "gone")];
    assert.deepEqual(between(blindIntervals(events, SPAN, everybody)), [[0, 100]]);
    assert.deepEqual(between(blindIntervals(events, SPAN, (sensor) => sensor === "gone")), [
      [70, 100],
    ]);
    assert.deepEqual(between(blindIntervals(events, SPAN, nobody)), []);
  });

  it("is told of all sensors together, without what lies outside", () => {
    const events = [
      event("sensor.blind", -30, "early"),
      event("sensor.sees", -10, "early"),
      event("sensor.blind", 10, "one"),
      event("sensor.blind", 20, "other"),
      event("sensor.sees", 30, "one"),
      event("sensor.sees", 50, "other"),
      event("sensor.blind", 60, "one"),
      event("sensor.sees", 65, "one"),
    ];
    assert.deepEqual(between(blindIntervals(events, SPAN, nobody)), [
      [10, 50],
      [60, 65],
    ]);
  });
});
