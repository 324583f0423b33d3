/** Ids of events: they grow in the order of being noticed and still tell roughly when, over restarts too. */

/** Ids stay exact in a double up to here; beyond (events after the year 2255) they go on growing by one. */
const MAX_TIMED_ID = Number.MAX_SAFE_INTEGER - 1_000_000_000;

export class EventIds {
  #last = 0;

  /** Decimal digits: `at` x 1000, or one more than the id before when that is already taken. */
  next(at: number): string {
    this.#last = Math.max(this.#last + 1, Math.min(Math.floor(at) * 1000, MAX_TIMED_ID));
    return String(this.#last);
  }

  /** Goes on after an id that a store gave back. */
  restore(id: string): void {
    const number = Number(id);
    if (Number.isSafeInteger(number) && number > this.#last) this.#last = number;
  }
}
