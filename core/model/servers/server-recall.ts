/** A server that was heard before its row could be read, because the store could not be reached: both made one. */
import { succeed } from "../beacons/beacon-succession.js";
import type { BeaconVerdict } from "../beacons/beacon-verdict.js";
import type { ServerRecord } from "./server-record.js";

export interface Recall {
  /** When it was first heard, before the row told of an earlier time. */
  readonly heardAt: number;
  /** Whether all that the row tells was before. */
  readonly isBefore: boolean;
  readonly hadBeacons: boolean;
  /** What its beacons say after those of the row; undefined when that cannot be told any more, or was told already. */
  readonly verdict: BeaconVerdict | undefined;
}

/**
 * Brings what the row remembers into the record; its state is for the caller to judge.
 * @returns undefined when nothing in the row is older than what is known.
 */
export function recall(record: ServerRecord, row: ServerRecord): Recall | undefined {
  const { firstSeenAt: heardAt, track } = record;
  if (row.firstSeenAt >= heardAt) return undefined;
  const isBefore = row.lastSeenAt < heardAt && !record.isStored;
  const hasRestarted = record.restarts > 0;
  record.firstSeenAt = row.firstSeenAt;
  record.lastSeenAt = Math.max(record.lastSeenAt, row.lastSeenAt);
  record.restarts = isBefore
    ? record.restarts + row.restarts
    : Math.max(record.restarts, row.restarts);
  record.restartedAt ??= row.restartedAt;
  if (record.minorVersion < 0) record.minorVersion = row.minorVersion;
  if (record.circuits.state.openedAt === null) record.circuits = row.circuits;
  record.isStored = true;
  const canTell = isBefore && !hasRestarted && track !== undefined;
  const succession = canTell && row.track !== undefined ? succeed(row.track, track) : undefined;
  record.track = succession?.track ?? track ?? row.track;
  return { heardAt, isBefore, hadBeacons: track !== undefined, verdict: succession?.verdict };
}
