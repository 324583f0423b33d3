/**
 * Whether so many searches are the beginning of a storm, or a burst that ends by itself. A CA client that gets no answer
 * asks again after 32 ms, and each time after twice as long, up to 5 min; after a beacon anomaly it begins with 5 s (libca,
 * udpiiu.h: minRoundTripEstimate, maxSearchPeriodDefault, beaconAnomalySearchPeriod). So the searches of clients, archivers
 * and IOCs that start, however many, fall to less than half within seconds, and a storm does not.
 */

/** Once the first second of a storm is over, it has to go on for so long: with delivery it is told in less than 10 s. */
const LEAST_SECONDS = 7;
const LATEST_SECONDS = 3;
/** A storm may begin with a burst, or behind one. */
const MEAN_SECONDS = 60;
/**
 * The latest seconds as a share of the mean since the onset, or of the last minute. What backs off from 32 ms is at 0.3 after seven seconds, what
 * does from 5 s at 0.78; both only fall from there.
 */
const STEADY = 0.8;
/** What asks for names once each that are served is connecting, unless it takes longer than this. */
const CONNECTING_SECONDS = 60;

export class StormOnset {
  seconds = 0;
  names = 0;
  datagrams = 0;
  peak = 0;
  /** Names of the seconds of the mean, the oldest first. */
  readonly #minute: number[] = [];

  /**
   * @param at start of its first second, UTC ms
   * @param limit names/s from which on it is one
   */
  constructor(
    readonly at: number,
    readonly limit: number,
  ) {}

  add(names: number, datagrams: number): void {
    this.seconds++;
    this.names += names;
    this.datagrams += datagrams;
    this.peak = Math.max(this.peak, names);
    this.#minute.push(names);
    if (this.#minute.length > MEAN_SECONDS) this.#minute.shift();
  }

  /** Too little of late; a client that asks every two or three seconds has pauses. */
  isOver(): boolean {
    return mean(this.#minute.slice(-LATEST_SECONDS)) < this.limit;
  }

  /** @param isConnecting it asks for names that are served, and for each of them about once */
  isStorm(isConnecting: boolean): boolean {
    if (this.seconds < (isConnecting ? CONNECTING_SECONDS : LEAST_SECONDS)) return false;
    return mean(this.#minute.slice(-LATEST_SECONDS)) >= STEADY * mean(this.#minute);
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
