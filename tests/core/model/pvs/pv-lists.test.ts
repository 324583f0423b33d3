/** The lists of PVs that applications have, and what being listed means for a PV. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { PvListRead } from "../../../../core/model/observation.js";
import { PvLists } from "../../../../core/model/pvs/pv-lists.js";
import { A, B, keyOf, type Server, START, WatchedPvs } from "./pv-site.js";

const APP = "00000000000000aa";
const DAY = 24 * 3_600_000;

/** `ms` after {@link START}. */
function listed(
  pvs: WatchedPvs,
  ms: number,
  names: readonly string[],
  also: {
    app?: string;
    server?: Server;
    complete?: boolean;
    servesCa?: boolean;
    part?: PvListRead["part"];
  } = {},
): number | undefined {
  const { app = APP, server = A, complete = true, servesCa = true, part } = also;
  const list: PvListRead = {
    type: "pvList",
    at: START + ms,
    source: server.ip,
    serverPort: server.port,
    names,
    complete,
    ...(part !== undefined && { part }),
  };
  return pvs.listed(app, list, servesCa, (key) => pvs.gone.has(key));
}

describe("a PV that an application lists", () => {
  it("is taken up as one that its server has, though nobody has asked for it", () => {
    const pvs = new WatchedPvs();
    assert.equal(listed(pvs, 0, ["SR:A", "SR:B", "SR:A"]), 2);
    const item = pvs.item(pvs.idOf("SR:A"));
    assert.deepEqual(
      [item.state, item.server, item.requests, item.lastSeenAt, item.lastRequestedAt],
      ["online", "10.7.0.1:5064", 0, START, null],
    );
    assert.equal(pvs.listedBy(pvs.idOf("SR:B")), APP);
    assert.deepEqual([...pvs.listOf(APP)].sort(), ["SR:A", "SR:B"]);
    assert.equal(pvs.ownedBy(keyOf(A)), 2);
    assert.deepEqual([pvs.dirtyIds.size, pvs.events], [2, []]);
  });

  it("is online when it was asked for and nobody had checked, and stays as it is otherwise", () => {
    const pvs = new WatchedPvs();
    pvs.ask(0, ["SR:ASKED", "SR:VAIN", "SR:ELSEWHERE"]);
    pvs.silence(0, "SR:VAIN");
    pvs.answered(0, "SR:ELSEWHERE", B);
    listed(pvs, 1000, ["SR:ASKED", "SR:VAIN", "SR:ELSEWHERE"]);
    const states = ["SR:ASKED", "SR:VAIN", "SR:ELSEWHERE"].map((name) => pvs.item(pvs.idOf(name)));
    assert.deepEqual(
      states.map(({ state, server }) => [state, server]),
      [
        ["online", "10.7.0.1:5064"],
        ["neverAnswered", null],
        ["online", "10.7.0.2:5064"],
      ],
    );
    assert.equal(pvs.listedBy(pvs.idOf("SR:VAIN")), APP);
  });

  it("is lost and back with the server", () => {
    const pvs = new WatchedPvs();
    listed(pvs, 0, ["SR:A"]);
    pvs.lose(1000, A);
    assert.equal(pvs.item(pvs.idOf("SR:A")).state, "lost");
    pvs.bring(2000, A);
    assert.equal(pvs.item(pvs.idOf("SR:A")).state, "online");
  });

  it("is not taken up when the application serves no CA or its server is lost, and marked when known", () => {
    for (const lost of [false, true]) {
      const pvs = new WatchedPvs();
      pvs.ask(0, ["SR:KNOWN"]);
      if (lost) pvs.lose(0, A);
      assert.equal(listed(pvs, 1000, ["SR:KNOWN", "SR:NEW"], { servesCa: lost }), 1);
      assert.equal(pvs.idOf("SR:NEW"), -1);
      assert.equal(pvs.item(pvs.idOf("SR:KNOWN")).state, "unverified");
      assert.equal(pvs.listedBy(pvs.idOf("SR:KNOWN")), APP);
    }
  });

  it("is seen again with each list of another day, and not made a duplicate's owner by it", () => {
    const pvs = new WatchedPvs();
    listed(pvs, 0, ["SR:A", "SR:TWO"]);
    pvs.answered(0, "SR:TWO", B);
    pvs.dirtyIds.clear();
    listed(pvs, 1000, ["SR:A", "SR:TWO"]);
    assert.equal(pvs.dirtyIds.size, 0);
    listed(pvs, DAY, ["SR:A", "SR:TWO"]);
    assert.equal(pvs.lastUsedAt(pvs.idOf("SR:A")), START + DAY);
    assert.equal(pvs.item(pvs.idOf("SR:TWO")).server, "10.7.0.2:5064");
    assert.deepEqual(
      pvs.events.map(({ type }) => type),
      ["pv.duplicated"],
    );
  });

  it("belongs to the one that named it last", () => {
    const pvs = new WatchedPvs();
    listed(pvs, 0, ["SR:A", "SR:B"]);
    listed(pvs, 1000, ["SR:B"], { app: "00000000000000bb", server: B });
    assert.equal(pvs.listedBy(pvs.idOf("SR:B")), "00000000000000bb");
    assert.deepEqual([...pvs.listOf(APP)], ["SR:A"]);
  });

  it("loses its mark when it is forgotten, and so does the next PV with its id", () => {
    const pvs = new WatchedPvs();
    listed(pvs, 0, ["SR:A"]);
    pvs.forget(pvs.idOf("SR:A"), START);
    assert.deepEqual([...pvs.listOf(APP)], []);
    pvs.ask(1000, ["SR:OTHER"]);
    assert.equal(pvs.listedBy(pvs.idOf("SR:OTHER")), undefined);
    listed(pvs, 2000, ["SR:A"]);
    pvs.unlist(APP);
    assert.deepEqual([[...pvs.listOf(APP)], pvs.listedBy(pvs.idOf("SR:A"))], [[], undefined]);
  });
});

