/** When a server began, reckoned from the first beacon that was seen of its present life. */
import type { StartEstimate } from "../views.js";
import type { BeaconPeriod } from "./beacon-period.js";
import { DEFAULT_PERIOD_MS, upTimeMs } from "./beacon-ramp.js";
import type { SeenBeacon } from "./beacon-rival.js";
import type { Restart } from "./beacon-verdict.js";

/** Time that the server was paused before we saw it makes it too late. */
export function startOf({ at, sequence }: SeenBeacon, period: BeaconPeriod): StartEstimate {
  const errorMs = 100 + sequence * period.errorMs(DEFAULT_PERIOD_MS);
  return {
    at: Math.round(at - upTimeMs(sequence, period.ms ?? DEFAULT_PERIOD_MS)),
    errorSeconds: Math.round(sequence > 1 ? errorMs : 100) / 1000,
    source: sequence > 1 ? "counter" : "observed",
  };
}

/** @param previous the last beacon of the life before, after which the new one began. */
export function restartOf(
  first: SeenBeacon,
  previous: SeenBeacon,
  periodMs = DEFAULT_PERIOD_MS,
): Restart {
  const reckonedAt = first.at - upTimeMs(first.sequence, periodMs);
  return {
    startedAt: Math.round(Math.max(reckonedAt, Math.min(previous.at, first.at))),
    previousSequence: previous.sequence,
    previousBeaconAt: previous.at,
  };
}
