import assert from "node:assert/strict";
import fc from "fast-check";
import { BusyNames } from "../../../../core/model/clients/busy-names.js";
import { NO_NAME, RequestRing, RingBudget } from "../../../../core/model/clients/request-ring.js";
import type { PvRow, TrafficRow } from "../../../../core/model/row.js";
import { answer, START, searchSeen, WatchedInventory } from "../inventory/inventory-site.js";

const MINUTE = 60_000;

/** Names `n0`, `n1`, … over a ring; told is what a store would have: the newest value of each. */
function busy(capacity = 1000) {
  const ring = new RequestRing(capacity, new RingBudget(capacity));
  const forgotten = new Set<number>();
  const names = new BusyNames(ring, {
    nameOf: (id) => `n${id}`,
    idOf: (name) => (forgotten.has(Number(name.slice(1))) ? -1 : Number(name.slice(1))),
  });
  const stored = new Map<string, number>();
  return {
    names,
    stored,
    ask(id: number, times = 1) {
      for (let i = 0; i < times; i++) ring.push(Uint32Array.of(id), 1, 0);
    },
    refuse(times: number) {
      ring.push(new Uint32Array(times).fill(NO_NAME), times, 0);
    },
    forget(id: number) {
      ring.forget(new Set([id]));
      forgotten.add(id);
    },
    tell() {
      names.tell((name, value) => stored.set(name, value));
      return Object.fromEntries(stored);
    },
  };
}

describe("the busy names of a minute", () => {
  it("are counted exactly while the ring holds the minute", () => {
    const { names, ask, tell } = busy();
    names.begin();
    ask(1, 3);
    ask(2);
    assert.deepEqual(tell(), { n1: 3, n2: 1 });
    ask(2, 4);
    assert.deepEqual(tell(), { n1: 3, n2: 5 });
  });

  it("are those of this minute only", () => {
    const { names, stored, ask, tell } = busy();
    names.begin();
    ask(1, 30);
    tell();
    names.begin();
    stored.clear();
    ask(2, 2);
    assert.deepEqual(tell(), { n2: 2 });
  });

  it("are scaled up from what the ring still holds, and rounded", () => {
    const { names, ask, refuse, tell } = busy(10);
    names.begin();
    refuse(50);
    for (let i = 0; i < 25; i++) ask(i % 5 === 0 ? 1 : 2);
    assert.deepEqual(tell(), { n1: 5, n2: 20 });
    ask(3);
    // 26 requests, of which the ring holds ten: one is 2.6.
    assert.equal(tell().n3, 3);
  });

  it("are the fifty asked for most, and flat traffic adds no further ones", () => {
    const { names, ask, tell } = busy(10_000);
    names.begin();
    for (let id = 0; id < 60; id++) ask(id, id + 1);
    assert.equal(Object.keys(tell()).length, 50);
    assert.equal(tell().n9, undefined);
    for (let id = 60; id < 110; id++) ask(id, 22);
    assert.equal(Object.keys(tell()).length, 50, "22 is not more than twice 11");
    ask(200, 23);
    assert.equal(tell().n200, 23);
  });

  it("are few in flat traffic, however far the ring is behind and however often they are told", () => {
    const { names, ask, tell } = busy(10_000);
    names.begin();
    let id = 0;
    for (let second = 0; second < 60; second += 5) {
      // A million names, one after the other.
      for (let i = 0; i < 20_000; i++) ask(id++);
      tell();
    }
    assert.equal(Object.keys(tell()).length, 50);
    ask(9_999_999, 400);
    assert.equal(Object.keys(tell()).length, 51, "but one that stands out is told");
  });

  it("never go back, and stay at the whole once they were told", () => {
    const { names, ask, tell, forget } = busy(10);
    names.begin();
    ask(1, 10);
    tell();
    for (let id = 100; id < 120; id++) ask(id);
    assert.equal(tell().n1, 10, "nothing of it is left in the ring");
    forget(1);
    assert.equal(tell().n1, 10);
  });

  it("go on with what a run before has told, without counting it twice", () => {
    const { names, ask, tell } = busy();
    names.begin();
    names.restore("n1", 30);
    names.restore("n2", 4);
    ask(1, 5);
    for (let id = 10; id < 70; id++) ask(id, 3);
    ask(2);
    assert.deepEqual([tell().n1, tell().n2], [35, 5]);
    assert.deepEqual([tell().n1, tell().n2], [35, 5], "telling again adds nothing");
  });

  it("add up to all requests, however often they are told, while the ring holds them", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(40), fc.boolean()), { maxLength: 300 }), (steps) => {
        const { names, ask, tell, stored } = busy(1000);
        names.begin();
        for (const [id, tells] of steps) {
          ask(id);
          if (tells) tell();
        }
        tell();
        const sum = [...stored.values()].reduce((total, value) => total + value, 0);
        assert.equal(sum, steps.length);
      }),
    );
  });

  it("are told of latin-1 names, their bytes as characters, beside the gauges of duplicate and invalid names", () => {
    const inventory = new WatchedInventory();
    inventory.fold(searchSeen(START, ["SR:\xb5m", "SR:\xb5m", "SR:BAD NAME", "SR:TWICE"]));
    inventory.fold(answer(START + 1, "SR:TWICE"));
    inventory.fold(answer(START + 2, "SR:TWICE", { ip: 0x0a070002, port: 5064 }));
    inventory.advance(START + MINUTE);
    const totals = inventory.trafficTotals();
    const ofNames = Object.entries(totals).filter(([series]) => series.startsWith("pv:"));
    assert.deepEqual(Object.fromEntries(ofNames), {
      "pv:SR:\xb5m": 2,
      "pv:SR:BAD NAME": 1,
      "pv:SR:TWICE": 1,
    });
    assert.deepEqual([totals.pvsTotal, totals.pvsDuplicate, totals.pvsInvalid], [3, 1, 2]);
  });

  it("go on over a restart within the minute", () => {
    const before = new WatchedInventory();
    before.fold(searchSeen(START, ["SR:A", "SR:A", "SR:B"]));
    before.flushTraffic();
    const rows = before.history.filter((row): row is TrafficRow => row.kind === "traffic");
    const after = new WatchedInventory();
    after.restore([...before.changes().filter((row): row is PvRow => row.kind === "pv"), ...rows]);
    after.fold(searchSeen(START + 20_000, ["SR:A", "SR:C"]));
    after.advance(START + MINUTE);
    const { "pv:SR:A": a, "pv:SR:B": b, "pv:SR:C": c } = after.trafficTotals();
    assert.deepEqual([a, b, c], [3, 1, 1]);
  });
});
