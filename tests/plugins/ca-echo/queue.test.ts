/** The budget of checks, whatever is asked for. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { FakeClock } from "pvmon/testkit";
import { CheckQueue } from "../../../plugins/ca-echo/queue.js";

const quiet = new AbortController().signal;

describe("the queue of checks", () => {
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
          const queue = new CheckQueue({ atOnce, perSecond, maxWaiting: 100 }, clock);
          const begunAt: number[] = [];
          const busy: number[] = [];
          const turns = asks.map(async ({ ip, lastsMs }) => {
            const end = await queue.turn({ ip, port: 5064 }, quiet);
            assert.ok(!busy.includes(ip) && busy.length < atOnce);
            busy.push(ip);
            begunAt.push(clock.elapsed());
            await clock.sleep(lastsMs);
            busy.splice(busy.indexOf(ip), 1);
            end();
          });
          await clock.advance(asks.length * (3000 + 1000 / perSecond) + 1000);
          await Promise.all(turns);
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
    const queue = new CheckQueue({ atOnce: 5, perSecond: 100, maxWaiting: 10 }, clock);
    const begun: string[] = [];
    const take = async (ip: number, name: string) => {
      const end = await queue.turn({ ip, port: 5064 }, quiet);
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
    const queue = new CheckQueue({ atOnce: 1, perSecond: 1, maxWaiting: 2 }, new FakeClock());
    const abort = new AbortController();
    await queue.turn({ ip: 1, port: 1 }, quiet);
    const waiting = [
      queue.turn({ ip: 2, port: 1 }, abort.signal),
      queue.turn({ ip: 3, port: 1 }, quiet),
    ];
    assert.deepEqual([queue.isFull, queue.waiting], [true, 2]);
    await assert.rejects(queue.turn({ ip: 4, port: 1 }, quiet), /2 checks wait already/);
    abort.abort(new Error("no more"));
    await assert.rejects(waiting[0]!, /no more/);
    queue.close("stopped");
    await assert.rejects(waiting[1]!, /stopped/);
    await assert.rejects(queue.turn({ ip: 4, port: 1 }, quiet), /stopped/);
  });
});
