import assert from "node:assert/strict";
import type { EventDraft } from "../../../../core/model/event.js";
import { SiteFacts } from "../../../../core/model/inventory/site-facts.js";
import type { SiteFact } from "../../../../core/model/observation.js";
import type { SiteRow } from "../../../../core/model/row.js";

const START = Date.UTC(2026, 0, 1);

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
