import assert from "node:assert/strict";
import fc from "fast-check";
import type { SearchSeen, SourceClass } from "../../../../core/model/observation.js";
import type { TrafficRow } from "../../../../core/model/row.js";
import { Traffic } from "../../../../core/model/traffic/traffic.js";

const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const GAUGES = {
  pvsOnline: 3,
  pvsLost: 1,
  pvsNeverAnswered: 2,
  pvsTotal: 6,
  pvsDuplicate: 1,
  pvsInvalid: 0,
};

/** Names have tests of their own. */
const NO_NAMES = { begin() {}, restore() {}, tell() {} };

/** A traffic table whose rows are kept as a store would: the newest of each key. */
function traffic(maxClients = 20_000) {
  const rows = new Map<string, number>();
  const sink = {
    row: ({ minuteAt, series, value }: TrafficRow) => {
      rows.set(`${(minuteAt - START) / MINUTE} ${series}`, value);
    },
    gauges: () => GAUGES,
  };
  return { table: new Traffic(maxClients, sink, NO_NAMES), rows };
}

function search(table: Traffic, at: number, client: number, count: number, source: SourceClass) {
  const seen = { at, client, count } as SearchSeen;
  table.tick(Math.floor(at / MINUTE) * MINUTE);
  table.observed(at);
  table.foldSearch(seen, source);
}

