/** Two tracks of one server, of which the earlier came back from a store when the later had begun already, made one. */
import type { BeaconTrack } from "./beacon-track.js";
import type { BeaconVerdict } from "./beacon-verdict.js";

export interface Succession {
  /** To go on with. */
  readonly track: BeaconTrack;
  /** Of the first beacon of the later track, had the earlier one been there already. */
  readonly verdict: BeaconVerdict;
}

/**
 * The first and the last beacon of the later track tell; those between add nothing but precision.
 * @param earlier ends before `later` begins; it is used up.
 */
export function succeed(earlier: BeaconTrack, later: BeaconTrack): Succession {
  const { anchorAt, anchorSequence } = later.state;
  const { sequence: previousSequence, lastAt: previousBeaconAt } = earlier;
  const verdict = earlier.observe(anchorAt, anchorSequence);
  if (later.beacons === 1) return { track: earlier, verdict };
  if (verdict.kind === "restarted") return { track: later, verdict };
  if (verdict.kind === "waiting") {
    // The counter fitted another server, which has gone on since.
    const startedAt = Math.round(Math.max(later.start?.at ?? anchorAt, previousBeaconAt));
    const restart = { startedAt, previousSequence, previousBeaconAt };
    return { track: later, verdict: { kind: "restarted", restart } };
  }
  const further = earlier.observe(later.lastAt, later.sequence);
  const goesOn =
    (further.kind === "advanced" && further.pause === undefined) ||
    earlier.sequence === later.sequence;
  return { track: goesOn ? earlier : later, verdict };
}
