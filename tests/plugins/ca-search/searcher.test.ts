import assert from "node:assert/strict";
import { decodeDatagram, MAX_SEARCH_DATAGRAM_BYTES } from "epics-ca";
import fc from "fast-check";
import type { Endpoint, ProbeOutcome } from "pvmon";
import { Budget } from "../../../plugins/ca-search/budget.js";
import { type Leg, Priority } from "../../../plugins/ca-search/search.js";
import { Searcher } from "../../../plugins/ca-search/searcher.js";

const EVERYWHERE: readonly Endpoint[] = [{ ip: 0x0a0700ff, port: 5064 }];
const OWNER: Endpoint = { ip: 0x0a070002, port: 5064 };
const SERVER: Endpoint = { ip: 0x0a070002, port: 41_000 };
const OTHER: Endpoint = { ip: 0x0a070003, port: 5064 };

interface Sent {
  readonly at: number;
  readonly to: number;
  readonly bytes: number;
  readonly types: readonly string[];
  readonly names: readonly string[];
  readonly cids: readonly number[];
}

/** A searcher, the time, and what it has sent. */
class Bench {
  now = 0;
  readonly sent: Sent[] = [];
  readonly outcomes = new Map<string, ProbeOutcome>();
  readonly searcher: Searcher;
  /** What the network says to each datagram. */
  network: Error | null = null;

  constructor(perSecond = 1000, totalPerSecond = 1000) {
    this.searcher = new Searcher({
      firstRetryMs: 32,
      windowMs: 500,
      lateMs: 60_000,
      budget: new Budget(perSecond, totalPerSecond, 0),
      seed: 0xffff_fffe,
    });
  }

  begin(
    name: string,
    legs = [{ destinations: EVERYWHERE, tries: 5 }],
    priority: Priority = Priority.asked,
  ): void {
    this.searcher.begin(name, priority, legs, (outcome) => this.outcomes.set(name, outcome));
  }

  /** Lets `ms` pass as the plugin does: a turn whenever the searcher wants one. */
  pass(ms: number, onSent: (sent: Sent) => void = () => undefined): void {
    const end = this.now + ms;
    for (;;) {
      const pauseMs = this.searcher.run(this.now, (bytes, { ip }, sentOrNot) => {
        sentOrNot(this.network);
        const { messages, damage } = decodeDatagram(bytes, "client");
        assert.equal(damage, undefined);
        const searches = messages.filter((message) => message.type === "search");
        const sent = {
          at: this.now,
          to: ip,
          bytes: bytes.length,
          types: messages.map(({ type }) => type),
          names: searches.map(({ name }) => name),
          cids: searches.map(({ cid }) => cid),
        };
        this.sent.push(sent);
        onSent(sent);
      });
      const next = this.now + Math.max(pauseMs, 1);
      if (next > end) break;
      this.now = next;
    }
    this.now = end;
  }
}

