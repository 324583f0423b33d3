/** When pvmon could not see, from what its sensors told of it: silence in between is no evidence of anything. */
import type { Happening } from "./types.js";

/** UTC ms. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

type SensorEvent = Pick<Happening, "at" | "type" | "subject" | "evidence">;

/**
 * Of all sensors together, by time, none touching another.
 * @param events of type sensor.blind and sensor.sees, in any order; also the latest of each sensor from before the span.
 * @param isBlind whether a sensor is blind at the end of the span; one that never told of its end may long be gone.
 */
export function blindIntervals(
  events: readonly SensorEvent[],
  span: Interval,
  isBlind: (sensor: string) => boolean,
): readonly Interval[] {
  const since = new Map<string, number>();
  const found: Interval[] = [];
  for (const event of events.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
    const at = Date.parse(event.at);
    const began = since.get(event.subject);
    if (event.type === "sensor.blind") {
      since.set(event.subject, began ?? at);
    } else {
      const { blindSinceAt } = event.evidence;
      const said = typeof blindSinceAt === "string" ? Date.parse(blindSinceAt) : at;
      found.push({ from: Math.min(began ?? at, said), to: at });
      since.delete(event.subject);
    }
  }
  for (const [sensor, from] of since) if (isBlind(sensor)) found.push({ from, to: span.to });
  return merged(found).flatMap(({ from, to }) => {
    const inside = { from: Math.max(from, span.from), to: Math.min(to, span.to) };
    return inside.from < inside.to ? [inside] : [];
  });
}

function merged(intervals: readonly Interval[]): Interval[] {
  const apart: Interval[] = [];
  for (const next of intervals.toSorted((a, b) => a.from - b.from)) {
    const last = apart.at(-1);
    if (last === undefined || next.from > last.to) apart.push(next);
    else apart[apart.length - 1] = { from: last.from, to: Math.max(last.to, next.to) };
  }
  return apart;
}
