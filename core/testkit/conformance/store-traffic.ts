/** What a store's traffic has to do; a part of the conformance suite. */
import assert from "node:assert/strict";
import type { HistoryService, TrafficPoint } from "../../index.js";
import { trafficRow } from "../store-rows.js";
import type { It } from "./runner.js";
import type { WithStore } from "./store.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const NOON = Date.UTC(2026, 5, 1, 12);
const quiet = new AbortController().signal;

async function pointsOf(
  history: HistoryService,
  from: number,
  to: number,
  series = "searchNames",
): Promise<readonly TrafficPoint[]> {
  return (await history.traffic({ series: [series], from, to })).series[0]?.points ?? [];
}

const valuesOf = (points: readonly TrafficPoint[]): readonly number[] =>
  points.map(({ value }) => value);

export function trafficRules(withStore: WithStore, it: It): void {
  it("answers an hour of traffic by the minute, the end excluded", () =>
    withStore(async (store, history) => {
      const rows = [-1, 0, 1, 60].map((minute) =>
        trafficRow(NOON + minute * MINUTE_MS, minute + 5),
      );
      await store.write(rows, quiet);
      const series = ["searchNames", "none"];
      const answer = await history.traffic({ series, from: NOON, to: NOON + HOUR_MS });
      assert.equal(answer.stepMs, MINUTE_MS);
      const points = [
        { at: NOON, value: 5 },
        { at: NOON + MINUTE_MS, value: 6 },
      ];
      assert.deepEqual(answer.series, [
        { name: "searchNames", points },
        { name: "none", points: [] },
      ]);
    }));

  it("answers two years of traffic by the day, as means per minute, the running day included", () =>
    withStore(async (store, history) => {
      const rows = Array.from({ length: 90 }, (_, n) =>
        trafficRow(NOON + n * MINUTE_MS, n < 45 ? 10 : 20),
      );
      await store.write(rows, quiet);
      const from = NOON - 730 * DAY_MS;
      const answer = await history.traffic({
        series: ["searchNames"],
        from,
        to: NOON + 2 * HOUR_MS,
      });
      assert.equal(answer.stepMs, DAY_MS);
      assert.deepEqual(answer.series[0]?.points, [{ at: NOON - 12 * HOUR_MS, value: 15 }]);
    }));

  it("counts a minute once, however often it is written, with its latest value", () =>
    withStore(async (store, history) => {
      for (const value of [1, 2, 30]) await store.write([trafficRow(NOON, value)], quiet);
      for (const from of [NOON, NOON - 30 * DAY_MS]) {
        assert.deepEqual(valuesOf(await pointsOf(history, from, NOON + HOUR_MS)), [30]);
      }
    }));

  it("takes the mean over the minutes that were watched, whether or not the series has all of them", () =>
    withStore(async (store, history) => {
      await store.write(
        [
          trafficRow(NOON, 100),
          trafficRow(NOON + MINUTE_MS, 100),
          trafficRow(NOON, 60, "client:10.7.0.1"),
        ],
        quiet,
      );
      const from = NOON - 20 * DAY_MS;
      const points = await pointsOf(history, from, NOON + HOUR_MS, "client:10.7.0.1");
      assert.deepEqual(valuesOf(points), [30]);
      assert.deepEqual(valuesOf(await pointsOf(history, from, NOON + HOUR_MS)), [100]);
    }));

  it("never has more than 1,000 points of a series", () =>
    withStore(async (store, history) => {
      const rows = Array.from({ length: 1500 }, (_, n) => trafficRow(NOON + n * MINUTE_MS, 1));
      await store.write(rows, quiet);
      const points = await pointsOf(history, NOON, NOON + 1500 * MINUTE_MS);
      assert.deepEqual([points.length, points[1]?.at], [750, NOON + 2 * MINUTE_MS]);
    }));

  it("says who asked most in a range, as shares of all that others than pvmon asked for", () =>
    withStore(async (store, history) => {
      const minutes = [NOON - MINUTE_MS, NOON, NOON + MINUTE_MS, NOON + HOUR_MS];
      const rows = minutes.flatMap((at) => [
        trafficRow(at, 100, "searchNames"),
        trafficRow(at, 40, "clientNames"),
        trafficRow(at, 30, "archiverNames"),
        trafficRow(at, 10, "gatewayNames"),
        trafficRow(at, 20, "ownNames"),
        trafficRow(at, 30, "client:10.7.0.1"),
        trafficRow(at, 8, "client:10.7.0.2"),
        trafficRow(at, 50, "pv:client:x"),
        trafficRow(at, 0, "client:10.7.0.3"),
      ]);
      await store.write([...rows, trafficRow(NOON, 3, "pv:a")], quiet);
      const range = { from: NOON, to: NOON + HOUR_MS, limit: 10 };
      assert.deepEqual(await history.top({ by: "client", ...range }), [
        { name: "10.7.0.1", requests: 60, share: 60 / 160 },
        { name: "10.7.0.2", requests: 16, share: 16 / 160 },
      ]);
      assert.deepEqual(await history.top({ by: "pv", ...range, limit: 1 }), [
        { name: "client:x", requests: 100, share: 100 / 160 },
      ]);
      const [most] = await history.top({
        by: "pv",
        from: NOON - 365 * DAY_MS,
        to: NOON + DAY_MS,
        limit: 5,
      });
      assert.deepEqual(most, { name: "client:x", requests: 200, share: 200 / 320 });
      assert.deepEqual(
        await history.top({ by: "pv", ...range, from: NOON - DAY_MS, to: NOON - HOUR_MS }),
        [],
      );
    }));
}
