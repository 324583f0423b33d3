/** PVs, and what their servers say of them. */
import { Type } from "@sinclair/typebox";
import { type IsoTimes, PV_STATES, type PvDetail } from "pvmon";
import {
  count,
  evidence,
  list,
  named,
  nullable,
  number,
  scalar,
  text,
  time,
  words,
} from "./parts.js";

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
  heartbeat: nullable(Type.Object({ app: text, host: text, port: count })),
  nameBytes: Type.String({ pattern: "^([0-9a-f]{2})+$" }),
  diagnosis: Type.Object({ cause: text, text, evidence }),
  startupFiles: Type.Union([list(text), Type.Null()], {
    description:
      "Paths of the start-up files that mention the PV; null when no plugin has an index of them.",
  }),
});
export type PvDetailAnswer = IsoTimes<PvDetail> & {
  readonly startupFiles: readonly string[] | null;
};

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
