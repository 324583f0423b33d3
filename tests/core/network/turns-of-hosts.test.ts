/** Turns with keys: here hosts. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Turns } from "pvmon/network";
import { FakeClock } from "pvmon/testkit";

const quiet = new AbortController().signal;

describe("turns of which each host has one at a time", () => {
  it("never exceeds its budgets, and serves everybody in the end", async () => {
    const ask = fc.record({
      ip: fc.integer({ min: 1, max: 4 }),
      lastsMs: fc.integer({ min: 0, max: 3000 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(ask, { minLength: 1, maxLength: 15 }),
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom(0.5, 2, 10),
        async (asks, atOnce, perSecond) => {
          const clock = new FakeClock();
          const turns = new Turns({ noun: "checks", atOnce, perSecond, maxWaiting: 100 }, clock);
          const begunAt: number[] = [];
          const busy: number[] = [];
          const all = asks.map(async ({ ip, lastsMs }) => {
            const end = await turns.take(quiet, ip);
            assert.ok(!busy.includes(ip) && busy.length < atOnce);
            busy.push(ip);
            begunAt.push(clock.elapsed());
            await clock.sleep(lastsMs);
            busy.splice(busy.indexOf(ip), 1);
            end();
          });
          await clock.advance(asks.length * (3000 + 1000 / perSecond) + 1000);
          await Promise.all(all);
          const gaps = begunAt.slice(1).map((at, index) => at - begunAt[index]!);
          assert.ok(
            gaps.every((gap) => gap >= 1000 / perSecond - 1e-6),
            gaps.join(),
          );
        },
      ),
      { numRuns: 50 },
    );
  });

  it("lets others pass whose host is not busy", async () => {
    const clock = new FakeClock();
    const turns = new Turns({ noun: "checks", atOnce: 5, perSecond: 100, maxWaiting: 10 }, clock);
    const begun: string[] = [];
    const take = async (ip: number, name: string) => {
      const end = await turns.take(quiet, ip);
      begun.push(name);
      return end;
    };
    const first = take(1, "1a");
    const second = take(1, "1b");
    const other = take(2, "2a");
    await clock.advance(1000);
    assert.deepEqual(begun, ["1a", "2a"]);
    (await first)();
    await clock.advance(1000);
    assert.deepEqual(begun, ["1a", "2a", "1b"]);
    for (const end of await Promise.all([second, other])) end();
  });

  it("refuses what is too much, gives up with the signal, and ends when it is closed", async () => {
    const turns = new Turns(
      { noun: "checks", atOnce: 1, perSecond: 1, maxWaiting: 2 },
      new FakeClock(),
    );
    const abort = new AbortController();
    await turns.take(quiet, 1);
    const waiting = [turns.take(abort.signal, 2), turns.take(quiet, 3)];
    assert.deepEqual([turns.isFull, turns.waiting], [true, 2]);
    await assert.rejects(turns.take(quiet, 4), /2 checks wait already/);
    abort.abort(new Error("no more"));
    await assert.rejects(waiting[0]!, /no more/);
    turns.close("stopped");
    await assert.rejects(waiting[1]!, /stopped/);
    await assert.rejects(turns.take(quiet, 4), /stopped/);
  });
});
