/** Servers, clients, and how much is asked. */
import { Type } from "@sinclair/typebox";
import { type IsoTimes, PV_STATES, type PvItem, SERVER_STATES, type TopEntry } from "pvmon";
import { anomaly } from "./events.js";
import { count, list, named, nullable, number, share, text, time, words } from "./parts.js";

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
  app: nullable(
    Type.Object({ id: text, command: text, directory: text, confirmed: Type.Boolean() }),
  ),
  anomalies: list(anomaly),
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
  top: list(Type.Object({ name: text, requests: count, share, state: words(PV_STATES) })),
  latest: list(Type.Object({ name: text, at: time })),
});

export const traffic = named("Traffic", {
  stepMs: Type.Number({ exclusiveMinimum: 0, description: "Width of a point." }),
  series: list(Type.Object({ name: text, points: list(Type.Object({ at: time, value: number })) })),
});

export const topEntry = named("TopEntry", {
  name: text,
  hostName: Type.Union([text, Type.Null()], {
    description: "Of a client, as far as it is known; null for a PV.",
  }),
  requests: count,
  share,
  state: Type.Union([words(PV_STATES), Type.Null()], {
    description: "Of a PV, as it is now; null for one that is not kept any more, and for a client.",
  }),
  invalid: Type.Union([Type.Boolean(), Type.Null()], {
    description: "A PV whose name breaks the rules of names; null where `state` is.",
  }),
  lastClient: Type.Union([text, Type.Null()], {
    description: "Who asked for the PV last; null when nobody has, and where `state` is.",
  }),
});
export type TopAnswer = IsoTimes<TopEntry> & {
  readonly hostName: string | null;
} & { readonly [K in "state" | "invalid" | "lastClient"]: PvItem[K] | null };
