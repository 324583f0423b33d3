import assert from "node:assert/strict";
import type { HistoryService, Store } from "pvmon";
import { MemoryMedium, MemoryStore, storeConformance } from "pvmon/testkit";
import { BROKEN_COUNTS } from "./broken-counts.js";
import { BROKEN_EVENTS } from "./broken-events.js";
import { BROKEN_RECORDS } from "./broken-records.js";
import { BROKEN_SERIES } from "./broken-series.js";
import { broken } from "./broken-store.js";

const BROKEN = [...BROKEN_RECORDS, ...BROKEN_EVENTS, ...BROKEN_COUNTS, ...BROKEN_SERIES];

type Make = (store: MemoryStore) => Store<HistoryService>;

/** The suite on stores in memory, each test of it by its title. */
function rules(make: Make, history = true): ReadonlyMap<string, () => Promise<void>> {
  const found = new Map<string, () => Promise<void>>();
  let medium = { current: new MemoryMedium() };
  storeConformance("a store", {
    create: async () => {
      medium = { current: new MemoryMedium() };
      return make(new MemoryStore(medium));
    },
    reopen: async () => make(new MemoryStore(medium)),
    describe: (_title, body) => body(),
    it: (title, body) => {
      assert.ok(!found.has(title), `two rules are called: ${title}`);
      found.set(title, body);
    },
    history,
  });
  return found;
}

async function brokenRules(make: Make): Promise<readonly string[]> {
  const titles: string[] = [];
  for (const [title, test] of rules(make)) {
    await test().catch((error: unknown) => {
      assert.ok(error instanceof assert.AssertionError || error instanceof Error);
      titles.push(title);
    });
  }
  return titles;
}

describe("the conformance suite of stores", () => {
  let medium = { current: new MemoryMedium() };
  storeConformance("a store in memory", {
    create: async () => {
      medium = { current: new MemoryMedium() };
      return new MemoryStore(medium);
    },
    reopen: async () => new MemoryStore(medium),
    describe,
    it,
  });

  describe("catches a store that", () => {
    for (const { how, rule, breaking } of BROKEN) {
      it(`${how}`, async () => {
        const titles = await brokenRules((store) => broken(store, breaking));
        assert.ok(titles.includes(rule), `not by "${rule}" but by: ${titles.join("; ") || "none"}`);
      });
    }
  });

  it("has no rule that no broken store needs", () => {
    const needed = new Set(BROKEN.map(({ rule }) => rule));
    const idle = [...rules((store) => store).keys()].filter((title) => !needed.has(title));
    assert.deepEqual(idle, []);
  });

  it("asks a store without a history for none", () => {
    const all = rules((store) => store).size;
    const some = rules((store) => store, false);
    assert.ok(some.size > 10 && some.size < all);
  });
});
