/** A server's own beacon period, measured from when its beacons arrive. */

/** Intervals this close to each other are one period; the ramp at the start grows by more (CA specification, beacons). */
const FIRST_TOLERANCE = 0.1;
/** Once measured, delays in server and network may stretch or shrink an interval this much. */
const TOLERANCE = 0.2;
/** Shorter intervals come from the ramp as a rule, shuffled by delays as like as not, so more of them have to agree. */
const SHORT_MS = 3_000;
const SHORT_AGREEMENTS = 3;
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
  #oddMs = 0;
  #agreements = 0;

  constructor(state?: PeriodState) {
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

  /** The latest interval that fitted no period; 0 when the last one did. Grows along the ramp. */
  get oddMs(): number {
    return this.#oddMs;
  }

  get state(): PeriodState {
    return { totalMs: this.#totalMs, beacons: this.#beacons };
  }

  /** `beacons` were sent in `intervalMs`, counting those that did not reach us. */
  observe(intervalMs: number, beacons: number): void {
    const eachMs = intervalMs / beacons;
    if (eachMs <= 0) return;
    if (agree(eachMs, this.ms ?? Number.NaN, TOLERANCE)) {
      this.#add(intervalMs, beacons);
      return;
    }
    this.#agreements = agree(eachMs, this.#oddMs, FIRST_TOLERANCE) ? this.#agreements + 1 : 0;
    if (this.#agreements >= (eachMs < SHORT_MS ? SHORT_AGREEMENTS : 1)) {
      this.#totalMs = this.#oddMs;
      this.#beacons = 1;
      this.#add(intervalMs, beacons);
    } else {
      this.#oddMs = eachMs;
    }
  }

  #add(intervalMs: number, beacons: number): void {
    this.#totalMs += intervalMs;
    this.#beacons += beacons;
    this.#oddMs = 0;
    this.#agreements = 0;
    if (this.#beacons > MAX_BEACONS) {
      this.#totalMs *= MAX_BEACONS / this.#beacons;
      this.#beacons = MAX_BEACONS;
    }
  }
}

/** False when either is not a number. */
function agree(aMs: number, bMs: number, tolerance: number): boolean {
  return Math.abs(aMs - bMs) <= tolerance * bMs;
}
