/** History through the rules: on the times at which things were noticed, whatever pages it comes in. */
import assert from "node:assert/strict";
import type { EventQuery, HistoryService, PvmonEvent } from "pvmon";
import { readPast, replay } from "../../../plugins/alerts/replay.js";
import { eventOf, HOUR, MINUTE, RuleScene, shortly, T0 } from "./scene.js";

const SERVERS = { name: "servers", events: ["server.lost"] };

/** Newest first, in pages of what is asked for. */
function historyOf(events: readonly PvmonEvent[], queries: EventQuery[]): HistoryService {
  const newestFirst = [...events].reverse();
  const history: Pick<HistoryService, "events"> = {
    events: async (query) => {
      queries.push(query);
      const start = Number(query.cursor ?? 0);
      const end = start + query.limit;
      const next = end < newestFirst.length ? String(end) : null;
      return { items: newestFirst.slice(start, end), total: newestFirst.length, next };
    },
  };
  return history as HistoryService;
}

describe("the past", () => {
  it("is read through all pages, oldest first, and only what rules are about", async () => {
    const { engine } = new RuleScene({ rules: [SERVERS] });
    const all = Array.from({ length: 2500 }, (_, i) => eventOf("server.lost", `s${i}`, T0 + i));
    const queries: EventQuery[] = [];
    const { events, isWhole } = await readPast(
      historyOf(all, queries),
      engine.rules,
      T0,
      T0 + HOUR,
    );
    assert.deepEqual([events, isWhole, queries.length], [all, true, 3]);
    assert.deepEqual([...queries[0]!.types!].sort(), [
      "server.lost",
      "server.restarted",
      "server.resumed",
      "server.returned",
      "server.started",
      "server.stopped",
    ]);
  });

  it("is cut where it is too long, and says so", async () => {
    const { engine } = new RuleScene({ rules: [SERVERS] });
    const all = Array.from({ length: 51_000 }, (_, i) => eventOf("server.lost", `s${i}`, T0 + i));
    const { events, isWhole } = await readPast(historyOf(all, []), engine.rules, T0, T0 + HOUR);
    assert.deepEqual([events.length, isWhole, events.at(-1)], [50_000, false, all.at(-1)]);
  });

  it("is not read for rules that no event is about", async () => {
    const { engine } = new RuleScene({ rules: [{ name: "wall", hostStates: ["error"] }] });
    const queries: EventQuery[] = [];
    await readPast(historyOf([], queries), engine.rules, T0, T0 + HOUR);
    assert.deepEqual(queries, []);
  });

  it("gives what was told live, at the same times", async () => {
    const live = new RuleScene({ rules: [{ ...SERVERS, repeatHours: 1 }], intervalSeconds: 60 });
    const events: PvmonEvent[] = [];
    for (let i = 0; i < 200; i++) {
      const type = i % 3 === 0 ? "server.returned" : "server.lost";
      const event = eventOf(type, `s${(i * 7) % 11}`, live.now);
      events.push(event);
      live.engine.take(event, live.now);
      live.pass((i % 5) * MINUTE);
    }
    live.pass(3 * HOUR);
    const again = new RuleScene({ rules: [{ ...SERVERS, repeatHours: 1 }], intervalSeconds: 60 });
    await replay(again.engine, events, {
      until: live.now,
      told: (notification) => again.told.push(notification),
    });
    assert.ok(live.told.length > 10);
    assert.deepEqual(
      again.told.map((told) => [told.at, ...shortly([told])]),
      live.told.map((told) => [told.at, ...shortly([told])]),
    );
  });

  it("with events of a time to come, left by a clock that was set back, ends at its end", async () => {
    const { engine } = new RuleScene({ rules: [SERVERS] });
    const told: number[] = [];
    const events = [eventOf("server.lost", "s1", T0), eventOf("server.lost", "s2", T0 + 50 * HOUR)];
    await replay(engine, events, { until: T0 + HOUR, told: ({ at }) => told.push(at) });
    assert.ok(told.every((at) => at <= T0 + HOUR));
    assert.ok(engine.dueAt <= T0 + HOUR + 5 * MINUTE);
  });
});
