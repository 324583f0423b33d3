/**
 * The time by pvmon's clock. What is shown happened by that clock, so ages are by it too: that of the machine with the browser may be
 * an hour off.
 */

/** What was on its way for longer than the others says the least. */
const SAMPLES = 3;
/** Less is how long a message was on its way. */
const TOLERANCE_MS = 1500;

export class ServerClock {
  /** How far pvmon's clock is ahead of ours by its latest messages, the newest last; ms. */
  #offsets: readonly number[] = [];
  #offset = 0;

  /** Something just came that was sent at that time. @param here the time by our clock, UTC ms */
  heard(at: number, here: number): void {
    if (!Number.isFinite(at)) return;
    this.#offsets = [...this.#offsets, at - here].slice(-SAMPLES);
    const offset = Math.max(...this.#offsets);
    // Ages should not shiver.
    if (Math.abs(offset - this.#offset) > TOLERANCE_MS) this.#offset = offset;
  }

  /** UTC ms, when our clock says `here`; ours until something was heard. */
  at(here: number): number {
    return here + this.#offset;
  }
}

const clock = new ServerClock();

export function heardAt(at: number): void {
  clock.heard(at, Date.now());
}

/** UTC ms. */
export function serverNow(): number {
  return clock.at(Date.now());
}