describe("a PV that an application lists no longer", () => {
  it("is lost with the next search that is not answered, since its own server says so", () => {
    const pvs = new WatchedPvs();
    listed(pvs, 0, ["SR:A", "SR:B"]);
    listed(pvs, 1000, ["SR:B"]);
    assert.equal(pvs.listedBy(pvs.idOf("SR:A")), undefined);
    assert.equal(pvs.item(pvs.idOf("SR:A")).state, "online");
    pvs.silence(2000, "SR:A");
    pvs.silence(2000, "SR:B");
    assert.equal(pvs.item(pvs.idOf("SR:A")).state, "lost");
    assert.equal(pvs.item(pvs.idOf("SR:B")).state, "online");
    assert.deepEqual(pvs.events[0]?.evidence.witnesses, ["channelRefused"]);
  });

  it("has that taken back by the next list with it", () => {
    const pvs = new WatchedPvs();
    listed(pvs, 0, ["SR:A"]);
    listed(pvs, 1000, []);
    listed(pvs, 2000, ["SR:A"]);
    pvs.silence(3000, "SR:A");
    assert.equal(pvs.item(pvs.idOf("SR:A")).state, "online");
  });

  it("stays on the list when that could not be read to its end", () => {
    const pvs = new WatchedPvs();
    listed(pvs, 0, ["SR:A", "SR:B"]);
    assert.equal(listed(pvs, 1000, ["SR:C"], { complete: false }), 3);
    assert.deepEqual([...pvs.listOf(APP)].sort(), ["SR:A", "SR:B", "SR:C"]);
    pvs.silence(2000, "SR:A");
    assert.equal(pvs.item(pvs.idOf("SR:A")).state, "online");
  });
});

