/** How a store has to count events; a part of the conformance suite. */
import assert from "node:assert/strict";
import type { HistoryService } from "../../index.js";
import { eventRow, ROW_AT } from "../store-rows.js";
import type { It } from "./runner.js";
import type { WithStore } from "./store.js";
import { EVENTS, FILTERS } from "./store-history.js";

const quiet = new AbortController().signal;
const SPAN = { from: ROW_AT, to: ROW_AT + 10, stepMs: 2 };

export function eventCountRules(withStore: WithStore, it: It): void {
  const withEvents = (use: (history: HistoryService) => Promise<void>) =>
    withStore(async (store, history) => {
      await store.write(EVENTS, quiet);
      await use(history);
    });

  it("counts events by each of their members and by time, the end excluded", () =>
    withEvents(async (history) => {
      for (const [filter, ids] of FILTERS) {
        const query = { ...SPAN, ...filter };
        const { total, points, types } = await history.eventCounts(query);
        const asked = JSON.stringify(query);
        assert.equal(total, ids.length, asked);
        for (const { at, info, warning, alarm } of points) {
          const inStep = ids.filter((id) => ROW_AT + id >= at && ROW_AT + id < at + query.stepMs);
          assert.equal(info + warning + alarm, inStep.length, asked);
        }
        assert.equal(
          types.reduce((sum, { count }) => sum + count, 0),
          ids.length,
          asked,
        );
      }
    }));

  it("counts events of each severity in steps that begin where it is asked from, none in those without", () =>
    withEvents(async (history) => {
      const none = { info: 0, warning: 0, alarm: 0 };
      const query = { from: ROW_AT - 1, to: ROW_AT + 10, stepMs: 3 };
      const { points, ...span } = await history.eventCounts(query);
      assert.deepEqual([span.from, span.to, span.stepMs], [query.from, query.to, 3]);
      assert.deepEqual(points, [
        { at: ROW_AT - 1, ...none, info: 1 },
        { at: ROW_AT + 2, ...none, info: 2, alarm: 1 },
        { at: ROW_AT + 5, ...none, info: 1 },
        { at: ROW_AT + 8, ...none },
      ]);
    }));

  it("counts the events of each type, most first", () =>
    withStore(async (store, history) => {
      const early = eventRow(0, { at: ROW_AT - 1, type: "pv.lost" });
      await store.write([...EVENTS, early], quiet);
      assert.deepEqual((await history.eventCounts(SPAN)).types, [
        { type: "server.lost", count: 2 },
        { type: "client.appeared", count: 1 },
        { type: "pv.lost", count: 1 },
        { type: "server.started", count: 1 },
      ]);
    }));
}
