/** A second counter under one server's identity: a restart if it takes over, a duplicate if the two take turns. */
import { counterAdvance } from "./beacon-ramp.js";

export interface SeenBeacon {
  readonly at: number;
  readonly sequence: number;
}

export interface Rival {
  readonly first: SeenBeacon;
  last: SeenBeacon;
  /** A beacon of the known server came after `last`. */
  interrupted: boolean;
  /** How often it went on after having been interrupted. */
  rounds: number;
}

export function createRival(beacon: SeenBeacon): Rival {
  return { first: beacon, last: beacon, interrupted: false, rounds: 0 };
}

/**
 * Whether `beacon` goes on where the rival was: at most `reach` further, overtaken by at most `lateMs`, or the second 0
 * of a starting server (CA specification, beacons: RSRV counts 0, 0, 1, 2, …).
 */
export function rivalFollows(
  rival: Rival,
  beacon: SeenBeacon,
  reach: number,
  lateMs: number,
): boolean {
  const advance = counterAdvance(rival.last.sequence, beacon.sequence);
  if (advance === 0) return beacon.sequence === 0;
  if (advance <= reach) return true;
  const behind = counterAdvance(beacon.sequence, rival.last.sequence);
  return behind <= reach && beacon.at - rival.last.at <= lateMs;
}
