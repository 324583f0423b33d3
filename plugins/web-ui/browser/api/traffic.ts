/** Series of the traffic over a span of time, with when pvmon was blind in it, and the same series of some time before. */
import { useCallback } from "preact/hooks";
import { blindIntervals, type Interval } from "./blind-intervals.js";
import { ask } from "./client.js";
import { type Freshness, type Resource, useLoaded } from "./resource.js";
import { status } from "./site.js";
import type { Happening, Page, Traffic } from "./types.js";

type Points = Traffic["series"][number]["points"];

export interface TrafficData extends Interval {
  readonly stepMs: number;
  readonly series: ReadonlyMap<string, Points>;
  /** Moved onto the span; empty when none was asked for. */
  readonly before: ReadonlyMap<string, Points>;
  readonly blind: readonly Interval[];
}

const MINUTE_MS = 60_000;
const MAX_EVENTS = 1000;
/** Enough for the latest of each sensor, in all likelihood. */
const MAX_EARLIER_EVENTS = 50;

interface Asked {
  readonly series: readonly string[];
  /** What the span is called: `1d`, or two times. */
  readonly key: string;
  /** Of now, when it is loaded. */
  span(): Interval;
  /** How long before the compared values are; 0 compares with nothing. */
  readonly beforeMs?: number;
}

export function useTraffic(asked: Asked, freshness: Freshness = {}): Resource<TrafficData> {
  const { series, beforeMs = 0 } = asked;
  const key = JSON.stringify([series, asked.key, beforeMs]);
  const load = useCallback((signal: AbortSignal) => loadTraffic(asked, signal), [key]);
  return useLoaded(series.length === 0 ? undefined : key, load, freshness);
}

async function loadTraffic(
  { series, span, beforeMs = 0 }: Asked,
  signal: AbortSignal,
): Promise<TrafficData> {
  const { from, to } = span();
  const load = (shiftMs: number): Promise<Traffic> =>
    ask("traffic", { series: series.join(","), ...isoSpan(from - shiftMs, to - shiftMs) }, signal);
  const [now, before, blind] = await Promise.all([
    load(0),
    beforeMs > 0 ? load(beforeMs) : undefined,
    loadBlindness({ from, to }, signal),
  ]);
  const whole = (points: Points): Points =>
    points.filter(({ at }) => now.stepMs > MINUTE_MS || Date.parse(at) + now.stepMs <= to);
  return {
    from,
    to,
    stepMs: now.stepMs,
    // The running minute has only begun to count: its low values would look like a fall.
    series: new Map(now.series.map(({ name, points }) => [name, whole(points)])),
    before: new Map(before?.series.map(({ name, points }) => [name, later(points, beforeMs)])),
    blind,
  };
}

async function loadBlindness(span: Interval, signal: AbortSignal): Promise<readonly Interval[]> {
  const type = "sensor.blind,sensor.sees";
  const [inside, earlier] = await Promise.all([
    ask<Page<Happening>>(
      "events",
      { type, limit: MAX_EVENTS, ...isoSpan(span.from, span.to) },
      signal,
    ),
    ask<Page<Happening>>(
      "events",
      { type, limit: MAX_EARLIER_EVENTS, to: new Date(span.from).toISOString() },
      signal,
    ),
  ]);
  const sensors = status.value?.sensors;
  return blindIntervals(
    [...inside.items, ...earlier.items],
    span,
    (id) => sensors?.some((sensor) => sensor.id === id && sensor.status === "blind") ?? true,
  );
}

function later(points: Points, byMs: number): Points {
  return points.map(({ at, value }) => ({
    at: new Date(Date.parse(at) + byMs).toISOString(),
    value,
  }));
}

function isoSpan(from: number, to: number): { readonly from: string; readonly to: string } {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
