/** Time stamps of EPICS: seconds since 1990 and nanoseconds (CA specification, data types, TIMESTAMP). */

export interface EpicsTime {
  /** Seconds since 1990-01-01T00:00:00Z, u32: until 2126. 0 in records that were never processed. */
  readonly seconds: number;
  /** Within the second, u32. */
  readonly nanoseconds: number;
}

/** 1990-01-01T00:00:00Z in seconds of UTC (`epicsTime.h`, POSIX_TIME_AT_EPICS_EPOCH). */
export const EPICS_EPOCH_SECONDS = 631_152_000;

/** UTC milliseconds of a time stamp, cut to whole ones; its `nanoseconds` say the rest. */
export function epicsTimeToUtcMs({ seconds, nanoseconds }: EpicsTime): number {
  return (EPICS_EPOCH_SECONDS + seconds) * 1000 + Math.floor(nanoseconds / 1e6);
}

/**
 * @param utcMs UTC milliseconds, whole or not.
 * @throws RangeError before 1990 and after 2126.
 */
export function utcMsToEpicsTime(utcMs: number): EpicsTime {
  const seconds = Math.floor(utcMs / 1000) - EPICS_EPOCH_SECONDS;
  if (!(seconds >= 0 && seconds < 2 ** 32)) {
    throw new RangeError(`${utcMs} ms is outside the time that EPICS can state`);
  }
  // Milliseconds of today have a resolution of 0.1 µs, so that this never rounds up to a whole second.
  const nanoseconds = Math.round((utcMs - (seconds + EPICS_EPOCH_SECONDS) * 1000) * 1e6);
  return { seconds, nanoseconds };
}