describe("traffic", () => {
  it("tells a minute's totals by class, with gauges, when the minute ends", () => {
    const { table, rows } = traffic();
    search(table, START + 1000, 0x0a070001, 30, "client");
    search(table, START + 2000, 0x0a070002, 20, "archiver");
    search(table, START + 3000, 0x0a070003, 7, "gateway");
    search(table, START + 4000, 0x0a070009, 5, "own");
    table.answer();
    table.beacon();
    assert.equal(rows.size, 0);
    table.tick(START + MINUTE);
    assert.deepEqual(Object.fromEntries(rows), {
      "0 searchDatagrams": 4,
      "0 searchNames": 62,
      "0 clientNames": 30,
      "0 archiverNames": 20,
      "0 gatewayNames": 7,
      "0 ownNames": 5,
      "0 answers": 1,
      "0 beacons": 1,
      "0 distinctClients": 3,
      "0 pvsOnline": 3,
      "0 pvsDuplicate": 1,
      "0 pvsInvalid": 0,
      "0 pvsLost": 1,
      "0 pvsNeverAnswered": 2,
      "0 pvsTotal": 6,
      "0 client:10.7.0.1": 30,
      "0 client:10.7.0.2": 20,
      "0 client:10.7.0.3": 7,
    });
  });

  it("tells the means of what was sampled of pvmon itself, of each minute alone", () => {
    const { table, rows } = traffic();
    search(table, START, 1, 1, "client");
    table.processSampled({ processRss: 100e6, processCpu: 0.2 });
    table.processSampled({ processRss: 300e6, processCpu: 0.6 });
    table.tick(START + MINUTE);
    assert.equal(rows.get("0 processRss"), 200e6);
    assert.equal(rows.get("0 processCpu"), 0.4);
    table.processSampled({ processRss: 50e6, processCpu: 0 });
    table.tick(START + 2 * MINUTE);
    assert.equal(rows.get("1 processRss"), 50e6);
    assert.equal(rows.get("1 processCpu"), 0);
    table.tick(START + 3 * MINUTE);
    assert.equal(rows.get("2 processRss"), 50e6, "a minute without a sample has the latest");
  });

  it("tells nothing of pvmon itself where nothing was sampled, as in a replay", () => {
    const { table, rows } = traffic();
    search(table, START, 1, 1, "client");
    table.tick(START + MINUTE);
    assert.equal(rows.has("0 processRss"), false);
  });

  it("does not take a sample of pvmon itself for a sign that somebody watches the network", () => {
    const { table, rows } = traffic();
    table.observed(START);
    for (let minute = 1; minute <= 120; minute++) {
      table.processSampled({ processRss: 1, processCpu: 0 });
      table.tick(START + minute * MINUTE);
    }
    assert.equal(rows.get("59 processRss"), 1);
    assert.equal(rows.get("60 processRss"), undefined);
  });

  it("tells the running minute on request, and more of it later", () => {
    const { table, rows } = traffic();
    search(table, START + 1000, 1, 30, "client");
    table.flush();
    assert.equal(rows.get("0 searchNames"), 30);
    search(table, START + 2000, 1, 30, "client");
    table.flush();
    assert.equal(rows.get("0 searchNames"), 60);
    assert.equal(rows.get("0 client:0.0.0.1"), 60);
  });

  it("tells the 50 busiest clients, and keeps those it told before at the whole minute", () => {
    const { table, rows } = traffic();
    search(table, START, 99, 1, "client");
    table.flush();
    for (let client = 1; client <= 60; client++)
      search(table, START + 1, client, client + 10, "client");
    search(table, START + 2, 99, 1, "client");
    table.tick(START + MINUTE);
    const told = [...rows.keys()].filter((key) => key.startsWith("0 client:"));
    assert.equal(told.length, 51);
    assert.equal(rows.get("0 client:0.0.0.60"), 70);
    assert.equal(rows.get("0 client:0.0.0.10"), undefined, "10.. is not among the busiest");
    assert.equal(rows.get("0 client:0.0.0.99"), 2);
  });

  it("counts the names of addresses beyond the limit in the totals only", () => {
    const { table, rows } = traffic(2);
    for (let client = 1; client <= 3; client++) search(table, START, client, 10, "client");
    table.flush();
    assert.equal(rows.get("0 searchNames"), 30);
    assert.equal(rows.get("0 distinctClients"), 2);
  });

  it("tells quiet minutes while somebody watches, and none after an hour of silence", () => {
    const { table, rows } = traffic();
    table.observed(START);
    for (let minute = 1; minute <= 120; minute++) table.tick(START + minute * MINUTE);
    assert.equal(rows.get("0 pvsTotal"), 6);
    assert.equal(rows.get("59 searchNames"), 0);
    assert.equal(rows.get("60 searchNames"), undefined);
  });

  it("goes on with the minute that a run before began", () => {
    const before = traffic();
    search(before.table, START + 1000, 1, 30, "client");
    search(before.table, START + 1000, 2, 10, "client");
    before.table.flush();
    const { table, rows } = traffic();
    for (const [key, value] of before.rows) {
      table.restore({ kind: "traffic", minuteAt: START, series: key.slice(2), value });
    }
    search(table, START + 20_000, 1, 5, "client");
    table.tick(START + MINUTE);
    assert.equal(rows.get("0 searchNames"), 45);
    assert.equal(rows.get("0 distinctClients"), 2);
    assert.equal(rows.get("0 client:0.0.0.1"), 35);
    assert.equal(rows.get("0 client:0.0.0.2"), 10);
  });

  it("leaves a minute alone that ended while nobody watched", () => {
    const { table, rows } = traffic();
    table.restore({ kind: "traffic", minuteAt: START, series: "searchNames", value: 30 });
    search(table, START + 10 * MINUTE + 1, 1, 5, "client");
    table.tick(START + 11 * MINUTE);
    assert.equal(rows.get("0 searchNames"), undefined);
    assert.equal(rows.get("10 searchNames"), 5);
  });

  it("loses and invents nothing: the minutes add up to what was folded", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            wait: fc.nat(90_000),
            client: fc.nat(30),
            count: fc.nat(40),
            source: fc.constantFrom<SourceClass>("client", "archiver", "gateway", "own"),
            flush: fc.boolean(),
          }),
          { maxLength: 60 },
        ),
        (steps) => {
          const { table, rows } = traffic();
          let at = START;
          for (const { wait, client, count, source, flush } of steps) {
            at += wait;
            search(table, at, client, count, source);
            if (flush) table.flush();
          }
          table.flush();
          const sum = (series: RegExp) =>
            [...rows].reduce((total, [key, value]) => total + (series.test(key) ? value : 0), 0);
          const folded = (own: boolean) =>
            steps.reduce(
              (total, step) => total + (own || step.source !== "own" ? step.count : 0),
              0,
            );
          assert.equal(sum(/ searchDatagrams$/), steps.length);
          assert.equal(sum(/ searchNames$/), folded(true));
          assert.equal(sum(/ (client|archiver|gateway|own)Names$/), folded(true));
          assert.equal(sum(/ client:/), folded(false));
        },
      ),
    );
  });
});
