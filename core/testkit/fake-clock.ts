/** A clock for tests: time passes when the test says so, and what falls due is awaited. */
import { setImmediate } from "node:timers/promises";
import { DataClock } from "../runtime/data-clock.js";

/** How often `until` looks. */
const STEP_MS = 10;

export class FakeClock extends DataClock {
  #setByMs = 0;

  /** @param now UTC ms; 2026-01-02T03:04:05Z unless told. */
  constructor(now = Date.UTC(2026, 0, 2, 3, 4, 5)) {
    super(now);
  }

  override now(): number {
    return super.now() + this.#setByMs;
  }

  /** Somebody sets the machine's clock, back when negative; no time passes. */
  set(byMs: number): void {
    this.#setByMs += byMs;
  }

  /** Lets `ms` pass: timers run in order, and the promises they settle run before the next one. */
  async advance(ms: number): Promise<void> {
    const until = super.now() + ms;
    do await settle();
    while (this.step(until));
    await settle();
  }

  /**
   * Lets time pass until `work` is done, and answers what it answers.
   * @param withinMs of this clock's time; rejects when it is not done by then
   */
  async until<T>(work: Promise<T>, withinMs = 3_600_000): Promise<T> {
    let isDone = false;
    const done = (): void => {
      isDone = true;
    };
    work.then(done, done);
    for (let passed = 0; !isDone; passed += STEP_MS) {
      if (passed > withinMs) throw new Error(`not done after ${withinMs} ms of the test's clock`);
      await this.advance(passed === 0 ? 0 : STEP_MS);
    }
    return await work;
  }

  /** The whole process stands still, as when it is suspended: what falls due in `ms` is called late and once, by the next `advance`. */
  stall(ms: number): void {
    this.standStill(ms);
  }
}

/** Lets everything run that needs no time to pass. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await setImmediate();
}
