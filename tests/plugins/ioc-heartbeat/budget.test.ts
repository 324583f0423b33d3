import assert from "node:assert/strict";
import fc from "fast-check";
import { FakeClock } from "pvmon/testkit";
import { Budget } from "../../../plugins/ioc-heartbeat/asking/budget.js";

const quiet = new AbortController().signal;

/** When `count` requests to each key left, ms. */
async function spend(
  rates: { readonly perIoc: number; readonly total: number },
  counts: readonly number[],
): Promise<{ readonly key: number; readonly at: number }[]> {
  const clock = new FakeClock();
  const budget = new Budget(rates, clock);
  const sent: { key: number; at: number }[] = [];
  const lanes = counts.map(async (count, key) => {
    for (let i = 0; i < count; i++) {
      await budget.take(key, quiet);
      sent.push({ key, at: clock.elapsed() });
    }
  });
  let isOver = false;
  const all = Promise.all(lanes).then(() => {
    isOver = true;
  });
  while (!isOver) await clock.advance(1000);
  await all;
  return sent;
}

function assertWithin(times: readonly number[], perSecond: number): void {
  for (const [i, from] of times.entries()) {
    for (const [j, to] of times.entries()) {
      if (j < i) continue;
      const allowed = 1 + perSecond * ((to - from) / 1000 + 0.2);
      assert.ok(j - i + 1 <= allowed + 1e-9, `${j - i + 1} in ${to - from} ms`);
    }
  }
}

describe("the budget of requests", () => {
  it("is kept in any span of time, in all and for each application, and used up", async () => {
    const rate = fc.constantFrom(0.5, 2, 7, 40);
    const counts = fc.array(fc.integer({ min: 1, max: 15 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(rate, rate, counts, async (perIoc, total, wanted) => {
        const sent = await spend({ perIoc, total }, wanted);
        assertWithin(
          sent.map(({ at }) => at),
          total,
        );
        for (const [key, count] of wanted.entries()) {
          const times = sent.filter((one) => one.key === key).map(({ at }) => at);
          assert.equal(times.length, count);
          assertWithin(times, perIoc);
        }
        const seconds = Math.max(sent.length / total, Math.max(...wanted) / perIoc);
        // Each wait is rounded up to whole milliseconds, and several lanes may wake for one place.
        assert.ok(sent.at(-1)!.at <= 1000 * seconds * 1.5 + 1000, `took ${sent.at(-1)!.at} ms`);
      }),
      { numRuns: 12 },
    );
  });

  it("books nothing for somebody who no longer wants to send", async () => {
    const clock = new FakeClock();
    const budget = new Budget({ perIoc: 1, total: 1 }, clock);
    await budget.take(1, quiet);
    const abort = new AbortController();
    const refused = assert.rejects(budget.take(2, abort.signal), /no more/);
    abort.abort(new Error("no more"));
    await refused;
    const next = budget.take(3, quiet);
    await clock.advance(1000);
    await next;
    assert.equal(clock.elapsed(), 1000);
  });
});
