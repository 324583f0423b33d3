/** Which floods are storms and which are not, as rates by the second. */
import assert from "node:assert/strict";
import { SearchPacer } from "epics-ca";
import fc from "fast-check";
import { StormWatch, USUAL_CLIENT } from "./storm-watch.js";

const FLOODER = 2;
const HOUR = 3600;

/** One that has seen two minutes of 200 names/s. */
function knowing(usual = 200): StormWatch {
  const watch = new StormWatch();
  watch.pass(120, () => ({ [USUAL_CLIENT]: usual }));
  return watch;
}

const flood =
  (names: number, usual = 200) =>
  () => ({ [USUAL_CLIENT]: usual, [FLOODER]: names });
const calm = () => ({ [USUAL_CLIENT]: 200 });

/** Names asked for in each second by a client of libca's rhythm that nobody answers; `hastenAt`: a beacon anomaly. */
function backingOff(names: number, seconds: number, hastenAt = Number.NaN): readonly number[] {
  const pacer = new SearchPacer();
  for (let cid = 0; cid < names; cid++) pacer.add(cid, `n${cid}`, 0);
  const perSecond = new Array<number>(seconds).fill(0);
  for (let second = 0; second < seconds; second++) {
    if (second === hastenAt) pacer.hasten(second * 1000);
    for (let at = pacer.dueAt; at < (second + 1) * 1000; at = pacer.dueAt) {
      for (const { cids } of pacer.take(at)) perSecond[second]! += cids.length;
    }
  }
  return perSecond;
}

