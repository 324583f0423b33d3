import assert from "node:assert/strict";
import { Type } from "@sinclair/typebox";
import { defineStore, HISTORY, type HistoryService, type Plugin, type Store } from "pvmon";
import {
  describePlugin,
  describeStore,
  MemoryMedium,
  MemoryStore,
  type Runner,
} from "pvmon/testkit";
import { BROKEN_COUNTS } from "./broken-counts.js";
import { BROKEN_EVENTS } from "./broken-events.js";
import { BROKEN_RECORDS } from "./broken-records.js";
import { BROKEN_SERIES } from "./broken-series.js";
import { broken } from "./broken-store.js";

const BROKEN = [...BROKEN_RECORDS, ...BROKEN_EVENTS, ...BROKEN_COUNTS, ...BROKEN_SERIES];

/** Those whose fault shows in other rules too, since these have to write or ask the same; every other one breaks its rule alone. */
const BREAKING_SEVERAL: ReadonlySet<string> = new Set([
  "makes up a record",
  "does not know a kind of record",
  "keeps the oldest state of a PV",
  "does not forget groups",
  "loads no event",
  "loads only the latest event",
  "loads the pending events newest first",
  "takes a hundred rows of a batch",
  "writes the rows before a bad one",
  "takes a bad row for none",
  "finds events without regard to app",
  "finds events without regard to log",
  "gives members that an event lacks as null",
  "cuts long texts",
  "keeps an event as it was first",
  "writes an event that comes again beside the first",
  "counts the events at the end of the span too",
  "counts the events before the span too",
  "counts the types of all time",
  "answers minutes of any span",
  "calls a name with a second server new",
  "holds a fact at the instant of its end",
  "begins what holds anew",
  "counts only the changes that it lists",
]);

type Make = (store: MemoryStore) => Store<HistoryService>;
type Rules = ReadonlyMap<string, () => Promise<void>>;

const media = new Map<string, { current: MemoryMedium }>();

function newMedium(): object {
  const medium = String(media.size);
  media.set(medium, { current: new MemoryMedium() });
  return { medium };
}

/** Stores in memory as a plugin. */
function memoryStore(make: Make, history = true): Plugin {
  return defineStore({
    name: "memory-store",
    description: "Remembers in memory only.",
    configSchema: Type.Object(
      { medium: Type.String({ description: "Which memory." }) },
      { additionalProperties: false },
    ),
    ...(history ? { provides: HISTORY } : {}),
    create: ({ config }) => make(new MemoryStore(media.get(config.medium))),
  });
}

/** The rules of a suite by their titles. */
function rulesOf(suite: (runner: Runner) => void): Rules {
  const found = new Map<string, () => Promise<void>>();
  suite({
    describe: (_title, body) => body(),
    it: (title, body) => {
      assert.ok(!found.has(title), `two rules are called: ${title}`);
      found.set(title, body);
    },
  });
  return found;
}

/** Those that stores have beside those for all plugins. */
function rules(make: Make, history = true): Rules {
  const plugin = memoryStore(make, history);
  const general = rulesOf((runner) => describePlugin(plugin, runner));
  const all = rulesOf((runner) => describeStore(plugin, { ...runner, config: newMedium }));
  return new Map([...all].filter(([title]) => !general.has(title)));
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
  describeStore(
    memoryStore((store) => store),
    { config: newMedium },
  );

  describe("catches a store that", () => {
    for (const { how, rule, breaking } of BROKEN) {
      it(`${how}`, async () => {
        const titles = await brokenRules((store) => broken(store, breaking));
        if (!BREAKING_SEVERAL.has(how)) return assert.deepEqual(titles, [rule]);
        assert.ok(titles.length > 1, "it is no exception any more");
        assert.ok(titles.includes(rule), `not by "${rule}" but by: ${titles.join("; ")}`);
      });
    }
  });

  it("lists no exception that is none of them", () => {
    const all = BROKEN.map(({ how }) => how);
    assert.deepEqual(
      [...BREAKING_SEVERAL].filter((how) => !all.includes(how)),
      [],
    );
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
