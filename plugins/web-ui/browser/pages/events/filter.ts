/** What the address of the events page says: which day, which hour of it, and which events. */
import type { EventType } from "../../api/types.js";
import { dateText, daysLater, parseDate, startOfDay } from "../../formats/time.js";

export interface Span {
  readonly from: Date;
  readonly to: Date;
}

/** The viewer's day; that of `now` when the text is none. */
export function dayOf(text: string, now: Date): Span {
  const from = parseDate(text) ?? startOfDay(now);
  return { from, to: daysLater(from, 1) };
}

/** The hours of a day as they come: 23 to 25 of them. */
export function hoursOf({ from, to }: Span): readonly Span[] {
  const hours: Span[] = [];
  for (let at = from.getTime(); at < to.getTime(); at += 3_600_000) {
    hours.push({ from: new Date(at), to: new Date(Math.min(at + 3_600_000, to.getTime())) });
  }
  return hours;
}

/** The address's word for a day: nothing for today, so that a page that is left open goes on with the next. */
export function dayText(day: Date, now: Date): string | undefined {
  return dateText(day) === dateText(now) ? undefined : dateText(day);
}

/** Kinds of events that people look for, each some types of the API. */
export const KINDS: Readonly<
  Record<string, { readonly text: string; readonly types: readonly EventType[] }>
> = {
  restarts: {
    text: "Restarts",
    types: ["server.started", "server.restarted", "app.started", "app.restarted"],
  },
  losses: {
    text: "Losses",
    types: [
      "server.lost",
      "server.stopped",
      "server.unresponsive",
      "host.lost",
      "app.lost",
      "pv.lost",
    ],
  },
  returns: {
    text: "Returns",
    types: [
      "server.returned",
      "server.resumed",
      "server.paused",
      "host.returned",
      "app.returned",
      "pv.returned",
    ],
  },
  pvs: {
    text: "PVs",
    types: ["pv.lost", "pv.returned", "pv.moved", "pv.duplicated", "pv.deduplicated"],
  },
  findings: {
    text: "Findings",
    types: [
      "anomaly.opened",
      "anomaly.closed",
      "server.duplicateIdentity",
      "server.duplicateRoute",
    ],
  },
  storms: { text: "Search storms", types: ["storm.started", "storm.ended"] },
  clients: { text: "New clients", types: ["client.appeared"] },
  operators: { text: "Operators", types: ["operator.changed", "operator.noted"] },
  pvmon: {
    text: "pvmon",
    types: ["sensor.blind", "sensor.sees", "plugin.degraded", "plugin.recovered", "site.reported"],
  },
  discoveries: { text: "Discoveries", types: ["server.discovered", "app.discovered"] },
};

/** The types of all the kinds, undefined when none is chosen. */
export function typesOf(kinds: string): string | undefined {
  const types = kinds.split(",").flatMap((kind) => KINDS[kind]?.types ?? []);
  return types.length === 0 ? undefined : [...new Set(types)].join(",");
}
