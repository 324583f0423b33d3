/** From what was read of a host to what the inventory is told of its health. */
import type { Endpoint, HostMetricsRead } from "pvmon";
import {
  clockOffsetSecondsOf,
  upSecondsOf,
  upSecondsSince,
  withoutZoneDifference,
} from "./host-times.js";
import type { Values } from "./reading.js";
import { SIGNATURE } from "./suffixes.js";
import type { TimeZone } from "./time-zone.js";

export interface Clocks {
  /** Of the hosts' wall clocks. */
  readonly zone: TimeZone;
  readonly ignoreZoneDifferences: boolean;
}

/** @param at when it was read, UTC ms */
export function healthOf(
  source: string,
  server: Endpoint,
  values: Values,
  at: number,
  { zone, ignoreZoneDifferences }: Clocks,
): HostMetricsRead {
  const offset = clockOffsetSecondsOf(values.TIME, at, zone);
  const clockOffsetSeconds =
    offset !== null && ignoreZoneDifferences ? withoutZoneDifference(offset) : offset;
  const upSeconds = upSecondsOf(values.UPTIME) ?? upSecondsSince(values[SIGNATURE], at, zone);
  return { type: "hostMetrics", at, source, server, values, clockOffsetSeconds, upSeconds };
}
