/** The operators' log on its own: what waits, who acknowledged it, and which application it turned out to be about. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { PvmonEvent } from "../../../../core/model/event.js";
import { Journal, type JournalOptions } from "../../../../core/model/log/journal.js";

const HOST = "10.7.0.1";
const SERVER = `${HOST}:5064`;

function event(id: number, also: Partial<PvmonEvent> = {}): PvmonEvent {
  return {
    id: String(id),
    at: id,
    type: "server.lost",
    severity: "alarm",
    subject: SERVER,
    text: "lost",
    evidence: {},
    host: HOST,
    server: SERVER,
    log: "pending",
    ...also,
  };
}

class WatchedJournal extends Journal {
  readonly changed: PvmonEvent[];

  constructor(options: JournalOptions = {}) {
    const changed: PvmonEvent[] = [];
    super({ changed: (changedEvent) => changed.push(changedEvent) }, options);
    this.changed = changed;
  }
}

describe("the journal", () => {
  it("keeps pending entries by host, oldest first, until somebody acknowledges them", () => {
    const journal = new WatchedJournal();
    journal.recorded(event(1));
    journal.recorded(event(2, { host: "10.7.0.2" }));
    journal.recorded(event(3));
    journal.recorded(event(4, { log: "noted" }));
    assert.deepEqual(journal.pending(HOST), ["1", "3"]);
    assert.deepEqual(journal.pending(), ["1", "2", "3"]);
    assert.deepEqual(journal.acknowledge(["3", "4", "9", "3"], "kim", 77), ["3"]);
    assert.deepEqual(journal.changed, [
      event(3, { log: "acknowledged", acknowledgedAt: 77, acknowledgedBy: "kim" }),
    ]);
    assert.deepEqual([journal.pendingOf(HOST), journal.pendingOf("10.7.0.3")], [1, 0]);
  });

  it("acknowledges the oldest by itself when too many wait, and says why", () => {
    const journal = new WatchedJournal({ maxPendingEntries: 2 });
    for (const id of [1, 2, 3]) journal.recorded(event(id));
    assert.deepEqual(journal.pending(), ["2", "3"]);
    const [changed] = journal.changed;
    assert.deepEqual(
      [changed?.id, changed?.log, changed?.acknowledgedBy],
      ["1", "acknowledged", "pvmon"],
    );
    assert.equal(changed?.evidence.acknowledgedBecause, "more than 2 entries were pending");
  });

  it("acknowledges those of a host that has too many before those of others", () => {
    const journal = new WatchedJournal({ maxPendingEntries: 10 });
    for (const host of [2, 3, 4]) journal.recorded(event(host, { host: `10.7.0.${host}` }));
    for (let id = 10; id < 100; id++) journal.recorded(event(id));
    assert.equal(journal.pendingOf(HOST), 7);
    assert.deepEqual(journal.pending().slice(0, 4), ["2", "3", "4", "93"]);
    for (let id = 100; id < 110; id++) {
      journal.recorded(event(id, { host: `10.7.1.${id}` }));
    }
    assert.equal(journal.pendingOf(HOST), 0);
  });

  it("gives events about a server the application that it turns out to be, from then on only", () => {
    const journal = new WatchedJournal();
    journal.recorded(event(10));
    journal.recorded(event(20, { log: "noted", type: "server.resumed" }));
    journal.recorded(event(21, { log: "noted", server: `${HOST}:40000` }));
    journal.recorded(event(22, { app: "other" }));
    const { log: _log, ...unlogged } = event(23, { type: "server.discovered" });
    journal.recorded(unlogged);
    journal.recorded(event(24, { type: "pv.lost", log: "noted" }));
    journal.identified(SERVER, "app1", 15);
    assert.deepEqual(
      journal.changed.map(({ id, app, log }) => [id, app, log]),
      [
        ["20", "app1", "noted"],
        ["23", "app1", undefined],
      ],
    );
    journal.identified(SERVER, "app2", 0);
    assert.deepEqual(
      journal.changed.slice(2).map(({ id, app }) => [id, app]),
      [["10", "app2"]],
    );
    journal.acknowledge(["10"], "kim", 99);
    assert.equal(journal.changed.at(-1)?.app, "app2");
  });

  it("identifies what was acknowledged before its application was known, and keeps who did", () => {
    const journal = new WatchedJournal();
    journal.recorded(event(1));
    journal.acknowledge(["1"], "kim", 5);
    journal.identified(SERVER, "app1", 0);
    const last = journal.changed.at(-1);
    assert.deepEqual([last?.app, last?.log, last?.acknowledgedBy], ["app1", "acknowledged", "kim"]);
  });

  it("takes entries out of the log once, pending ones acknowledged", () => {
    const journal = new WatchedJournal();
    journal.recorded(event(1));
    journal.recorded(event(2, { log: "noted" }));
    const { log: _log, ...unlogged } = event(3);
    journal.recorded(unlogged);
    assert.deepEqual(journal.forget(["1", "2", "3", "4"], "kim", 9), ["1", "2"]);
    assert.deepEqual(journal.forget(["1", "2"], "kim", 10), []);
    const newest = new Map(journal.changed.map((each) => [each.id, each]));
    assert.deepEqual(
      [...newest.values()].map(({ id, log, acknowledgedBy }) => [id, log, acknowledgedBy]),
      [
        ["1", "forgotten", "kim"],
        ["2", "forgotten", undefined],
      ],
    );
    assert.deepEqual(journal.pending(), []);
  });

  it("goes on after a restart with what was pending, whose applications may still be found", () => {
    const journal = new WatchedJournal();
    journal.restore(event(1));
    journal.restore(event(2, { log: "acknowledged", acknowledgedBy: "kim", acknowledgedAt: 3 }));
    assert.deepEqual([journal.pending(), journal.changed], [["1"], []]);
    journal.identified(SERVER, "app1", 0);
    assert.deepEqual(
      journal.changed.map(({ id }) => id),
      ["1", "2"],
    );
  });

  it("does not take an older state of an entry from a store", () => {
    const journal = new WatchedJournal();
    journal.recorded(event(1));
    journal.acknowledge(["1"], "kim", 5);
    journal.restore(event(1));
    assert.deepEqual(journal.pending(), []);
    assert.deepEqual(journal.forget(["1"], "lee", 6), ["1"]);
    assert.equal(journal.changed.at(-1)?.acknowledgedBy, "kim");
  });

  it("remembers no more than its bounds, whatever happens", () => {
    const step = fc.oneof(
      fc.record({
        act: fc.constant("record" as const),
        log: fc.constantFrom("pending", "noted", undefined),
      }),
      fc.record({ act: fc.constantFrom("acknowledge", "forget", "identify"), of: fc.nat(60) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const journal = new WatchedJournal({ maxPendingEntries: 5, maxRecentEntries: 7 });
        steps.forEach((each, index) => {
          if (each.act === "record") {
            const { log: _log, ...rest } = event(index);
            journal.recorded(
              each.log === undefined ? rest : event(index, { log: each.log as "noted" }),
            );
          } else if (each.act === "acknowledge")
            journal.acknowledge([String(each.of)], "kim", index);
          else if (each.act === "forget") journal.forget([String(each.of)], "kim", index);
          else journal.identified(SERVER, "app1", each.of);
          const remembered = steps.filter((_step, id) => journal.remembers(String(id))).length;
          assert.ok(journal.pending().length <= 5 && remembered <= 12);
          assert.equal(journal.pending().length, journal.pendingOf(HOST));
        });
        // Each event's states follow one another: nothing is unacknowledged, unforgotten or loses its application.
        const ranks = ["noted", "pending", "acknowledged", "forgotten"];
        const seen = new Map<string, PvmonEvent>();
        for (const changed of journal.changed) {
          const before = seen.get(changed.id);
          assert.ok(ranks.indexOf(changed.log ?? "noted") >= ranks.indexOf(before?.log ?? "noted"));
          if (before?.app !== undefined) assert.equal(changed.app, before.app);
          seen.set(changed.id, changed);
        }
      }),
      { numRuns: 500 },
    );
  });
});
