/** The latest beacons of one server: what their order and their distances tell. */

import { LATE_MS } from "../lateness.js";
import { counterAdvance } from "./beacon-ramp.js";
import type { SeenBeacon } from "./beacon-rival.js";
import type { Pause } from "./beacon-verdict.js";

/** More than the ramp sends in {@link LATE_MS}. */
export const NEAR = 16;
const KEPT_BEACONS = 8;
/** Beacons that two servers do not send together by chance, even if they were started at once. */
const TOGETHER_BEACONS = 4;
/** What the ways of two beacons that were sent together may differ by, ms. */
const TOGETHER_MS = 50;

export class RecentBeacons {
  /** Oldest first. */
  #beacons: SeenBeacon[];

  constructor(beacons: readonly SeenBeacon[]) {
    this.#beacons = [...beacons];
  }

  add(beacon: SeenBeacon): void {
    this.#beacons.push(beacon);
    if (this.#beacons.length > KEPT_BEACONS) this.#beacons.shift();
  }

  clear(): void {
    this.#beacons = [];
  }

  forgetBefore(at: number): void {
    this.#beacons = this.#beacons.filter((seen) => seen.at >= at);
  }

  /**
   * Whether these and the other ones are the beacons of one server, which sends each to all of its networks at once.
   * Undefined while too few have been seen of both to tell.
   */
  areThoseOf(other: RecentBeacons): boolean | undefined {
    const apartMs = this.#beacons.flatMap(({ at, sequence }) => {
      const same = other.#beacons.find((seen) => seen.sequence === sequence);
      return same === undefined ? [] : [Math.abs(same.at - at)];
    });
    if (apartMs.some((ms) => ms > TOGETHER_MS)) return false;
    return apartMs.length >= TOGETHER_BEACONS ? true : undefined;
  }

  /** Whether beacons sent after this one were already here {@link LATE_MS} ago: if not, it was overtaken. */
  hasOvertaken(beacon: SeenBeacon): boolean {
    const next = this.#beacons.find((seen) => {
      const ahead = counterAdvance(beacon.sequence, seen.sequence);
      return ahead > 0 && ahead <= 2 * NEAR;
    });
    return next !== undefined && beacon.at - next.at <= LATE_MS;
  }

  /** The pause that ended with beacons coming faster than the period allows (CA specification, beacons: the ramp). */
  rampUpTo(beacon: SeenBeacon, periodMs: number): Pause | undefined {
    const before = this.#beacons.findIndex((seen) => {
      const beacons = counterAdvance(seen.sequence, beacon.sequence);
      return beacon.at - seen.at < (beacons * periodMs) / 2 - LATE_MS;
    });
    const last = this.#beacons[before];
    if (last === undefined) return undefined;
    const resumedAt = this.#beacons[before + 1]?.at ?? beacon.at;
    return { pausedAt: last.at, resumedAt, byRamp: true };
  }
}