describe("what is a storm of searches", () => {
  it("whatever the rate, if one client asks for five times as much as usual, and more than libca, it is told eight seconds after its first", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3000 }),
        fc.integer({ min: 2100, max: 30_000 }),
        (usual, more) => {
          const watch = knowing(usual);
          watch.pass(8, flood(more + 5 * usual, usual));
          assert.deepEqual(watch.types, ["storm.started"]);
          assert.equal(watch.events[0]?.client, "0.0.0.2");
          assert.equal(watch.events[0]?.at, watch.now - 8000);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("neither what is less than five times as much as usual, nor less than 500 names/s", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3000 }),
        fc.array(fc.double({ min: 0, max: 0.99, noNaN: true }), { minLength: 5, maxLength: 60 }),
        (usual, shares) => {
          const watch = knowing(usual);
          const most = Math.max(500, 5 * usual);
          watch.pass(shares.length, (second) => ({ [FLOODER]: shares[second]! * most }));
          assert.deepEqual(watch.types, []);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("not before a minute is known, nor what was there from the beginning", () => {
    const watch = new StormWatch();
    watch.pass(40, calm);
    watch.pass(15, flood(5000));
    assert.deepEqual(watch.types, []);
    const other = new StormWatch();
    other.pass(300, flood(5000));
    assert.deepEqual(other.types, []);
  });

  it("not slow growth, however far it goes", () => {
    const watch = knowing();
    watch.pass(HOUR, (second) => ({ [FLOODER]: 200 * 3 ** (second / 900) }));
    assert.deepEqual(watch.types, []);
  });

  it("not what comes every morning, once it is known", () => {
    const watch = knowing();
    watch.pass(HOUR, (second) => ({ [FLOODER]: 200 + (1300 * second) / HOUR }));
    const day = (second: number) => ({ [FLOODER]: second < 8 * HOUR ? 1500 : 200 });
    for (let days = 0; days < 3; days++) watch.pass(24 * HOUR, day);
    assert.deepEqual(watch.types, []);
  }).timeout(60_000);

  it("not a client that starts, however many names it asks for in vain", () => {
    for (const names of [1000, 20_000, 100_000]) {
      const watch = knowing();
      const asked = backingOff(names, 120);
      assert.ok(Math.max(...asked) > 5000);
      watch.pass(120, (second) => ({ ...calm(), [FLOODER]: asked[second]! }));
      assert.deepEqual(watch.types, [], `${names} names`);
    }
  }).timeout(60_000);

  it("not a burst of all clients after a beacon anomaly, at once or spread evenly", () => {
    const watch = knowing();
    const asked = backingOff(20_000, 900, 700).slice(700);
    assert.ok(Math.max(...asked) >= 20_000);
    watch.pass(200, (second) => ({ ...calm(), [FLOODER]: asked[second]! }));
    assert.deepEqual(watch.types, []);
    // All are asked for within the next 5 s, then in the next 10 s, and so on.
    const spread = (second: number) => 20_000 / (5 * 2 ** Math.floor(Math.log2(second / 5 + 1)));
    watch.pass(200, (second) => ({ ...calm(), [FLOODER]: spread(second) }));
    assert.deepEqual(watch.types, []);
  }).timeout(60_000);

  it("not many IOCs that start at once, whose clients find them within seconds", () => {
    const watch = knowing();
    watch.pass(60, (second) => {
      const rates = Array.from({ length: 300 }, (_, n) => [
        n + 10,
        second < 5 ? 200 / (second + 1) : 0,
      ]);
      return { ...calm(), ...Object.fromEntries(rates) };
    });
    assert.deepEqual(watch.types, []);
  });

  it("one behind a burst of any size, within a minute of the burst", () => {
    const watch = knowing();
    watch.pass(62, (second) => ({ ...calm(), [FLOODER]: second === 0 ? 300_000 : 2500 }));
    assert.deepEqual(watch.types, ["storm.started"]);
  });

  it("bursts that come every few seconds, once they have for more than a minute", () => {
    for (const period of [4, 5, 7]) {
      const watch = knowing();
      const bursts = (second: number) => ({
        ...calm(),
        [FLOODER]: second % period === 0 ? 20_000 : 0,
      });
      watch.pass(60, bursts);
      assert.deepEqual(watch.types, []);
      watch.pass(30, (second) => bursts(second + 60));
      assert.deepEqual(watch.types, ["storm.started"], `every ${period} s`);
    }
  });

  it("not twice what is asked for by two clients that are slower than it has to be, before a minute is over", () => {
    const watch = knowing();
    const rate = () => ({ ...calm(), [FLOODER]: 1900, [FLOODER + 1]: 1900 });
    watch.pass(60, rate);
    assert.deepEqual(watch.types, []);
    watch.pass(12, rate);
    assert.match(watch.events[0]?.text ?? "", /^2 clients flood/);
  });

  it("not what falls from an even rate, in whatever part of a second it began", () => {
    for (let phase = 0; phase < 1; phase += 0.1) {
      const asked = new Array<number>(120).fill(0);
      for (let ms = 0; ms < 120_000; ms++) {
        const second = ms / 1000 - phase;
        if (second >= 0)
          asked[Math.floor(ms / 1000)]! += 4 / 2 ** Math.floor(Math.log2(second / 5 + 1));
      }
      const watch = knowing();
      watch.pass(120, (second) => ({ ...calm(), [FLOODER]: asked[second]! }));
      assert.deepEqual(watch.types, [], `${phase}`);
    }
  });

  it("one on a quiet network of which a sensor is blind for good", () => {
    const watch = new StormWatch();
    const quiet = (second: number) => ({ [USUAL_CLIENT]: second % 3 === 0 ? 4 : 0 });
    watch.pass(300, quiet, true);
    watch.pass(9, (second) => ({ ...quiet(second), [FLOODER]: 5000 }), true);
    assert.deepEqual(watch.types, ["storm.started"]);
  });

  it("one that floods while another client connects, within ten seconds", () => {
    const watch = new StormWatch((id) => (id >= 3_000_000 ? "neverAnswered" : "online"));
    watch.pass(120, calm);
    const connecting = { ...calm(), [FLOODER]: { names: 3500, of: 1_000_000 } };
    watch.pass(3, () => connecting);
    watch.pass(9, () => ({ ...connecting, 3: { names: 20_000, of: 100 } }));
    assert.deepEqual(watch.types, ["storm.started"]);
    assert.equal(watch.events[0]?.client, "0.0.0.3");
    assert.equal(watch.events[0]?.evidence.names, 100);
  });

  it("not a client that connects, though each of its datagrams is heard twice; but one that asks again", () => {
    for (const copies of [1, 2]) {
      const watch = new StormWatch(() => "online");
      watch.pass(120, calm);
      const asked = { names: 3000, of: 900_000, copies };
      watch.pass(30, () => ({ ...calm(), [FLOODER]: asked }));
      assert.deepEqual(watch.types, []);
      watch.pass(20, calm);
      watch.pass(9, () => ({ ...calm(), [FLOODER]: { ...asked, of: 1000 } }));
      assert.deepEqual(watch.types, ["storm.started"]);
    }
  });

  it("of the client that makes it, not of one that asked before the clock was set back", () => {
    const watch = knowing();
    watch.pass(30, flood(700));
    watch.clockSet(watch.now - 30_000);
    watch.pass(9, () => ({ ...calm(), [FLOODER + 1]: 2500 }));
    assert.deepEqual(watch.events[0]?.evidence.clients, ["0.0.0.3", "0.0.0.1"]);
  });

  it("one that lasts for a day counts as usual for the next, though it was calm before", () => {
    const watch = knowing();
    watch.pass(2 * HOUR, calm);
    watch.pass(24 * HOUR + 300, flood(5000));
    assert.deepEqual(watch.types, ["storm.started", "storm.ended"]);
    watch.pass(20 * HOUR, calm);
    watch.pass(300, flood(5000));
    assert.equal(watch.events.length, 2);
    watch.pass(5 * HOUR, calm);
    watch.pass(9, flood(5000));
    assert.equal(watch.events.length, 3, "but not for ever");
  }).timeout(60_000);

  it("one that lasts for a day counts as usual from then on", () => {
    const watch = knowing();
    watch.pass(26 * HOUR, flood(5000));
    assert.deepEqual(watch.types, ["storm.started", "storm.ended"]);
    assert.match(
      watch.events[1]?.text ?? "",
      /goes on and counts as usual from now on, after 24 h/,
    );
  }).timeout(60_000);

  it("one that comes again and again is told now and then, and the rest is counted", () => {
    const watch = knowing();
    for (let n = 0; n < 200; n++) {
      watch.pass(12, flood(2500));
      watch.pass(18, calm);
    }
    const started = watch.events.filter(({ type }) => type === "storm.started");
    assert.ok(started.length >= 20 && started.length <= 30, `${started.length} of 200`);
    const notTold = started.map(({ evidence }) => Number(evidence.stormsNotTold ?? 0));
    assert.ok(notTold.reduce((sum, some) => sum + some, 0) > 150);
    assert.equal(watch.events.length, 2 * started.length);
    assert.equal(watch.storms.findings().length, 20);
  });
});
