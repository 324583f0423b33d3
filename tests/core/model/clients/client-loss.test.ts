import assert from "node:assert/strict";
import fc from "fast-check";
import {
  LossCount,
  NOTHING_NEW,
  SequenceGaps,
} from "../../../../core/model/clients/client-loss.js";

const PORT = 40_000;

/** What one socket's numbers say about loss, one answer per datagram. */
function lossOf(numbers: readonly number[], port = PORT): number[] {
  const gaps = new SequenceGaps();
  return numbers.map((number) => gaps.seen(port, number >>> 0));
}

function shareOf(numbers: readonly number[]): number | null {
  const count = new LossCount();
  for (const lost of lossOf(numbers)) if (lost !== NOTHING_NEW) count.count(lost);
  return count.share();
}

describe("loss from libca's datagram numbers", () => {
  it("numbers that follow each other are no loss", () => {
    assert.deepEqual(lossOf([7, 8, 9]), [0, 0, 0]);
    assert.equal(shareOf([7, 8, 9]), 0);
  });

  it("a gap is as many lost datagrams as numbers are missing", () => {
    assert.deepEqual(lossOf([1, 2, 5]), [0, 0, 2]);
    assert.equal(shareOf([1, 2, 5]), 2 / 5);
  });

  it("the same number again is another route, not a datagram", () => {
    assert.deepEqual(lossOf([1, 1, 2, 2]), [0, NOTHING_NEW, 0, NOTHING_NEW]);
  });

  it("a late datagram fills its gap, once", () => {
    assert.deepEqual(lossOf([1, 3, 2, 2]), [0, 1, -1, NOTHING_NEW]);
    assert.equal(shareOf([1, 3, 2, 2]), 0);
  });

  it("a late copy of a number that came fills nothing", () => {
    assert.deepEqual(lossOf([1, 2, 4, 1, 2]), [0, 0, 1, NOTHING_NEW, NOTHING_NEW]);
  });

  it("numbers before the first that was seen are not missing, so they fill nothing", () => {
    assert.deepEqual(lossOf([5, 7, 4]), [0, 1, NOTHING_NEW]);
  });

  it("the wrap of the 32-bit number is no loss, and a gap over the wrap is one", () => {
    assert.deepEqual(lossOf([0xfffffffe, 0xffffffff, 0, 1]), [0, 0, 0, 0]);
    assert.deepEqual(lossOf([0xffffffff, 2]), [0, 2]);
    assert.deepEqual(lossOf([0xfffffffe, 0, 0xffffffff]), [0, 1, -1]);
  });

  it("a step of more than 1,000 is a sensor that was off or another process, and no loss", () => {
    assert.deepEqual(lossOf([10, 5000, 5001, 5002]), [0, NOTHING_NEW, 0, 0]);
  });

  it("one wild number is forgotten when the old numbering goes on", () => {
    assert.deepEqual(lossOf([10, 900_000, 11, 12]), [0, NOTHING_NEW, 0, 0]);
  });

  it("a new process on an old port counts from its own start", () => {
    assert.deepEqual(lossOf([500, 501, 0, 1, 2, 4]), [0, 0, NOTHING_NEW, 0, 0, 1]);
  });

  it("each port has a numbering of its own", () => {
    const gaps = new SequenceGaps();
    assert.deepEqual(
      [
        [1, 10],
        [2, 70],
        [1, 11],
        [2, 71],
      ].map(([port, number]) => gaps.seen(port!, number!)),
      [0, 0, 0, 0],
    );
  });

  it("remembers the latest 64 ports, so a flood of ports cannot fill the memory", () => {
    const gaps = new SequenceGaps();
    for (let port = 1; port <= 65; port++) gaps.seen(port, 100);
    assert.equal(gaps.seen(1, 150), 0, "port 1 was forgotten and begins anew");
    assert.equal(gaps.seen(65, 150), 49);
  });

  it("cannot tell the share from a single datagram", () => {
    assert.equal(new LossCount().share(), null);
    assert.equal(shareOf([1]), null);
  });

  it("speaks of the latest datagrams: old loss fades", () => {
    const count = new LossCount();
    for (let datagram = 0; datagram < 2000; datagram++) count.count(1);
    assert.equal(count.share(), 0.5);
    for (let datagram = 0; datagram < 20_000; datagram++) count.count(0);
    assert.ok(count.share()! < 0.02, `share is ${count.share()}`);
  });

  it("counts exactly what is missing, whatever is copied or comes up to 30 places late", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffffffff }),
        fc.array(fc.record({ comes: fc.boolean(), copies: fc.nat(2), delay: fc.nat(15) }), {
          minLength: 1,
          maxLength: 200,
        }),
        (start, fates) => {
          // The first and last always come in order: what is missing outside them cannot be known.
          const sent = [{ comes: true, copies: 0, delay: 0 }, ...fates].map((fate, index) => ({
            ...fate,
            index,
          }));
          const arrivals = sent
            .filter(({ comes }) => comes)
            .flatMap(({ index, copies, delay }) =>
              Array.from({ length: copies + 1 }, (_, copy) => ({
                index,
                place: index + (index === 0 ? 0 : delay + copy * 2),
              })),
            )
            .sort((a, b) => a.place - b.place || a.index - b.index);
          const results = lossOf(arrivals.map(({ index }) => start + index));
          const arrived = new Set(arrivals.map(({ index }) => index));
          const datagrams = results.filter((lost) => lost !== NOTHING_NEW);
          const lost = datagrams.reduce((sum, value) => sum + value, 0);
          assert.equal(datagrams.length, arrived.size);
          assert.equal(lost, Math.max(...arrived) + 1 - arrived.size);
        },
      ),
    );
  });
});