/** A list in parts of so many names; answers what the last one answered. */
function listedInParts(
  pvs: WatchedPvs,
  ms: number,
  names: readonly string[],
  size: number,
  also: Parameters<typeof listed>[3] = {},
): number | undefined {
  let answer: number | undefined;
  let offset = 0;
  do {
    const part = { offset, of: names.length };
    answer = listed(pvs, ms, names.slice(offset, offset + size), { ...also, part });
    offset += size;
    assert.equal(answer === undefined, offset < names.length);
  } while (offset < names.length);
  return answer;
}

describe("a list of PVs in parts", () => {
  it("gives what it gives in one piece, whatever was listed before", () => {
    const names = fc.array(
      fc.nat(30).map((n) => (n === 0 ? "not a\nname" : `SR:${n}`)),
      { maxLength: 40 },
    );
    const list = fc.record({
      names,
      size: fc.integer({ min: 1, max: 12 }),
      app: fc.constantFrom(APP, "00000000000000bb"),
      complete: fc.boolean(),
      servesCa: fc.boolean(),
      lost: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(list, { maxLength: 6 }),
        fc.constantFrom(20, 1_000),
        (lists, maxNames) => {
          const [whole, parts] = [new WatchedPvs({ maxNames }), new WatchedPvs({ maxNames })];
          lists.forEach(({ names: all, size, lost, ...also }, index) => {
            for (const pvs of [whole, parts]) {
              if (lost) pvs.lose(index * 1000, A);
              else pvs.bring(index * 1000, A);
            }
            const one = listed(whole, index * 1000, all, also);
            assert.equal(listedInParts(parts, index * 1000, all, size, also), one);
          });
          for (const app of [APP, "00000000000000bb"]) {
            assert.deepEqual([...parts.listOf(app)].sort(), [...whole.listOf(app)].sort());
          }
          assert.deepEqual(parts.list(), whole.list());
          assert.deepEqual([parts.events, parts.dirtyIds], [whole.events, whole.dirtyIds]);
          for (const { name } of whole.list().items) {
            for (const pvs of [whole, parts]) pvs.silence(10_000, name);
          }
          assert.deepEqual(parts.list(), whole.list());
        },
      ),
    );
  });

  it("of 200,000 names is the same list, and none that is missing is missed before the last part", function () {
    this.timeout(20_000);
    const pvs = new WatchedPvs();
    const names = Array.from({ length: 200_000 }, (_, index) => `SR:${index}`);
    assert.equal(listedInParts(pvs, 0, names, 2_000), 200_000);
    const others = names.map((name, index) => (index % 2 === 0 ? name : `${name}:B`));
    for (let offset = 0; offset < 198_000; offset += 2_000) {
      const part = { offset, of: others.length };
      listed(pvs, 1000, others.slice(offset, offset + 2_000), { part });
    }
    assert.equal(pvs.listedBy(pvs.idOf("SR:1")), APP);
    const last = { part: { offset: 198_000, of: others.length } };
    assert.equal(listed(pvs, 1000, others.slice(198_000), last), 200_000);
    assert.equal(pvs.listedBy(pvs.idOf("SR:1")), undefined);
    assert.equal(new Set(pvs.listOf(APP)).size, 200_000);
  });

  it("counts for nothing when a part of it is missing, or another list begins", () => {
    const pvs = new WatchedPvs();
    listed(pvs, 0, ["SR:A", "SR:B"]);
    const part = (offset: number) => ({ part: { offset, of: 3 } });
    assert.equal(listed(pvs, 1, ["SR:C"], part(0)), undefined);
    assert.equal(listed(pvs, 2, ["SR:E"], part(2)), undefined);
    assert.equal(listed(pvs, 3, ["SR:D"], part(1)), undefined);
    assert.equal(listed(pvs, 4, ["SR:E"], part(2)), undefined);
    assert.deepEqual([...pvs.listOf(APP)].sort(), ["SR:A", "SR:B"]);
    listed(pvs, 5, ["SR:C"], part(0));
    assert.equal(listed(pvs, 6, ["SR:F"]), 1);
    assert.equal(listed(pvs, 7, ["SR:D", "SR:E"], part(1)), undefined);
    assert.deepEqual([...pvs.listOf(APP)], ["SR:F"]);
  });

  it("leaves out what is forgotten between two of them, and a PV that got its id", () => {
    const pvs = new WatchedPvs();
    const part = (offset: number, of = 2) => ({ part: { offset, of } });
    listed(pvs, 0, ["SR:A"], part(0));
    pvs.forget(pvs.idOf("SR:A"), START);
    pvs.ask(1, ["SR:OTHER"]);
    assert.equal(listed(pvs, 2, ["SR:B"], part(1)), 1);
    assert.deepEqual([...pvs.listOf(APP)], ["SR:B"]);
    listed(pvs, 3, ["SR:B"], part(0));
    pvs.unlist(APP);
    assert.equal(listed(pvs, 4, ["SR:C"], part(1)), undefined);
    assert.deepEqual([...pvs.listOf(APP)], []);
  });
});

