/** A second counter under one server's identity: a restart if it takes over, a duplicate if the two take turns. */
import { LATE_MS } from "../lateness.js";
import { counterAdvance } from "./beacon-ramp.js";

const MEMORY_MS = 60_000;

export interface SeenBeacon {
  readonly at: number;
  readonly sequence: number;
}

export class Rival {
  readonly first: SeenBeacon;
  last: SeenBeacon;
  /** A beacon of the known server came after `last`. */
  interrupted = false;
  /** How often it went on after having been interrupted. */
  rounds = 0;

  constructor(beacon: SeenBeacon) {
    this.first = beacon;
    this.last = beacon;
  }

  /** Whether it was last seen so long ago that the next such beacon begins anew. */
  isForgotten(at: number, expectedMs: number): boolean {
    return at - this.last.at > Math.max(MEMORY_MS, 3 * expectedMs);
  }

  /**
   * Whether `beacon` goes on where it was: at most `reach` further, overtaken by no more than beacons are late, or the second 0
   * of a starting server (CA specification, beacons: RSRV counts 0, 0, 1, 2, …).
   */
  isFollowedBy(beacon: SeenBeacon, reach: number): boolean {
    const advance = counterAdvance(this.last.sequence, beacon.sequence);
    if (advance === 0) return beacon.sequence === 0;
    if (advance <= reach) return true;
    const behind = counterAdvance(beacon.sequence, this.last.sequence);
    return behind <= reach && beacon.at - this.last.at <= LATE_MS;
  }
}
