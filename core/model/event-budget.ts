/** How often something may be told, so that nothing on the network can flood the event log. Times are those of the data. */

/** What is told of an earlier time than this before the latest is told after the clock was set back. */
const LATE_MS = 60_000;

/** A burst at once, then one at a time. Time is an argument; one a little before the latest counts as that. */
export class EventBudget {
  /** When all of the burst is there again: what is missing of it lies between now and then. */
  #wholeAt = Number.NEGATIVE_INFINITY;
  #now = Number.NEGATIVE_INFINITY;

  constructor(
    readonly burst: number,
    readonly everyMs: number,
  ) {}

  /** From when on one may be told and `reserve` more are left. */
  availableAt(reserve = 0): number {
    return this.#wholeAt - (this.burst - 1 - reserve) * this.everyMs;
  }

  isWhole(at: number): boolean {
    return this.#wholeAt <= at;
  }

  /** False when it may not be told now. */
  take(at: number, reserve = 0): boolean {
    if (at < this.#now - LATE_MS) this.#setBack(this.#now - at);
    this.#now = Math.max(this.#now, at);
    if (this.availableAt(reserve) > this.#now) return false;
    this.#wholeAt = Math.max(this.#wholeAt, this.#now) + this.everyMs;
    return true;
  }

  #setBack(ms: number): void {
    this.#wholeAt -= ms;
    this.#now -= ms;
  }
}

/**
 * How many servers or applications may be announced: a site's worth at once, then a trickle, so that forged beacons cannot
 * flood the event log. The rest wait. Those known by a single datagram get only what the others leave.
 */
export class AnnouncementBudget {
  static readonly burst = 1_000;
  static readonly perSecond = 20;
  /** Kept back for confirmed servers. */
  static readonly reserve = 900;
  readonly #budget = new EventBudget(AnnouncementBudget.burst, 1000 / AnnouncementBudget.perSecond);

  take(at: number, confirmed: boolean): boolean {
    return this.#budget.take(at, confirmed ? 0 : AnnouncementBudget.reserve);
  }
}