describe("lists of PVs", () => {
  it("change nothing in what they are given", () => {
    const pvs = new WatchedPvs();
    const names = Object.freeze(["SR:B", "SR:A"]);
    listed(pvs, 0, names);
    assert.deepEqual(names, ["SR:B", "SR:A"]);
  });

  it("have no more names in all than there may be PVs, and then remove none", () => {
    const pvs = new WatchedPvs({ maxNames: 100 });
    const names = Array.from({ length: 60 }, (_, index) => `SR:${index}`);
    assert.equal(listed(pvs, 0, names), 60);
    const other = { app: "00000000000000bb" };
    assert.equal(listed(pvs, 1, names, other), 40);
    assert.equal(listed(pvs, 2, names.toReversed(), other), 40);
    assert.equal([...pvs.listOf(APP)].length, 20);
    assert.equal(listed(pvs, 3, names.slice(0, 10), other), 10);
    assert.equal(listed(pvs, 4, []), 0);
    assert.equal(listed(pvs, 5, names, other), 60);
  });

  it("are always what was listed last, whoever lists, takes and forgets what", () => {
    const app = fc.constantFrom("a", "b", "c");
    const ids = fc.uniqueArray(fc.nat(40), { maxLength: 20 });
    const step = fc.oneof(
      fc.record({ kind: fc.constant("set" as const), app, ids, complete: fc.boolean() }),
      fc.record({ kind: fc.constant("drop" as const), app }),
      fc.record({ kind: fc.constant("forget" as const), id: fc.nat(40) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const lists = new PvLists(1_000);
        const model = new Map<number, string>();
        for (const each of steps) {
          if (each.kind === "forget") {
            lists.forget(each.id);
            model.delete(each.id);
          } else if (each.kind === "drop") {
            lists.drop(each.app);
            for (const [id, owner] of model) if (owner === each.app) model.delete(id);
          } else {
            const had = [...model].filter(([, owner]) => owner === each.app).map(([id]) => id);
            const gone = each.complete ? had.filter((id) => !each.ids.includes(id)) : [];
            const sorted = Uint32Array.from(each.ids).sort();
            const vanished = lists.set(each.app, sorted, each.complete);
            assert.deepEqual(
              [...vanished],
              gone.sort((a, b) => a - b),
            );
            for (const id of gone) model.delete(id);
            for (const id of each.ids) model.set(id, each.app);
          }
          for (const name of ["a", "b", "c"]) {
            const expected = [...model].filter(([, owner]) => owner === name).map(([id]) => id);
            assert.deepEqual(
              [...lists.idsOf(name)],
              expected.sort((a, b) => a - b),
            );
            assert.equal(lists.countOf(name), expected.length);
          }
        }
        for (let id = 0; id <= 40; id++) assert.equal(lists.listedBy(id), model.get(id));
        for (const name of ["a", "b", "c"]) lists.drop(name);
        assert.equal(lists.room("a"), 1_000);
      }),
    );
  });
});
