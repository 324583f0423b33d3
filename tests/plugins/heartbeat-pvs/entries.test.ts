import assert from "node:assert/strict";
import fc from "fast-check";
import { Assignments } from "../../../plugins/heartbeat-pvs/assignments.js";
import {
  checkEntries,
  type Entry,
  entriesOfMap,
  matcherOf,
} from "../../../plugins/heartbeat-pvs/entries.js";
import { upTimeText } from "../../../plugins/heartbeat-pvs/up-time.js";
import { beat } from "./beats.js";

function entry(also: Partial<Entry> = {}): Entry {
  const any = { host: "*", image: "*", command: "*", directory: "*" };
  return { record: "hb:1", description: "", app: "", ...any, ...also };
}

describe("an entry of the heartbeat export", () => {
  it("is met by application, host name or address, image, command and directory", () => {
    const met = (also: Partial<Entry>): boolean => matcherOf(entry(also))(beat("a".repeat(16)));
    const all: readonly Partial<Entry>[] = [
      {},
      { app: "a".repeat(16) },
      { host: "srv1" },
      { host: "10.7.0.?" },
      { image: "*/vac", command: "st*", directory: "/iocs/*" },
    ];
    for (const each of all) assert.ok(met(each), JSON.stringify(each));
    const none: readonly Partial<Entry>[] = [
      { app: "b".repeat(16) },
      { host: "srv" },
      { host: "10.7.0" },
      { image: "vac" },
      { command: "st?cmd2" },
      { directory: "/iocs/vac/" },
    ];
    for (const each of none) assert.ok(!met(each), JSON.stringify(each));
  });

  it("takes every other character of a pattern for itself", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        const directory = text.replace(/[*?]/g, "");
        assert.ok(matcherOf(entry({ directory }))(beat("a", { directory })));
        assert.ok(!matcherOf(entry({ directory }))(beat("a", { directory: `${directory}x` })));
      }),
    );
  });

  it("comes from the list of old, comments and empty lines left out", () => {
    const text = "# apps\n\n7, Vacuum, ./bin/vac, /iocs/vac, st.cmd\r\n 0012 ,, ,/iocs/rf,\n";
    assert.deepEqual(entriesOfMap(text, "iocmon:hb:"), [
      entry({
        record: "iocmon:hb:0007",
        description: "Vacuum",
        image: "./bin/vac",
        directory: "/iocs/vac",
        command: "st.cmd",
      }),
      entry({ record: "iocmon:hb:0012", directory: "/iocs/rf" }),
    ]);
  });

  it("in a line that is none is told by the number of the line", () => {
    for (const line of ["x, a, b, c, d", "1, a, b, c", "1, a, b, c, d, e", "12345,a,b,c,d"]) {
      assert.throws(() => entriesOfMap(`# one\n${line}`, ""), /line 2 is not/, line);
    }
    const many = "1,a,b,c,d\n".repeat(6000);
    assert.throws(() => entriesOfMap(many, ""), /more than 5000 lines/);
  });

  it("may not write the records of another", () => {
    assert.throws(() => checkEntries([entry(), entry({ host: "x" })]), /two entries write hb:1/);
    assert.equal(checkEntries([entry(), entry({ record: "hb:2" })]).length, 2);
  });
});

describe("the heartbeat that an entry shows", () => {
  it("is the one that fits, none before it is there and after it was forgotten", () => {
    const shown = new Assignments([entry({ host: "srv1" }), entry({ host: "srv2" })]);
    assert.equal(shown.of(0), undefined);
    shown.update([beat("one"), beat("two", { hostName: "srv2" })]);
    assert.deepEqual([shown.of(0)?.app, shown.of(1)?.app], ["one", "two"]);
    assert.deepEqual(
      [shown.showing("one"), shown.showing("two"), shown.showing("x")],
      [[0], [1], []],
    );
    shown.update([]);
    assert.equal(shown.of(0), undefined);
    assert.deepEqual(shown.showing("one"), []);
  });

  it("of several is one that beats, the same as before, and the doubt is counted", () => {
    const shown = new Assignments([entry()]);
    shown.update([beat("one", { lost: true, lastAt: 9 }), beat("two", { lastAt: 5 })]);
    assert.deepEqual([shown.of(0)?.app, shown.doubtful], ["two", 0]);
    shown.update([beat("one", { lastAt: 10 }), beat("two", { lastAt: 5 })]);
    assert.deepEqual([shown.of(0)?.app, shown.doubtful], ["two", 1]);
    shown.update([beat("one", { lastAt: 10 }), beat("two", { lost: true, lastAt: 5 })]);
    assert.deepEqual([shown.of(0)?.app, shown.doubtful], ["one", 0]);
    shown.update([
      beat("two", { lost: true, lastAt: 5 }),
      beat("three", { lost: true, lastAt: 7 }),
    ]);
    assert.equal(shown.of(0)?.app, "three");
  });
});

it("an up time is told in days and as a clock shows it", () => {
  assert.deepEqual([0, 59, 86_399, 86_400, 273_906].map(upTimeText), [
    "00:00:00",
    "00:00:59",
    "23:59:59",
    "1 day 00:00:00",
    "3 days 04:05:06",
  ]);
});
