/** How pvmon itself is, and what it counts. */
import { Type } from "@sinclair/typebox";
import { PLUGIN_KINDS } from "pvmon";
import {
  count,
  evidence,
  list,
  named,
  nullable,
  number,
  share,
  text,
  time,
  words,
} from "./parts.js";

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
export const storm = named("Storm", {
  startedAt: time,
  subject: Type.String({ description: "The address of the client that it is, or `network`." }),
  client: nullable(text),
  text: Type.String({
    description:
      "By how much, by whom, for what, and what would stop it; it may contain any names.",
  }),
  usualNamesPerSecond: number,
  peakNamesPerSecond: number,
  evidence,
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
  behindMs: count,
  dropped: count,
  refused: count,
  spooledBytes: count,
  spoolError: nullable(text),
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
  storm: Type.Union([storm, Type.Null()], {
    description: "The storm of searches that lasts; null while there is none.",
  }),
  outboxes: list(outbox),
  metrics: list(metric),
});
export const configuration = named("Configuration", {
  file: Type.String({ description: "The name of the site file." }),
  yaml: Type.String({
    description: "All options with their values; each secret is shown as `[secret]`.",
  }),
});
/** One `counters` message of the stream. */
export const counters = named("Counters", { at: time, blind: Type.Boolean(), counts, rates });
