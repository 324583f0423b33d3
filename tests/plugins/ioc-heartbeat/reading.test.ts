/** Reading PV lists and process maps from senders that lose, repeat, lie and restart. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { readProcessMap } from "../../../plugins/ioc-heartbeat/asking/process-map.js";
import { readPvList } from "../../../plugins/ioc-heartbeat/asking/pv-list.js";
import {
  ADDRESS,
  type Answer,
  lineOf,
  pageOf,
  SimulatedSender,
} from "./support/simulated-sender.js";

const quiet = new AbortController().signal;
const NAMES = Array.from({ length: 37 }, (_, i) => `A:pv${i}`);
const MAP = [
  "build: 1",
  "tcp: 0: 00000000:13C8 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 111 1",
  "pid: 10 socket:[111]",
  'pid: 10 cmdline: ./x "st.cmd"',
  "pid: 10 cwd: /x",
];

async function readList(answer: Answer, config: object = {}, maxNames = 1000) {
  const simulated = new SimulatedSender(answer, config);
  const limits = { maxNames, counters: simulated.counters };
  const reading = readPvList(simulated.requester, simulated.sender, limits, quiet);
  return { simulated, list: await simulated.finish(reading) };
}

async function readMap(answer: Answer, maxLines = 1000, config: object = {}) {
  const simulated = new SimulatedSender(answer, config);
  const limits = { maxLines, counters: simulated.counters };
  const reading = readProcessMap(simulated.requester, simulated.sender, limits, quiet);
  return { simulated, map: await simulated.finish(reading) };
}

describe("reading a PV list", () => {
  it("asks page by page with the counter of the latest heartbeat and a handle of its own, and ends at the total", async () => {
    const { simulated, list } = await readList((asked, _number, sender) => {
      if (asked.offset === 10) sender.hear({ sequence: 11 });
      return [pageOf(NAMES, asked)];
    });
    assert.deepEqual(list, { names: NAMES, complete: true });
    const { asked } = simulated;
    assert.deepEqual(
      asked.map(({ offset }) => offset),
      [0, 10, 20, 30],
    );
    assert.deepEqual(
      asked.map(({ counter }) => counter),
      [10, 10, 11, 11],
    );
    assert.equal(new Set(asked.map(({ handle }) => handle)).size, 4);
    assert.ok(asked.every(({ to }) => to.ip === ADDRESS.ip && to.port === ADDRESS.port));
  });

  it("asks again after a wait that doubles, and not because of what does not answer the question", async () => {
    const { simulated, list } = await readList((asked, number) => {
      if (number > 2) return [pageOf(NAMES, asked)];
      const other = pageOf(NAMES, { ...asked, handle: asked.handle ^ 1 });
      return [other, pageOf(NAMES, { ...asked, offset: 10 }), "garbage", other, other];
    });
    assert.equal(list?.complete, true);
    const [first, second, third] = simulated.asked.map(({ at }) => at);
    assert.deepEqual([second! - first!, third! - second!], [1000, 2000]);
    assert.equal(simulated.count("unexpected_replies_total"), 10);
    assert.equal(simulated.count("requests_repeated_total"), 2);
    assert.equal(simulated.count("requests_sent_total"), simulated.asked.length);
  });

  it("takes a reply that comes after its time-out, and not one of somebody else", async () => {
    const { simulated, list } = await readList((asked, number, sender) => {
      if (number === 1) {
        const reply = Buffer.from(pageOf(["A:late"], asked));
        sender.clock.after(1500, () => {
          sender.requester.receive(reply, { ...ADDRESS, port: 9 });
          sender.requester.receive(reply, ADDRESS);
        });
      }
      return [];
    });
    assert.deepEqual(list, { names: ["A:late"], complete: true });
    assert.equal(simulated.count("unexpected_replies_total"), 1);
  });

  it("is incomplete when replies cease, and nothing when none came", async () => {
    const half = await readList((asked) => (asked.offset < 20 ? [pageOf(NAMES, asked)] : []));
    assert.deepEqual(half.list, { names: NAMES.slice(0, 20), complete: false });
    const none = await readList(() => []);
    assert.equal(none.list, undefined);
    assert.equal(none.simulated.asked.length, 3);
  });

  it("does not wait for long for one that answers nothing at all", async () => {
    const list = await readList(() => [], { tries: 6 });
    assert.deepEqual([list.list, list.simulated.asked.length], [undefined, 3]);
    const half = await readList((asked) => (asked.offset < 20 ? [pageOf(NAMES, asked)] : []), {
      tries: 6,
    });
    assert.equal(half.simulated.asked.length, 2 + 6);
    const map = await readMap(() => [], 1000, { tries: 6 });
    assert.deepEqual([map.map, map.simulated.asked.length], [undefined, 3]);
  });

  it("ends when no heartbeat has come for so long that no counter is good any more", async () => {
    const answer: Answer = (asked) => (asked.offset === 0 ? [pageOf(NAMES, asked)] : []);
    const { simulated, list } = await readList(answer, { timeoutMs: 30_000, tries: 10 });
    assert.equal(list?.complete, false);
    assert.equal(simulated.asked.length, 1 + 3);
  });

  it("ends at an empty page, and at more names than wanted", async () => {
    const empty = await readList((asked) =>
      asked.offset < 10 ? [pageOf(NAMES, asked)] : [pageOf(NAMES, asked).replace(/\[.*\]/, "[]")],
    );
    assert.deepEqual(empty.list, { names: NAMES.slice(0, 10), complete: false });
    const many = await readList((asked) => [pageOf(NAMES, asked)], {}, 20);
    assert.deepEqual(many.list, { names: NAMES.slice(0, 20), complete: false });
    const endless = await readList(
      (asked) => [
        pageOf(["A:b"], { ...asked, offset: 0 })
          .replace('"offset":"0","', `"offset":"${asked.offset}","`)
          .replace('"1"}', '"4294967295"}'),
      ],
      {},
      50,
    );
    assert.deepEqual(endless.list, { names: ["A:b"], complete: false });
    assert.equal(endless.simulated.asked.length, 50);
  });

  it("leaves out what cannot be a name, and names once what comes twice", async () => {
    const odd = ["A:b", "", "A b", "A\u0000", "x".repeat(200), "A:b", "<b>A</b>", "\u00fc:x"];
    const { simulated, list } = await readList((asked) => [pageOf(odd, asked)]);
    assert.deepEqual(list, { names: ["A:b", "<b>A</b>", "\u00fc:x"], complete: true });
    assert.equal(simulated.count("pv_names_refused_total"), 4);
  });

  it("begins anew with the process that has taken the sender's place, where it listens now", async () => {
    const { simulated, list } = await readList((asked, number, sender) => {
      if (number === 3) sender.hear({ sequence: 1, pid: 78 }, { ...ADDRESS, port: 50_000 });
      return [pageOf(number < 4 ? NAMES : ["B:x"], asked)];
    });
    assert.deepEqual(list, { names: ["B:x"], complete: true });
    const [, , , last] = simulated.asked;
    assert.deepEqual([last?.offset, last?.counter, last?.to.port], [0, 1, 50_000]);
  });

  it("does not follow a process that restarts for ever", async () => {
    const { simulated, list } = await readList((asked, number, sender) => {
      sender.hear({ sequence: 1, pid: 100 + number });
      return [pageOf(NAMES, asked)];
    });
    assert.equal(list, undefined);
    assert.equal(simulated.asked.length, 3);
  });

  it("gives every name, whatever is lost, as long as some replies of a page come", async () => {
    const losses = fc.array(fc.boolean(), { minLength: 8, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(losses, fc.nat(60), async (lost, count) => {
        const names = NAMES.slice(0, Math.min(count, NAMES.length));
        let inRow = 0;
        const { list } = await readList((asked, number) => {
          inRow = lost[number % 8]! && inRow < 2 ? inRow + 1 : 0;
          return inRow > 0 ? [] : [pageOf(names, asked)];
        });
        assert.deepEqual(list, { names, complete: true });
      }),
      { numRuns: 15 },
    );
  });

  it("stops at once when it is told to", async () => {
    const simulated = new SimulatedSender(() => []);
    const abort = new AbortController();
    const limits = { maxNames: 10, counters: simulated.counters };
    const reading = readPvList(simulated.requester, simulated.sender, limits, abort.signal);
    const ended = assert.rejects(reading, /enough/);
    await simulated.clock.advance(10);
    abort.abort(new Error("enough"));
    await ended;
    assert.equal(simulated.asked.length, 1);
  });
});

describe("reading a process map", () => {
  it("asks line by line until the line after the last", async () => {
    const { simulated, map } = await readMap((asked) => [lineOf(MAP, asked)]);
    assert.deepEqual(map, {
      processes: [
        { pid: 10, commandLine: './x "st.cmd"', directory: "/x", listens: [5064], sockets: [] },
      ],
      isWhole: true,
      showsAll: true,
    });
    assert.deepEqual(
      simulated.asked.map(({ offset }) => offset),
      [0, 1, 2, 3, 4, 5],
    );
  });

  it("passes over lines that say ERROR", async () => {
    const { map } = await readMap((asked) => {
      const line = lineOf(MAP, asked);
      return [asked.offset === 3 ? line.replace(/"l":.*/, '"ERROR"}') : line];
    });
    assert.deepEqual([map?.isWhole, map?.processes[0]?.commandLine], [true, ""]);
  });

  it("ends, incomplete, when somebody else has had the map made anew", async () => {
    const { simulated, map } = await readMap((asked, number) => [
      lineOf(MAP, asked, number > 4 ? 2 : 1),
    ]);
    assert.deepEqual([map?.isWhole, map?.showsAll], [false, false]);
    assert.equal(simulated.asked.length, 5);
  });

  it("begins anew after a restart, and ends at so many lines", async () => {
    const again = await readMap((asked, number, sender) => {
      if (number === 2) sender.hear({ sequence: 1, pid: 78 });
      return [lineOf(MAP, asked)];
    });
    assert.equal(again.map?.isWhole, true);
    const endless = await readMap((asked) => [lineOf(Array(9999).fill("x"), asked)], 40);
    assert.deepEqual(endless.map, { processes: [], isWhole: false, showsAll: false });
    assert.equal(endless.simulated.asked.length, 40);
    assert.equal((await readMap(() => [])).map, undefined);
  });
});
