/** A clock for tests: time passes when the test says so, and what falls due is awaited. */
import { setImmediate } from "node:timers/promises";
import { DataClock } from "../runtime/data-clock.js";

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

  /** The whole process stands still, as when it is suspended: what falls due in `ms` is called late and once, by the next `advance`. */
  stall(ms: number): void {
    this.standStill(ms);
  }
}

/** Lets everything run that needs no time to pass. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await setImmediate();
}
