/** What a store's events have to do; a part of the conformance suite. */
import assert from "node:assert/strict";
import type { EventCriteria, Page, PvmonEvent } from "../../index.js";
import { eventRow, ROW_AT } from "../store-rows.js";
import type { It } from "./runner.js";
import type { WithStore } from "./store.js";

const quiet = new AbortController().signal;

/** Each `n` ms after {@link ROW_AT}, `n` being its number. */
export const EVENTS = [
  eventRow(1, { type: "server.started", app: "00000000000000aa" }),
  eventRow(2, { type: "server.lost", severity: "alarm", log: "pending" }),
  eventRow(3, {
    type: "pv.lost",
    subject: "a:b",
    pv: "a:b",
    server: "10.7.0.3:5064",
    log: "noted",
  }),
  eventRow(4, { type: "server.lost", host: "10.7.0.9", server: "10.7.0.9:5064" }),
  eventRow(5, { type: "client.appeared", client: "10.7.0.5", pv: "A:B", log: "pending" }),
];

const idOf = (n: number): string => eventRow(n).event.id;

/** Each filter, and the events that it lets through. */
export const FILTERS: readonly (readonly [query: EventCriteria, ids: readonly number[]])[] = [
  [{}, [5, 4, 3, 2, 1]],
  [{ ids: [1, 4, 6].map(idOf) }, [4, 1]],
  [{ ids: [] }, []],
  [{ ids: [2, 3].map(idOf), types: ["pv.lost"] }, [3]],
  [{ types: ["server.lost", "pv.lost"] }, [4, 3, 2]],
  [{ types: [] }, []],
  [{ severity: "alarm" }, [2]],
  [{ server: "10.7.0.9:5064" }, [4]],
  [{ host: "10.7.0.2" }, [5, 3, 2, 1]],
  [{ client: "10.7.0.5" }, [5]],
  [{ pv: "a:b" }, [3]],
  [{ app: "00000000000000aa" }, [1]],
  [{ log: ["pending"] }, [5, 2]],
  [{ log: ["pending", "noted"] }, [5, 3, 2]],
  [{ log: ["acknowledged"] }, []],
  [{ from: ROW_AT + 2, to: ROW_AT + 4 }, [3, 2]],
  [{ from: ROW_AT + 2, host: "10.7.0.2", log: ["pending"] }, [5, 2]],
];

const numbers = ({ items }: Page<PvmonEvent>): number[] =>
  items.map(({ id }) => Number(id) - ROW_AT * 1000);

export function historyRules(withStore: WithStore, it: It): void {
  it("finds events by each of their members and by time, the end excluded, newest first", () =>
    withStore(async (store, history) => {
      await store.write(EVENTS, quiet);
      for (const [query, ids] of FILTERS) {
        const page = await history.events({ limit: 10, ...query });
        assert.deepEqual(numbers(page), ids, JSON.stringify(query));
        assert.equal(page.total, ids.length, JSON.stringify(query));
        assert.equal(page.next, null);
      }
    }));

  it("puts events in the order in which they were noticed, not in that of their times", () =>
    withStore(async (store, history) => {
      await store.write([eventRow(2, { at: ROW_AT - 1000 }), eventRow(1)], quiet);
      assert.deepEqual(numbers(await history.events({ limit: 10 })), [2, 1]);
    }));

  it("gives events back with all their members, and without those that they lack", () =>
    withStore(async (store, history) => {
      const full = eventRow(1, {
        client: "10.7.0.5",
        pv: "a\u00e9\u0001",
        app: "00000000000000aa",
        log: "acknowledged",
        acknowledgedAt: ROW_AT + 9,
        acknowledgedBy: "O'Brien \u{1f600}",
        text: "x".repeat(10_000),
        evidence: { periodMs: 15000.5, names: ["a", "b"], last: null, isBlind: false },
      });
      const { id, at, type, severity, subject, text, evidence } = eventRow(2).event;
      const bare = {
        kind: "event",
        event: { id, at, type, severity, subject, text, evidence },
      } as const;
      await store.write([full, bare], quiet);
      const page = await history.events({ limit: 10 });
      assert.deepEqual(page.items, [bare.event, full.event]);
    }));

  it("replaces an event that comes again with its newer state", () =>
    withStore(async (store, history) => {
      await store.write(EVENTS, quiet);
      const known = {
        app: "00000000000000bb",
        acknowledgedAt: ROW_AT + 100,
        acknowledgedBy: "eve",
      };
      const newer = eventRow(2, { ...EVENTS[1]?.event, ...known, log: "acknowledged" });
      await store.write([newer], quiet);
      const page = await history.events({ limit: 10, app: known.app });
      assert.deepEqual(page.items, [newer.event]);
      assert.equal((await history.events({ limit: 10 })).total, EVENTS.length);
      assert.deepEqual(numbers(await history.events({ limit: 10, log: ["pending"] })), [5]);
    }));

  it("takes the same events twice without a difference", () =>
    withStore(async (store, history) => {
      await store.write(EVENTS, quiet);
      await store.write(EVENTS, quiet);
      assert.equal((await history.events({ limit: 10 })).total, EVENTS.length);
    }));

  it("pages events by a cursor that stays right while events come in", () =>
    withStore(async (store, history) => {
      await store.write(EVENTS.slice(0, 4), quiet);
      const first = await history.events({ limit: 2, to: ROW_AT + 100 });
      await store.write(EVENTS.slice(4), quiet);
      assert.deepEqual(numbers(first), [4, 3]);
      assert.ok(first.next);
      const second = await history.events({ limit: 2, to: ROW_AT + 100, cursor: first.next });
      assert.deepEqual(numbers(second), [2, 1]);
      assert.deepEqual([second.next, first.total, second.total], [null, 4, 5]);
    }));
}
