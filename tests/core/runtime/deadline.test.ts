/** Work within a deadline: what it settles with, and that nothing is left of it by then. */
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { FakeClock } from "pvmon/testkit";
import { DeadlineError, within } from "../../../core/runtime/deadline.js";

const LIMIT_MS = 1000;

describe("work within a deadline", () => {
  let clock: FakeClock;
  let stop: AbortController;

  beforeEach(() => {
    clock = new FakeClock();
    stop = new AbortController();
  });

  const limited = <T>(work: Promise<T>): Promise<T> =>
    within(clock, LIMIT_MS, "the work", work, stop.signal);
  const nothingIsLeft = (): void => {
    assert.equal(getEventListeners(stop.signal, "abort").length, 0);
    assert.equal(clock.pending, 0);
  };

  it("settles as the work does", async () => {
    assert.equal(await limited(Promise.resolve(7)), 7);
    await assert.rejects(limited(Promise.reject(new Error("no disk"))), /no disk/);
  });

  it("fails when it is late", async () => {
    const isLate = assert.rejects(limited(new Promise(() => undefined)), DeadlineError);
    await clock.advance(LIMIT_MS);
    await isLate;
  });

  it("fails when it is to stop", async () => {
    const stopped = limited(new Promise(() => undefined));
    stop.abort(new Error("pvmon stops"));
    await assert.rejects(stopped, /pvmon stops/);
    await assert.rejects(limited(new Promise(() => undefined)), /pvmon stops/);
  });

  it("has left nothing behind when the next begins, or its results would be held until that ends", async () => {
    await limited(Promise.resolve());
    nothingIsLeft();
    await limited(Promise.reject(new Error("no disk"))).catch(() => undefined);
    nothingIsLeft();
  });
});
