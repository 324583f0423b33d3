/**
 * How long a server has been up when it sends a given beacon. From the CA specification, beacons: at once, then after
 * 0.02 s doubling up to the period, then once a period; RSRV counts 0, 0, 1, 2, … and so reaches 9 after 20.46 s.
 */

/** EPICS_CAS_BEACON_PERIOD where a site does not change it. */
export const DEFAULT_PERIOD_MS = 15_000;
const FIRST_GAP_MS = 20;

/**
 * Milliseconds from a server's start to the beacon that carries `sequence`, without the time it was paused. Servers of
 * caproto, which count 0, 1, 2 from a first gap of 0.04 s, are within 20 ms of this as long as the ramp lasts.
 */
export function upTimeMs(sequence: number, periodMs: number): number {
  if (sequence === 0) return 0;
  let ms = 0;
  for (let gap = 0; gap <= sequence; gap++) {
    const gapMs = FIRST_GAP_MS * 2 ** gap;
    if (gapMs >= periodMs) return ms + (sequence - gap + 1) * periodMs;
    ms += gapMs;
  }
  return ms;
}

/**
 * Whether a gap this long after the beacon with `sequence` can be the server's period: in the ramp, where delays can make
 * two gaps look alike, the next one would be twice as long.
 */
export function isPastRamp(sequence: number, gapMs: number): boolean {
  return FIRST_GAP_MS * 2 ** (sequence + 1) >= 1.2 * gapMs;
}

/** `later` - `earlier` of two u32 beacon counters, modulo 2^32: 1 from 4294967295 to 0. */
export function counterAdvance(earlier: number, later: number): number {
  return (later - earlier) >>> 0;
}
