import assert from "node:assert/strict";
import fc from "fast-check";
import type { PvQuery } from "../../../../core/model/views.js";
import { matches, orderNames } from "./pv-queries.js";
import { START, WatchedPvs } from "./pv-site.js";

const has = (part: string) => (name: string) => name.includes(part);
const hasA = has("A");

const view: fc.Arbitrary<Pick<PvQuery, "match" | "accept">> = fc.record(
  {
    match: fc.constantFrom<NonNullable<PvQuery["match"]>>("a", "bb", "*B:*", "?a*", "b?", [
      "ab",
      "*:a",
    ]),
    accept: fc.constantFrom(hasA, has(":")),
  },
  { requiredKeys: [] },
);

function namesIn(pvs: WatchedPvs, query: Partial<PvQuery>): string[] {
  return pvs.list(query).items.map(({ name }) => name);
}

describe("tests of names", () => {
  it("find the same when they are asked again, whatever came and went meanwhile", () => {
    const name = fc.constantFrom("A", "b", ":", "Ab", "bA", "b:A", "bb");
    const change = fc.record({ name, isForgotten: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 40 }),
        view,
        fc.boolean(),
        (changes, wanted, isOrdered) => {
          const pvs = new WatchedPvs();
          if (isOrdered) orderNames(pvs);
          const known = new Set<string>();
          for (const { name, isForgotten } of changes) {
            if (!isForgotten) pvs.ask(0, [name]);
            else if (known.has(name)) pvs.forget(pvs.idOf(name), START);
            if (isForgotten) known.delete(name);
            else known.add(name);
            const { match = "*", accept = () => true } = wanted;
            const expected = [...known].filter((one) => matches(match, one) && accept(one));
            assert.deepEqual(namesIn(pvs, wanted), expected.sort());
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it("find a name whose id was another's when somebody looked for names", () => {
    const pvs = new WatchedPvs();
    pvs.ask(0, ["AB"]);
    assert.deepEqual(namesIn(pvs, { match: "AB" }), ["AB"]);
    const id = pvs.idOf("AB");
    pvs.forget(id, START);
    pvs.ask(0, ["CD"]);
    assert.equal(pvs.idOf("CD"), id);
    assert.deepEqual(namesIn(pvs, { match: ["CD", "AB"] }), ["CD"]);
  });

  it("see each name once while views are kept, and new ones as they come", () => {
    const pvs = new WatchedPvs();
    const seen: string[] = [];
    const accept = (name: string): boolean => {
      seen.push(name);
      return true;
    };
    const view = { match: ["A", "?", "D"], accept };
    pvs.ask(0, ["A", "B"]);
    for (let n = 0; n < 3; n++) assert.deepEqual(namesIn(pvs, view), ["A", "B"]);
    pvs.ask(1, ["C"]);
    assert.deepEqual(namesIn(pvs, { ...view, sort: "requests" }), ["A", "B", "C"]);
    assert.deepEqual(seen, ["A", "B", "C"]);
  });

  it("that saw all names are answered without going through these", () => {
    const pvs = new WatchedPvs();
    pvs.ask(
      0,
      Array.from({ length: 50_000 }, (_, index) => `PV:${index}`),
    );
    orderNames(pvs);
    const steps = (): number => {
      const scan = pvs.page({ limit: 1, sort: "name", order: "asc", match: "PV:1" });
      for (let count = 0; ; count++) if (scan.next().done === true) return count;
    };
    assert.ok(steps() > 10);
    assert.equal(steps(), 0);
    pvs.ask(1, ["A:NEW"]);
    assert.ok(steps() > 10);
  });

  it("take no memory to forget names that nobody looked for", () => {
    const pvs = new WatchedPvs();
    const names = Array.from({ length: 100_000 }, (_, index) => `PV:${index}`);
    pvs.ask(0, names);
    const { arrayBuffers } = process.memoryUsage();
    for (let n = 0; n < names.length; n += 10_000) pvs.forget(pvs.idOf(names[n]!), START);
    const bytes = process.memoryUsage().arrayBuffers - arrayBuffers;
    assert.ok(bytes < names.length, `${bytes} bytes`);
  });

  it("are kept for some views, not for all that were ever asked for", () => {
    const pvs = new WatchedPvs();
    pvs.ask(0, ["A", "B"]);
    let count = 0;
    const accept = (name: string): boolean => {
      count++;
      return hasA(name);
    };
    assert.deepEqual(namesIn(pvs, { accept }), ["A"]);
    for (let n = 0; n < 100; n++) pvs.list({ match: `${n}` });
    assert.deepEqual(namesIn(pvs, { accept }), ["A"]);
    assert.equal(count, 4);
  });
});
