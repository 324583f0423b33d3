import assert from "node:assert/strict";
import fc from "fast-check";
import type { EventDraft } from "../../../core/model/event.js";
import { DirtyIds, DirtyKeys } from "../../../core/model/inventory-dirty.js";
import { SiteFacts } from "../../../core/model/inventory-facts.js";
import { OwnSockets } from "../../../core/model/inventory-own.js";
import { PvPurge } from "../../../core/model/inventory-purge.js";
import type { SearchSeen, SiteFact } from "../../../core/model/observation.js";
import type { SiteRow } from "../../../core/model/row.js";

const START = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;

describe("dirty records", () => {
  it("are each told once, in the order they became dirty, and then no more", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200_000)), (ids) => {
        const [dense, any] = [new DirtyIds(), new DirtyKeys()];
        for (const id of ids) {
          dense.add(id);
          any.add(id);
        }
        for (const dirty of [dense, any]) {
          const told: number[] = [];
          dirty.drain((id) => {
            told.push(id);
          });
          assert.deepEqual(told, [...new Set(ids)]);
          dirty.drain(() => assert.fail("drained already"));
        }
      }),
    );
  });

  it("that become dirty while told wait for the next time", () => {
    for (const dirty of [new DirtyIds(), new DirtyKeys()]) {
      dirty.add(7);
      dirty.drain((id) => dirty.add(id));
      const told: number[] = [];
      dirty.drain((id) => {
        told.push(id);
      });
      assert.deepEqual(told, [7]);
    }
  });
});

describe("pvmon's own sockets", () => {
  const search = { client: 0x0a070009, port: 41_000, source: "client" } as SearchSeen;
  const socket = { ip: 0x0a070009, port: 41_000 };

  it("are told by address and port while they are open", () => {
    const own = new OwnSockets();
    assert.equal(own.sourceOf(search), "client");
    own.fold({ type: "ownSocket", at: START, socket, open: true });
    assert.equal(own.sourceOf(search), "own");
    assert.equal(
      own.sourceOf({ ...search, port: 41_001 }),
      "client",
      "another program of the host",
    );
    own.fold({ type: "ownSocket", at: START, socket, open: false });
    assert.equal(own.sourceOf(search), "client");
  });

  it("leave the site's own classes as they are", () => {
    assert.equal(new OwnSockets().sourceOf({ ...search, source: "archiver" }), "archiver");
  });
});

describe("facts of site plugins", () => {
  function facts(max = 10) {
    const events: EventDraft[] = [];
    const rows: SiteRow[] = [];
    const table = new SiteFacts(max, {
      event: (event) => {
        events.push(event);
      },
      row: (row) => {
        rows.push(row);
      },
    });
    return { table, events, rows };
  }
  const fact: SiteFact = {
    type: "site",
    at: START,
    subject: "magnet",
    name: "Q1",
    fields: { on: true },
  };

  it("are rows each time, and events when they say something new", () => {
    const { table, events, rows } = facts();
    table.fold(fact);
    table.fold({ ...fact, at: START + 1 });
    table.fold({ ...fact, at: START + 2, fields: { on: false } });
    table.fold({ ...fact, at: START + 3, fields: { on: false, amps: 3 } });
    assert.deepEqual(
      rows.map(({ at }) => at - START),
      [0, 1, 2, 3],
    );
    assert.deepEqual(
      events.map(({ at, subject, evidence }) => [at - START, subject, evidence]),
      [
        [0, "Q1", { on: true }],
        [2, "Q1", { on: false }],
        [3, "Q1", { on: false, amps: 3 }],
      ],
    );
  });

  it("that a store remembers are no news", () => {
    const { table, events } = facts();
    table.restore({
      kind: "site",
      subject: "magnet",
      name: "Q1",
      at: START - 1,
      fields: { on: true },
    });
    table.fold(fact);
    assert.deepEqual(events, []);
  });

  it("beyond the limit, too long or too wide are refused and counted; those known go on", () => {
    const { table, rows } = facts(1);
    table.fold(fact);
    table.fold({ ...fact, name: "Q2" });
    table.fold({ ...fact, fields: { text: "x".repeat(1001) } });
    table.fold({ ...fact, name: "x".repeat(1001) });
    table.fold({
      ...fact,
      fields: Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`f${index}`, index])),
    });
    assert.equal(table.refused, 4);
    table.fold({ ...fact, fields: { on: false } });
    assert.equal(rows.length, 2);
  });
});

describe("the purge of old PVs", () => {
  /** Everything that a purge finds from `from` to `to`, ticking each second. */
  function purged(purge: PvPurge, from: number, to: number): number[] {
    const found: number[] = [];
    for (let at = from; at <= to; at += 1000) found.push(...purge.tick(at));
    return found;
  }

  it("finds what nobody used for longer than the limit, once the day changes", () => {
    const ages = [START - 400 * DAY, START - 10 * DAY, undefined, 0];
    const purge = new PvPurge({ slots: () => ages.length, lastUsedAt: (id) => ages[id] }, 365);
    assert.deepEqual(purged(purge, START + 1000, START + 3_600_000), []);
    assert.deepEqual(purged(purge, START + DAY, START + DAY + 10_000), [0, 3]);
    assert.deepEqual(purged(purge, START + DAY + 11_000, START + DAY + 20_000), []);
  });

  it("goes through any number of names, a few thousand a second", () => {
    const slots = 15_001;
    const purge = new PvPurge({ slots: () => slots, lastUsedAt: () => 0 }, 365);
    purge.tick(START);
    let most = 0;
    let all = 0;
    for (let second = 0; second < 10; second++) {
      const found = purge.tick(START + DAY + second * 1000).length;
      most = Math.max(most, found);
      all += found;
    }
    assert.equal(all, slots);
    assert.ok(most <= 2000);
  });
});
