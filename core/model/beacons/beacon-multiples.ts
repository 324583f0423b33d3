/** Intervals of a server that does not count its beacons: how many periods each had, and when the period was taken wrongly. */

/** So many intervals in a row of the same number of periods are one period each, of which a part had been taken for it. */
const SAME_MULTIPLES = 4;

export class BeaconMultiples {
  /** How many periods the latest intervals had, and how many in a row had as many. */
  #latest = { periods: 1, intervals: 0 };

  /**
   * More beacons may have been sent than reached us. Two gaps of the ramp, which look alike once they are late, may have
   * been taken for the period: then no interval is as short ever after.
   * @returns undefined when the period has to be measured anew.
   */
  periodsIn(silentMs: number, periodMs: number): number | undefined {
    const periods = Math.max(1, Math.round(silentMs / periodMs));
    const intervals = periods === this.#latest.periods ? this.#latest.intervals + 1 : 1;
    this.#latest = { periods, intervals };
    if (periods === 1 || intervals < SAME_MULTIPLES) return periods;
    this.#latest = { periods: 1, intervals: 0 };
    return undefined;
  }
}
