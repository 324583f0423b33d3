/** The answers of the API, as schemas with names: the OpenAPI document lists them. `agreement.ts` keeps them true. */
import {
  type ObjectOptions,
  type Static,
  type TProperties,
  type TSchema,
  Type,
} from "@sinclair/typebox";
import type { IsoTimes, PvmonEvent } from "pvmon";
import {
  ANOMALY_TYPES,
  EVENT_TYPES,
  PLUGIN_KINDS,
  PV_STATES,
  SERVER_STATES,
  SEVERITIES,
} from "pvmon";
import { ERROR_STATUS } from "./errors.js";

/** One of the given words. */
export function words<const T extends string>(values: readonly T[], options: ObjectOptions = {}) {
  return Type.Unsafe<T>({ type: "string", enum: [...values], ...options });
}

const list = <T extends TSchema>(items: T) => Type.Unsafe<readonly Static<T>[]>(Type.Array(items));
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const named = <T extends TProperties>($id: string, properties: T) =>
  Type.Object(properties, { $id });

const time = Type.String({ format: "date-time" });
const text = Type.String();
const count = Type.Integer({ minimum: 0 });
const number = Type.Number();
const share = Type.Number({ minimum: 0, maximum: 1 });
const scalar = Type.Union([Type.String(), Type.Number()]);
const evidence = Type.Record(
  Type.String(),
  Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null(), list(scalar)]),
);

/** What every list answers. */
export function page<T extends TSchema>(items: T) {
  return Type.Object({
    items: list(items),
    total: Type.Integer({ minimum: 0, description: "How many match in all." }),
    next: Type.Union([text, Type.Null()], {
      description:
        "Give it as `cursor` to get the next page; null on the last one. It stays valid while data changes.",
    }),
  });
}

export const errorAnswer = named("Error", {
  error: Type.Object({
    code: words(Object.keys(ERROR_STATUS) as (keyof typeof ERROR_STATUS)[]),
    message: text,
    parameter: Type.Optional(text),
  }),
});

export const ok = named("Ok", { status: Type.Literal("ok") });

const pvProperties = {
  name: Type.String({ description: "The bytes of the name, each as one character (Latin-1)." }),
  state: words(PV_STATES),
  duplicate: Type.Boolean(),
  invalid: Type.Boolean(),
  requests: count,
  lastRequestedAt: nullable(time),
  lastClient: nullable(text),
  server: nullable(text),
  lastSeenAt: nullable(time),
  firstSeenAt: time,
};
export const pvItem = named("PvItem", pvProperties);
export const pvDetail = named("PvDetail", {
  ...pvProperties,
  servers: list(Type.Object({ server: text, host: text, firstSeenAt: time, lastSeenAt: time })),
  clients: list(
    Type.Object({
      client: text,
      port: count,
      host: nullable(text),
      requests: count,
      lastRequestedAt: time,
    }),
  ),
  duplicates: list(text),
  heartbeat: Type.Null(),
  nameBytes: Type.String({ pattern: "^([0-9a-f]{2})+$" }),
  diagnosis: Type.Object({ cause: text, text, evidence }),
});

export const searchAnswer = named("SearchAnswer", {
  answered: list(Type.Object({ server: text, afterMs: number })),
  tries: count,
  waitedMs: number,
});
export const channelInfo = named("ChannelInfo", {
  name: text,
  server: text,
  state: words(["connected", "refused", "unreachable", "timeout"]),
  reason: Type.Optional(text),
  access: Type.Optional(Type.Object({ read: Type.Boolean(), write: Type.Boolean() })),
  nativeType: Type.Optional(text),
  elementCount: Type.Optional(count),
  host: text,
  value: Type.Optional(Type.Union([scalar, list(scalar)])),
  timeMs: number,
});
export const forgotten = named("Forgotten", { forgotten: list(text) });

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
export const server = named("Server", {
  server: text,
  host: text,
  hostName: nullable(text),
  protocol: Type.Literal("ca"),
  state: words(SERVER_STATES),
  firstSeenAt: time,
  lastSeenAt: time,
  lastBeaconAt: nullable(time),
  sequence: nullable(count),
  periodMs: nullable(number),
  startedAt: nullable(Type.Object({ at: time, errorSeconds: number, source: text })),
  restarts: count,
  minorVersion: nullable(count),
  pvs: count,
  app: Type.Null(),
  anomalies: list(anomaly),
});
export const host = named("Host", {
  host: text,
  name: nullable(text),
  state: words(["alive", "lost", "unknown"]),
  firstSeenAt: time,
  lastSeenAt: time,
  servers: list(text),
});

