/** Which events begin something that lasts, and which end it; all others just happen. */
import type { EventType } from "pvmon";

const UP: readonly EventType[] = ["server.returned", "server.started", "server.restarted"];
const APP_UP: readonly EventType[] = ["app.returned", "app.started", "app.restarted"];

/** Each with the events about the same subject that end it. */
const ENDS: Partial<Readonly<Record<EventType, readonly EventType[]>>> = {
  "server.lost": [...UP, "server.resumed", "server.stopped"],
  "server.stopped": UP,
  "server.unresponsive": [...UP, "server.lost", "server.stopped"],
  "host.lost": ["host.returned"],
  "app.lost": APP_UP,
  "pv.lost": ["pv.returned", "pv.moved"],
  "pv.duplicated": ["pv.deduplicated"],
  "anomaly.opened": ["anomaly.closed"],
  "server.duplicateIdentity": ["anomaly.closed"],
  "storm.started": ["storm.ended"],
  "sensor.blind": ["sensor.sees"],
  "plugin.degraded": ["plugin.recovered"],
};

/** While these last, nothing else about what is on it is told. */
export const LOSSES: ReadonlySet<string> = new Set([
  "host.lost",
  "server.lost",
  "server.stopped",
  "server.unresponsive",
]);

const ENDED_BY = new Map<EventType, EventType[]>();
for (const [begins, ends] of Object.entries(ENDS) as [EventType, readonly EventType[]][]) {
  for (const end of ends) ENDED_BY.set(end, [...(ENDED_BY.get(end) ?? []), begins]);
}

/** True for an event that begins something which another one ends. */
export function lasts(type: EventType): boolean {
  return ENDS[type] !== undefined;
}

export function endsOf(type: EventType): readonly EventType[] {
  return ENDS[type] ?? [];
}

export function endedBy(type: EventType): readonly EventType[] {
  return ENDED_BY.get(type) ?? [];
}
