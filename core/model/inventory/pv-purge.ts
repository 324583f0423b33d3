/** Finds PVs that nobody has answered for or asked for in a long time: once a day of data time, a few a second. */

const DAY_MS = 86_400_000;
/** Five million names take 42 minutes, and each second's share 1 ms or less. */
const SLOTS_PER_TICK = 2000;

export interface PvAges {
  /** Ids run from 0 to one less than this. */
  slots(): number;
  /** When it was last asked for, answered for, or first seen; undefined for an empty slot. */
  lastUsedAt(id: number): number | undefined;
}

export class PvPurge {
  readonly #pvs: PvAges;
  readonly #maxAgeMs: number;
  #day: number | undefined;
  /** Where today's walk goes on; beyond the last slot when it is over. */
  #next = Number.POSITIVE_INFINITY;

  constructor(pvs: PvAges, maxAgeDays: number) {
    this.#pvs = pvs;
    this.#maxAgeMs = maxAgeDays * DAY_MS;
  }

  /** Once per second of data time. Answers ids that are too old, to be forgotten before the next call. */
  tick(at: number): readonly number[] {
    const day = Math.floor(at / DAY_MS);
    this.#day ??= day;
    if (day > this.#day) {
      this.#day = day;
      this.#next = 0;
    }
    const tooOld: number[] = [];
    const end = Math.min(this.#next + SLOTS_PER_TICK, this.#pvs.slots());
    for (let id = this.#next; id < end; id++) {
      const usedAt = this.#pvs.lastUsedAt(id);
      if (usedAt !== undefined && usedAt < at - this.#maxAgeMs) tooOld.push(id);
    }
    this.#next += SLOTS_PER_TICK;
    return tooOld;
  }
}