describe("the searcher", () => {
  it("asks again with waits that double, then gives up", () => {
    const bench = new Bench();
    bench.begin("a:b");
    bench.pass(10_000);
    assert.deepEqual(
      bench.sent.map(({ at }) => at),
      [0, 32, 96, 224, 480],
    );
    assert.deepEqual(bench.outcomes.get("a:b"), {
      name: "a:b",
      answers: [],
      tries: 5,
      waitedMs: 980,
    });
    assert.equal(bench.searcher.active, 0);
  });

  it("begins every datagram with VERSION and asks servers without the name to be silent", () => {
    const bench = new Bench();
    bench.begin("a:b");
    bench.pass(0);
    assert.deepEqual(bench.sent[0]?.types, ["version", "search"]);
  });

  it("puts many names into one datagram, never more than 1,024 bytes", () => {
    const bench = new Bench();
    const names = Array.from({ length: 100 }, (_, n) => `SR01:VAC${n}:Pressure`);
    for (const name of names) bench.begin(name);
    bench.pass(0);
    assert.ok(bench.sent.every(({ bytes }) => bytes <= MAX_SEARCH_DATAGRAM_BYTES));
    assert.ok(bench.sent.length <= 5, `${bench.sent.length} datagrams`);
    assert.deepEqual(
      bench.sent.flatMap((sent) => sent.names),
      names,
    );
  });

  it("sends a burst in several turns, so that each datagram leaves when the budget thinks it does", () => {
    const bench = new Bench();
    for (let n = 0; n < 100; n++) bench.begin(`${n}:${"n".repeat(480)}`);
    bench.pass(0);
    assert.equal(bench.sent.length, 10);
    bench.pass(4);
    assert.equal(bench.sent.length, 50);
  });

  it("stops asking when somebody has answered, and collects the others that answer in the window", () => {
    const bench = new Bench();
    bench.begin("a:b");
    bench.pass(10);
    const cid = bench.sent[0]?.cids[0] ?? -1;
    assert.deepEqual(bench.searcher.answer(cid, SERVER, bench.now), { name: "a:b", afterMs: 10 });
    assert.equal(bench.searcher.answer(cid, SERVER, bench.now), undefined);
    bench.pass(100);
    assert.deepEqual(bench.searcher.answer(cid, OTHER, bench.now), { name: "a:b", afterMs: 110 });
    bench.pass(1000);
    assert.deepEqual(bench.outcomes.get("a:b")?.answers, [
      { server: "10.7.0.2:41000", afterMs: 10 },
      { server: "10.7.0.3:5064", afterMs: 110 },
    ]);
    assert.equal(bench.sent.length, 1);
  });

  it("credits an answer that comes after the search has ended, for a while", () => {
    const bench = new Bench();
    bench.begin("a:b");
    bench.pass(2000);
    const cid = bench.sent[0]?.cids[0] ?? -1;
    assert.deepEqual(bench.searcher.answer(cid, SERVER, bench.now), { name: "a:b" });
    bench.pass(61_000);
    assert.equal(bench.searcher.answer(cid, SERVER, bench.now), undefined);
  });

  it("believes no answer to what was never asked", () => {
    const bench = new Bench();
    assert.equal(bench.searcher.answer(12345, SERVER, 0), undefined);
    bench.begin("a:b");
    for (const cid of [0, 0xffff_ffff])
      assert.equal(bench.searcher.answer(cid, SERVER, 0), undefined);
  });

  it("asks the last owner's host first, and everybody only when that is silent", () => {
    const bench = new Bench();
    bench.begin("a:b", [
      { destinations: [OWNER], tries: 2 },
      { destinations: EVERYWHERE, tries: 3 },
    ]);
    bench.pass(10_000);
    const to = bench.sent.map((sent) => sent.to);
    assert.deepEqual(to, [
      OWNER.ip,
      OWNER.ip,
      ...Array.from({ length: 3 }, () => EVERYWHERE[0]?.ip),
    ]);
    assert.equal(bench.outcomes.get("a:b")?.tries, 5);
  });

  it("lets what people ask for go before verification", () => {
    const bench = new Bench(1, 1);
    for (let n = 0; n < 60; n++) {
      bench.begin(`verify:${n}:${"x".repeat(20)}`, undefined, Priority.verification);
    }
    bench.pass(100);
    bench.begin("asked", undefined, Priority.asked);
    bench.pass(1000);
    assert.equal(bench.sent[1]?.names[0], "asked");
  });

  it("ends a cancelled search at once and sends it no more", () => {
    const bench = new Bench();
    const search = bench.searcher.begin(
      "a:b",
      Priority.asked,
      [{ destinations: EVERYWHERE, tries: 5 }],
      (outcome) => bench.outcomes.set("a:b", outcome),
    );
    bench.pass(40);
    bench.searcher.cancel(search, bench.now, "cancelled");
    bench.pass(5000);
    assert.equal(bench.sent.length, 2);
    assert.equal(bench.outcomes.get("a:b")?.error, "cancelled");
  });

  it("says so when there is no address to search at", () => {
    const bench = new Bench();
    bench.begin("a:b", [{ destinations: [], tries: 5 }]);
    assert.match(bench.outcomes.get("a:b")?.error ?? "", /no address/);
  });

  it("says why when no datagram of it has left", () => {
    const bench = new Bench();
    bench.network = new Error("send ENETUNREACH");
    bench.begin("a:b");
    bench.pass(10_000);
    assert.equal(bench.outcomes.get("a:b")?.error, "send ENETUNREACH");
  });

  it("counts as unanswered when some of its datagrams have left", () => {
    const bench = new Bench();
    bench.network = new Error("send ENETUNREACH");
    bench.begin("a:b");
    bench.pass(40);
    bench.network = null;
    bench.pass(10_000);
    assert.equal(bench.outcomes.get("a:b")?.error, undefined);
  });

  it("finds its way around the end of the search ids", () => {
    const bench = new Bench();
    for (const name of ["a:1", "a:2", "a:3"]) bench.begin(name);
    bench.pass(0);
    assert.deepEqual(bench.sent[0]?.cids, [0xffff_ffff, 0, 1]);
  });

  it("stays within the budget of each destination and of all, whatever is asked for, and ends every search", () => {
    const destination = fc.integer({ min: 1, max: 4 }).map((ip): Endpoint => ({ ip, port: 5064 }));
    const asked = fc.record({
      atMs: fc.integer({ min: 0, max: 3000 }),
      owner: fc.option(destination),
      everywhere: fc.uniqueArray(destination, {
        minLength: 1,
        maxLength: 3,
        selector: ({ ip }) => ip,
      }),
      length: fc.integer({ min: 1, max: 400 }),
      answersAtTry: fc.integer({ min: 1, max: 12 }),
    });
    fc.assert(
      fc.property(
        fc.array(asked, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 30 }),
        (all, perSecond, total) => {
          const bench = new Bench(perSecond, total);
          const tries = new Map<number, number>();
          const wanted = [...all].sort((a, b) => a.atMs - b.atMs);
          const answer = ({ cids, names }: Sent): void => {
            cids.forEach((cid, n) => {
              const count = (tries.get(cid) ?? 0) + 1;
              tries.set(cid, count);
              const index = Number.parseInt(names[n] ?? "", 10);
              if (wanted[index]?.answersAtTry === count)
                bench.searcher.answer(cid, SERVER, bench.now);
            });
          };
          wanted.forEach(({ atMs, owner, everywhere, length }, index) => {
            bench.pass(atMs - bench.now, answer);
            const legs: Leg[] = [{ destinations: everywhere, tries: 3 }];
            if (owner !== null) legs.unshift({ destinations: [owner], tries: 2 });
            bench.begin(`${index}:${"n".repeat(length)}`, legs, Priority.verification);
          });
          bench.pass(2_000_000, answer);
          assert.equal(bench.outcomes.size, wanted.length);
          assertWithin(bench.sent, total);
          for (const to of new Set(bench.sent.map((sent) => sent.to))) {
            assertWithin(
              bench.sent.filter((sent) => sent.to === to),
              perSecond,
            );
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

/** In any span of t seconds at most a second's burst and t seconds' worth. */
function assertWithin(sent: readonly Sent[], perSecond: number): void {
  sent.forEach(({ at }, index) => {
    for (let last = index; last < sent.length && last < index + 200; last++) {
      const spanMs = (sent[last]?.at ?? 0) - at;
      const count = last - index + 1;
      assert.ok(
        count <= perSecond * (1 + spanMs / 1000) + 1e-6,
        `${count} datagrams in ${spanMs} ms`,
      );
    }
  });
}
