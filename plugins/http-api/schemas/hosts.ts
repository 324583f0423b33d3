/** Hosts, what runs on them, what they say of themselves, and the groups they are in. */
import { Type } from "@sinclair/typebox";
import { CRITICALITIES, HOST_COLOURS, HOST_STATES } from "pvmon";
import { count, list, named, nullable, number, scalar, text, time, words } from "./parts.js";

const appId = Type.String({ description: "64 bits, as 16 hexadecimal digits." });

export const app = named("App", {
  id: appId,
  host: text,
  hostName: nullable(text),
  name: nullable(text),
  command: text,
  directory: text,
  commandLine: nullable(text),
  critical: words(CRITICALITIES),
  running: Type.Boolean(),
  port: nullable(count),
  pid: nullable(count),
  startedAt: nullable(time),
  firstSeenAt: time,
  lastSeenAt: time,
  heartbeat: Type.Boolean(),
});

export const heartbeat = named("Heartbeat", {
  app: appId,
  host: text,
  hostName: nullable(text),
  port: count,
  server: nullable(text),
  udpPort: count,
  version: text,
  sequence: number,
  pid: nullable(count),
  image: text,
  command: text,
  directory: text,
  upSeconds: number,
  clockOffsetSeconds: nullable(number),
  firstSeenAt: time,
  lastAt: time,
  periodMs: nullable(number),
  lost: Type.Boolean(),
  lostAt: nullable(time),
  restarts: count,
  pvs: nullable(count),
  pvListAt: nullable(time),
  pvListComplete: Type.Boolean(),
});

export const hostHealth = named("HostHealth", {
  source: text,
  host: text,
  hostName: nullable(text),
  at: time,
  lost: Type.Boolean(),
  clockOffsetSeconds: nullable(number),
  upSeconds: nullable(number),
  values: Type.Record(Type.String(), scalar),
});

export const hostOptions = named("HostOptions", {
  development: Type.Boolean(),
  maintenance: Type.Boolean(),
  newAppsCritical: Type.Boolean(),
  monitorAppCount: Type.Boolean(),
  hidden: Type.Boolean(),
  decommissioned: Type.Boolean(),
});

export const host = named("Host", {
  host: text,
  addresses: list(text),
  name: nullable(text),
  colour: words(HOST_COLOURS),
  state: words(HOST_STATES),
  problems: list(text),
  liveness: words(["alive", "lost", "unknown"]),
  description: text,
  options: hostOptions,
  groups: list(text),
  expectedPorts: list(count),
  expectedApps: nullable(count),
  firstSeenAt: time,
  lastSeenAt: time,
  apps: list(app),
  servers: list(text),
  heartbeats: list(text),
  procServs: list(Type.Object({ port: count, commandLine: text })),
  processMap: nullable(
    Type.Object({
      at: time,
      processes: Type.Integer({ minimum: 0, description: "That hold a port." }),
      complete: Type.Boolean({
        description: "False when reading ended early; processes of before are then among them.",
      }),
    }),
  ),
  health: nullable(hostHealth),
  pendingLogs: count,
});

export const portHolder = named("PortHolder", {
  host: text,
  port: count,
  pid: count,
  commandLine: text,
  directory: text,
  at: time,
});

export const group = named("Group", {
  id: text,
  name: text,
  fixed: Type.Boolean(),
  hosts: list(text),
});
