/** What happened: events, the operators' log made of some of them, findings, and what differs between two instants. */
import { Type } from "@sinclair/typebox";
import {
  ANOMALY_TYPES,
  EVENT_TYPES,
  type IsoTimes,
  LOG_STATES,
  type PvmonEvent,
  SEVERITIES,
} from "pvmon";
import { count, evidence, list, named, nullable, text, time, words } from "./parts.js";

export const anomaly = named("Anomaly", {
  type: words(ANOMALY_TYPES),
  subject: text,
  text,
  openedAt: time,
  closedAt: nullable(time),
  lastSeenAt: time,
  count,
  evidence,
});

const eventId = Type.String({ pattern: "^[0-9]+$", description: "A 64-bit number; ids grow." });

export const event = named("Event", {
  id: eventId,
  at: time,
  type: words(EVENT_TYPES),
  severity: words(SEVERITIES),
  subject: text,
  text,
  evidence,
  host: nullable(text),
  server: nullable(text),
  client: nullable(text),
  pv: nullable(text),
  app: nullable(text),
  log: Type.Union([words(LOG_STATES), Type.Null()], {
    description: "What the operators' log does with it; null when it is not in the log.",
  }),
  acknowledged: Type.Boolean(),
  acknowledgedAt: nullable(time),
  acknowledgedBy: nullable(text),
});

type Absent = "host" | "server" | "client" | "pv" | "app" | "acknowledgedAt" | "acknowledgedBy";
/** The API's events have every field of the contract, null where the event has none. */
export type EventAnswer = Omit<IsoTimes<PvmonEvent>, Absent | "log"> & {
  readonly [K in Absent]: string | null;
} & {
  readonly log: NonNullable<PvmonEvent["log"]> | null;
  readonly acknowledged: boolean;
};

export const eventCounts = named("EventCounts", {
  from: time,
  to: time,
  stepMs: Type.Number({ exclusiveMinimum: 0, description: "Width of a point." }),
  total: count,
  points: list(Type.Object({ at: time, info: count, warning: count, alarm: count })),
  types: list(Type.Object({ type: words(EVENT_TYPES), count })),
});

export const logEntry = named("LogEntry", {
  id: eventId,
  at: time,
  type: words(EVENT_TYPES),
  severity: words(SEVERITIES),
  host: nullable(text),
  hostName: nullable(text),
  app: nullable(text),
  text,
  evidence,
  who: Type.Union([text, Type.Null()], { description: "Who did it; null when nobody did." }),
  needsAcknowledgement: Type.Boolean({
    description: "Somebody has to acknowledge it, or had to and has.",
  }),
  acknowledged: Type.Boolean(),
  acknowledgedAt: nullable(time),
  acknowledgedBy: nullable(text),
});

export const logsAcknowledged = named("LogsAcknowledged", {
  acknowledged: Type.Integer({ minimum: 0, description: "How many were pending." }),
});
export const logsForgotten = named("LogsForgotten", { forgotten: count });

const changes = named("Changes", {
  total: count,
  items: list(Type.Object({ subject: text, before: list(text), after: list(text) })),
});
const newcomers = named("Newcomers", { total: count, items: list(text) });

export const changeReport = named("ChangeReport", {
  from: time,
  to: time,
  pvs: Type.Object({ appeared: changes, gone: changes, moved: changes }),
  servers: Type.Object({ appeared: changes, gone: changes }),
  apps: Type.Object({ appeared: changes, gone: changes, moved: changes }),
  newClients: newcomers,
  newDuplicates: newcomers,
});
