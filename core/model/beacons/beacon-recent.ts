/** The latest beacons of one server: what their order and their distances tell. */

import { LATE_MS } from "../lateness.js";
import { counterAdvance } from "./beacon-ramp.js";
import type { SeenBeacon } from "./beacon-rival.js";
import type { Pause } from "./beacon-verdict.js";

/** More than the ramp sends in {@link LATE_MS}. */
export const NEAR = 16;
const KEPT_BEACONS = 8;

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