const clientProperties = {
  client: text,
  name: nullable(text),
  source: text,
  searches: count,
  datagrams: count,
  names: count,
  namesPerSecond: number,
  unanswered: count,
  unansweredShare: share,
  firstSeenAt: time,
  lastSeenAt: time,
  library: text,
  lossEstimate: nullable(share),
};
export const clientItem = named("ClientItem", clientProperties);
export const clientDetail = named("ClientDetail", {
  ...clientProperties,
  top: list(Type.Object({ name: text, requests: count, state: words(PV_STATES) })),
  latest: list(Type.Object({ name: text, at: time })),
});

export const event = named("Event", {
  id: Type.String({ pattern: "^[0-9]+$", description: "A 64-bit number; ids grow." }),
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
  app: Type.Null(),
  acknowledged: Type.Literal(false),
});

export const traffic = named("Traffic", {
  stepMs: Type.Number({ exclusiveMinimum: 0, description: "Width of a point." }),
  series: list(Type.Object({ name: text, points: list(Type.Object({ at: time, value: number })) })),
});
export const topEntry = named("TopEntry", { name: text, requests: count, share });

export const counts = named("Counts", {
  pvs: Type.Object({
    total: count,
    online: count,
    lost: count,
    neverAnswered: count,
    unverified: count,
    duplicate: count,
    invalid: count,
  }),
  servers: Type.Object({ alive: count, lost: count }),
  hosts: count,
  apps: Type.Object({ running: count, down: count }),
  clients: count,
});
export const rates = named("Rates", {
  searchNamesPerSecond: number,
  searchDatagramsPerSecond: number,
});
export const sensor = named("Sensor", {
  id: text,
  status: words(["ok", "blind"]),
  reason: nullable(text),
  lastPacketAt: nullable(time),
  packets: count,
  bytes: count,
  dropped: Type.Object({ kernel: count, queue: count }),
  ignored: count,
  decodeErrors: Type.Record(Type.String(), count),
  lossEstimate: nullable(share),
});
export const pluginHealth = named("Plugin", {
  id: text,
  use: text,
  kind: words(PLUGIN_KINDS),
  status: words(["starting", "ok", "degraded", "failed", "stopping", "stopped"]),
  reason: nullable(text),
  since: time,
  required: Type.Boolean(),
});
export const outbox = named("Outbox", {
  store: text,
  records: count,
  history: count,
  dropped: count,
  lastWrittenAt: nullable(time),
  error: nullable(text),
});
export const metric = named("Metric", {
  plugin: text,
  name: text,
  help: text,
  type: words(["counter", "gauge"]),
  value: number,
});
export const status = named("Status", {
  name: text,
  version: text,
  startedAt: time,
  uptimeSeconds: number,
  status: words(["ok", "degraded", "failed"]),
  ready: Type.Boolean(),
  blind: Type.Boolean(),
  plugins: list(pluginHealth),
  sensors: list(sensor),
  counts,
  rates,
  outboxes: list(outbox),
  metrics: list(metric),
});
/** One `counters` message of the stream. */
export const counters = named("Counters", { at: time, blind: Type.Boolean(), counts, rates });

/** The API's events have every field of the contract, null where the event has none. */
export type EventAnswer = Omit<IsoTimes<PvmonEvent>, "host" | "server" | "client" | "pv"> & {
  readonly [K in "host" | "server" | "client" | "pv"]: string | null;
} & { readonly app: null; readonly acknowledged: false };
