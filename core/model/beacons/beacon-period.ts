/** A server's own beacon period, measured from when its beacons arrive. */
import { LATE_MS } from "../lateness.js";

/** Intervals this close to each other are one period; the ramp at the start grows by more (CA specification, beacons). */
const FIRST_TOLERANCE = 0.15;
/** Once measured, delays in server and network may stretch or shrink an interval this much. */
const TOLERANCE = 0.2;
/** This many intervals in a row have to agree. */
const AGREEING = 2;
/** Shorter ones come from the ramp as a rule, shuffled by delays as like as not, so more of them have to. */
const SHORT_MS = 3_000;
const AGREEING_WHEN_SHORT = 4;
/** Late beacons hardly matter to a mean over this long. */
const SETTLED_MS = 15_000;
/** So that a silence is told from a beacon that was late. */
const SILENCE_MARGIN_MS = 2 * LATE_MS;
/** The mean looks back this many beacons, so that it follows a slow drift. */
const MAX_BEACONS = 240;
/** What arrival times are good for: scheduling and network delays, ms. */
const JITTER_MS = 100;
/** How well the clocks of two machines agree. */
const CLOCK_ERROR = 1e-4;
/** Until measured, for all we know of a server that uses the default period. */
const ASSUMED_ERROR = 0.02;

/** What a restart of pvmon has to keep. */
export interface PeriodState {
  readonly totalMs: number;
  readonly beacons: number;
}

/**
 * The mean of the steady intervals: consecutive ones that agree begin it, and from then on those near it count.
 * Intervals of the ramp never agree with one another. When some in a row disagree with the mean but not with each
 * other, the period has changed and measuring begins again with them.
 */
export class BeaconPeriod {
  #totalMs = 0;
  #beacons = 0;
  /** The run of intervals that fitted no period but agreed with one another. */
  #odd = { totalMs: 0, beacons: 0, intervals: 0 };

  /** @param lateMs what comes may be so late: intervals have to fit the mean only as well as late ones can have made it. */
  constructor(
    state?: PeriodState,
    private readonly lateMs = 0,
  ) {
    if (state !== undefined) {
      this.#totalMs = state.totalMs;
      this.#beacons = state.beacons;
    }
  }

  /** Undefined until measured. */
  get ms(): number | undefined {
    return this.#beacons === 0 ? undefined : this.#totalMs / this.#beacons;
  }

  /** How far `ms`, or `assumedMs` until then, may be off. */
  errorMs(assumedMs: number): number {
    if (this.#beacons === 0) return assumedMs * ASSUMED_ERROR;
    return JITTER_MS / this.#beacons + (this.#totalMs / this.#beacons) * CLOCK_ERROR;
  }

  /** How far `ms` may be off because a beacon of the measurement was this late. */
  lateErrorMs(lateMs: number): number {
    return lateMs / Math.max(1, this.#beacons);
  }

  /** `ms` once it is measured well enough to tell a pause from a late beacon. */
  get settledMs(): number | undefined {
    return this.#totalMs < SETTLED_MS ? undefined : this.ms;
  }

  /** Whether `beacons` took too long for that to be the lateness of one; false as long as the period is not settled. */
  isSilence(intervalMs: number, beacons: number): boolean {
    const { settledMs } = this;
    if (settledMs === undefined) return false;
    // Over many periods, what one late beacon did to the mean of them adds up.
    const errorMs = beacons * this.lateErrorMs(LATE_MS);
    const marginMs = Math.max(settledMs / 2, SILENCE_MARGIN_MS) + errorMs;
    return intervalMs - beacons * settledMs >= marginMs;
  }

  /** The latest interval that fitted no period; 0 when the last one did. Grows along the ramp. */
  get oddMs(): number {
    return this.#odd.beacons === 0 ? 0 : this.#odd.totalMs / this.#odd.beacons;
  }

  get state(): PeriodState {
    return { totalMs: this.#totalMs, beacons: this.#beacons };
  }

  /**
   * `beacons` were sent in `intervalMs`, counting those that did not reach us. `steady`: it cannot be an interval of the
   * ramp, as far as the counter tells.
   */
  observe(intervalMs: number, beacons: number, steady: boolean): void {
    const eachMs = intervalMs / beacons;
    if (eachMs <= 0) return;
    if (steady && this.#fits(intervalMs, beacons)) {
      this.#totalMs += intervalMs;
      this.#beacons += beacons;
      this.#odd = { totalMs: 0, beacons: 0, intervals: 0 };
    } else if (steady && fits(intervalMs, beacons, this.oddMs, FIRST_TOLERANCE)) {
      this.#odd.totalMs += intervalMs;
      this.#odd.beacons += beacons;
      this.#odd.intervals++;
      this.#adopt(eachMs < SHORT_MS ? AGREEING_WHEN_SHORT : AGREEING);
    } else {
      this.#odd = { totalMs: intervalMs, beacons, intervals: steady ? 1 : 0 };
    }
    if (this.#beacons > MAX_BEACONS) {
      this.#totalMs *= MAX_BEACONS / this.#beacons;
      this.#beacons = MAX_BEACONS;
    }
  }

  /** Over several periods, what late ones did to the mean of a few adds up: those intervals are what puts it right. */
  #fits(intervalMs: number, beacons: number): boolean {
    const { ms } = this;
    if (ms === undefined) return false;
    const errorMs = beacons * this.lateErrorMs(this.lateMs);
    return fits(intervalMs, beacons, ms, TOLERANCE + errorMs / ms);
  }

  #adopt(intervals: number): void {
    if (this.#odd.intervals < intervals) return;
    this.#totalMs = this.#odd.totalMs;
    this.#beacons = this.#odd.beacons;
    this.#odd = { totalMs: 0, beacons: 0, intervals: 0 };
  }
}

/** Whether an interval is `beacons` periods, but for a share of one of them. */
function fits(intervalMs: number, beacons: number, periodMs: number, tolerance: number): boolean {
  return Math.abs(intervalMs - beacons * periodMs) <= tolerance * periodMs;
}
