import assert from "node:assert/strict";
import { decodeDatagram, retryWaitsMs, type SearchDatagram, SearchPacer } from "epics-ca";
import fc from "fast-check";

function names(datagrams: readonly SearchDatagram[]): string[] {
  return datagrams.flatMap(({ bytes }) =>
    decodeDatagram(bytes).messages.flatMap((one) => (one.type === "search" ? [one.name] : [])),
  );
}

/** When each try of a single name is made, until `end`. */
function tries(pacer: SearchPacer, end: number): number[] {
  const times: number[] = [];
  for (let now = pacer.dueAt; now <= end; now = pacer.dueAt) {
    assert.equal(names(pacer.take(now)).length, 1);
    times.push(now);
  }
  return times;
}

describe("search pacing", () => {
  it("tries at once, then after 32 ms doubling to five minutes, for ever", () => {
    const pacer = new SearchPacer();
    pacer.add(1, "A:one", 1000);
    const times = tries(pacer, 2_000_000);
    const waits = times.slice(1).map((time, i) => time - times[i]!);
    assert.equal(times[0], 1000);
    assert.deepEqual(waits.slice(0, 5), [32, 64, 128, 256, 512]);
    assert.deepEqual(waits.slice(13, 17), [262_144, 300_000, 300_000, 300_000]);
  });

  it("waits as told", () => {
    assert.deepEqual(retryWaitsMs(100, 1000), [100, 200, 400, 800, 1000]);
    assert.deepEqual(retryWaitsMs(100, 100), [100]);
    assert.throws(() => new SearchPacer({ firstRetryMs: 0 }), RangeError);
    assert.throws(() => new SearchPacer({ firstRetryMs: 10, maxRetryMs: 5 }), RangeError);
    assert.throws(() => new SearchPacer({ maxRetryMs: Number.POSITIVE_INFINITY }), RangeError);
    assert.throws(() => new SearchPacer({ datagramBytes: 500 }), RangeError);
  });

  it("sends VERSION with a new sequence number first, then requests that want no answer but yes", () => {
    const pacer = new SearchPacer({ firstSequence: 0xffff_ffff });
    pacer.add(1, "A:one", 0);
    pacer.add(2, "B:two", 0);
    const [first] = pacer.take(0);
    assert.deepEqual(decodeDatagram(first!.bytes).messages, [
      { type: "version", priority: 1, minorVersion: 13, sequence: 0xffff_ffff },
      { type: "search", name: "A:one", cid: 1, replyFlag: 5, minorVersion: 13 },
      { type: "search", name: "B:two", cid: 2, replyFlag: 5, minorVersion: 13 },
    ]);
    assert.deepEqual(first!.cids, [1, 2]);
    assert.equal(first!.sequence, 0xffff_ffff);
    assert.equal(pacer.take(32)[0]?.sequence, 0);
  });

  it("packs every due name once, in datagrams of at most 1,024 bytes that could not be fewer by two", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 499 }), { maxLength: 200 }), (lengths) => {
        const pacer = new SearchPacer();
        const sent = lengths.map((length, cid) => {
          const name = `${cid}`.padEnd(length, "x").slice(0, 499);
          pacer.add(cid, name, 0);
          return name;
        });
        const datagrams = pacer.take(0);
        assert.deepEqual(names(datagrams), sent);
        assert.ok(datagrams.every(({ bytes }) => bytes.length <= 1024));
        const [, ...later] = datagrams;
        for (const [i, { bytes }] of later.entries()) {
          assert.ok(datagrams[i]!.bytes.length + bytes.length > 1024);
        }
        assert.deepEqual(pacer.take(31), []);
      }),
    );
  });

  it("leaves due what the limit of datagrams leaves out, new names first", () => {
    const pacer = new SearchPacer();
    for (let cid = 0; cid < 100; cid++) pacer.add(cid, `PV:${cid}`, 0);
    assert.deepEqual(pacer.take(0, 0), []);
    const first = pacer.take(0, 1);
    assert.equal(first.length, 1);
    assert.equal(pacer.dueAt, 0);
    const rest = pacer.take(0);
    assert.deepEqual(
      names([...first, ...rest]),
      Array.from({ length: 100 }, (_, cid) => `PV:${cid}`),
    );
    pacer.add(1000, "PV:new", 32);
    assert.equal(names(pacer.take(32, 1))[0], "PV:new");
  });

  it("forgets names that were answered", () => {
    const pacer = new SearchPacer();
    pacer.add(1, "A:one", 0);
    pacer.add(2, "B:two", 0);
    pacer.take(0);
    assert.ok(pacer.remove(1));
    assert.ok(!pacer.remove(1));
    assert.deepEqual(names(pacer.take(32)), ["B:two"]);
    pacer.remove(2);
    assert.equal(pacer.size, 0);
    assert.equal(pacer.dueAt, Number.POSITIVE_INFINITY);
  });

  it("refuses an id in use and a name that cannot be sent, and stays as it was", () => {
    const pacer = new SearchPacer();
    pacer.add(1, "A:one", 0);
    assert.throws(() => pacer.add(1, "B:two", 0), RangeError);
    assert.throws(() => pacer.add(2, "", 0), RangeError);
    assert.equal(pacer.size, 1);
  });

  it("is hastened by a server that starts: slow names are due within about five seconds, fast ones as before", () => {
    const pacer = new SearchPacer();
    pacer.add(1, "A:slow", 0);
    tries(pacer, 900_000);
    pacer.add(2, "B:fast", 900_000);
    pacer.take(900_000);
    pacer.hasten(900_001);
    assert.deepEqual(names(pacer.take(900_032)), ["B:fast"]);
    pacer.remove(2);
    const times = tries(pacer, 1_000_000);
    assert.equal(times[0], 900_001 + 8192);
    assert.equal(times[1]! - times[0]!, 16_384);
  });

  it("never lets a name go, and never sends one before its wait is over, whatever happens", () => {
    const step = fc.record({
      passMs: fc.nat({ max: 2000 }),
      limit: fc.nat({ max: 3 }),
      hasten: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.nat({ max: 120 }), fc.array(step, { maxLength: 60 }), (count, steps) => {
        const pacer = new SearchPacer({ maxRetryMs: 5000, hastenedRetryMs: 1000 });
        for (let cid = 0; cid < count; cid++) pacer.add(cid, `PV:${cid}`, 0);
        const sentAt = new Map<number, number>();
        let now = 0;
        for (const { passMs, limit, hasten } of steps) {
          now += passMs;
          if (hasten) pacer.hasten(now);
          for (const cid of pacer.take(now, limit).flatMap(({ cids }) => cids)) {
            assert.ok(now - (sentAt.get(cid) ?? Number.NEGATIVE_INFINITY) >= 32);
            sentAt.set(cid, now);
          }
          assert.equal(pacer.size, count);
        }
        assert.equal(pacer.take(now + 5000).flatMap(({ cids }) => cids).length, count);
      }),
    );
  });
});
