/** What is kept of one application, and its form for stores. */
import { formatIpv4, type Ipv4, parseIpv4 } from "../address.js";
import type { HeartbeatSeen } from "../observation.js";
import type { AppRow } from "../row.js";
import { CRITICALITIES, type Criticality } from "../views.js";
import { cutText, type Invocation, idOf, processInvocation } from "./app-identity.js";
import { HeartbeatTrack } from "./heartbeat-track.js";

/** What its latest heartbeat said beside what is watched. */
export interface HeartbeatFacts {
  readonly udpPort: number;
  readonly version: string;
  readonly serverPort: number;
  readonly servesCa: boolean;
  readonly clockOffsetSeconds: number | null;
  readonly image: string;
  readonly command: string;
}

export interface HeartbeatRecord {
  readonly track: HeartbeatTrack;
  firstSeenAt: number;
  facts: HeartbeatFacts;
  lostAt: number | null;
  restarts: number;
  /** Names on its list; null until one was read. */
  pvs: number | null;
  pvListAt: number | null;
  pvListComplete: boolean;
  /** Whether its first heartbeat came from a process that had just started. */
  readonly wasStarting: boolean;
  /** Its first event was told. */
  announced: boolean;
}

/** Its process, as a process map had it last. */
export interface AppProcess {
  readonly commandLine: string;
  readonly directory: string;
  /** Null when it was taken back from a store. */
  readonly pid: number | null;
  /** When the map was read. */
  readonly at: number;
}

export interface AppRecord extends Invocation {
  readonly id: string;
  /** The address that stands for its host. */
  readonly host: Ipv4;
  name: string | null;
  critical: Criticality;
  firstSeenAt: number;
  lastSeenAt: number;
  /** TCP ports of the servers that it is. */
  readonly ports: Set<number>;
  process: AppProcess | undefined;
  heartbeat: HeartbeatRecord | undefined;
  /** More than a single datagram, which anybody can forge, speaks for it. */
  confirmed: boolean;
  /** What an operator has said of it since pvmon started. */
  said: { readonly critical?: Criticality; readonly name?: string | null };
}

export function createAppRecord(
  host: Ipv4,
  { command, directory }: Invocation,
  critical: Criticality,
  at: number,
): AppRecord {
  return {
    id: idOf(host, { command, directory }),
    host,
    command,
    directory,
    name: null,
    critical,
    firstSeenAt: at,
    lastSeenAt: at,
    ports: new Set(),
    process: undefined,
    heartbeat: undefined,
    confirmed: false,
    said: {},
  };
}

export function createHeartbeatRecord(heartbeat: HeartbeatSeen): HeartbeatRecord {
  return {
    track: HeartbeatTrack.of(heartbeat),
    firstSeenAt: heartbeat.at,
    facts: heartbeatFacts(heartbeat),
    lostAt: null,
    restarts: 0,
    pvs: null,
    pvListAt: null,
    pvListComplete: false,
    wasStarting: HeartbeatTrack.isStarting(heartbeat),
    announced: false,
  };
}

export function heartbeatFacts(heartbeat: HeartbeatSeen): HeartbeatFacts {
  const { at, hostTimeAt } = heartbeat;
  const isTimed = hostTimeAt !== null && Number.isFinite(hostTimeAt);
  return {
    udpPort: heartbeat.port,
    version: cutText(heartbeat.version),
    serverPort: heartbeat.serverPort,
    servesCa: heartbeat.servesCa,
    clockOffsetSeconds: isTimed ? Math.round(hostTimeAt - at) / 1000 : null,
    image: cutText(heartbeat.image),
    command: cutText(heartbeat.command),
  };
}

export function isBeating({ heartbeat }: AppRecord): boolean {
  return heartbeat !== undefined && heartbeat.lostAt === null;
}

/** The identity that the application has by its process alone; undefined while no process map has it. */
export function processId({ host, process }: AppRecord): string | undefined {
  return process && idOf(host, processInvocation(process.commandLine, process.directory));
}

export function appRow(record: AppRecord, port: number | null): AppRow {
  const { heartbeat, process } = record;
  return {
    kind: "app",
    app: record.id,
    host: formatIpv4(record.host),
    command: record.command,
    directory: record.directory,
    commandLine: process?.commandLine ?? null,
    name: record.name,
    critical: record.critical,
    firstSeenAt: record.firstSeenAt,
    lastSeenAt: record.lastSeenAt,
    port,
    heartbeat: heartbeat === undefined ? null : heartbeatRow(heartbeat, process),
  };
}

function heartbeatRow(
  { track, facts, firstSeenAt, lostAt, restarts, wasStarting }: HeartbeatRecord,
  process: AppProcess | undefined,
): NonNullable<AppRow["heartbeat"]> {
  return {
    ...facts,
    ...track.state,
    firstSeenAt,
    lostAt,
    restarts,
    wasStarting,
    processDirectory: process?.directory ?? null,
  };
}

/** See `Inventory.clockSet`. */
export function setAppClock(record: AppRecord, at: number, byMs: number): void {
  const { heartbeat, process } = record;
  heartbeat?.track.clockSet(at, byMs);
  record.firstSeenAt = Math.min(record.firstSeenAt, at);
  record.lastSeenAt = Math.min(record.lastSeenAt, at);
  if (process !== undefined) record.process = { ...process, at: Math.min(process.at, at) };
  if (heartbeat === undefined) return;
  heartbeat.firstSeenAt = Math.min(heartbeat.firstSeenAt, at);
  if (heartbeat.lostAt !== null) heartbeat.lostAt = Math.min(heartbeat.lostAt, at);
}

/** Undefined for a row that makes no sense: a store is outside, too. */
export function restoreAppRecord(
  row: AppRow,
  primaryOf: (host: Ipv4) => Ipv4,
): AppRecord | undefined {
  const address = parseIpv4(row.host);
  const critical = CRITICALITIES.find((known) => known === row.critical);
  const isSound = Number.isFinite(row.firstSeenAt) && Number.isFinite(row.lastSeenAt);
  if (address === undefined || critical === undefined || !isSound) return undefined;
  if (!/^[0-9a-f]{16}$/.test(row.app)) return undefined;
  const host = primaryOf(address);
  const directory = textOf(row.heartbeat?.processDirectory) ?? row.directory;
  const { commandLine } = row;
  return {
    ...createAppRecord(host, row, critical, row.firstSeenAt),
    id: row.app,
    name: row.name,
    lastSeenAt: row.lastSeenAt,
    process:
      commandLine === null ? undefined : { commandLine, directory, pid: null, at: row.lastSeenAt },
    heartbeat: row.heartbeat === null ? undefined : restoreHeartbeat(row.heartbeat),
    confirmed: true,
  };
}

/**
 * Of one that was heard before its row could be read: what operators said of it before is only there.
 * @returns whether the row has an older past than was known.
 */
export function mergeAppRecord(known: AppRecord, restored: AppRecord): boolean {
  known.critical = known.said.critical ?? restored.critical;
  known.name = known.said.name === undefined ? restored.name : known.said.name;
  if (restored.firstSeenAt >= known.firstSeenAt) return false;
  const isBefore = restored.lastSeenAt < known.firstSeenAt;
  known.firstSeenAt = restored.firstSeenAt;
  const { heartbeat } = restored;
  if (known.heartbeat === undefined) {
    known.heartbeat = heartbeat;
  } else if (heartbeat !== undefined) {
    known.heartbeat.firstSeenAt = Math.min(known.heartbeat.firstSeenAt, heartbeat.firstSeenAt);
    known.heartbeat.restarts = isBefore
      ? known.heartbeat.restarts + heartbeat.restarts
      : Math.max(known.heartbeat.restarts, heartbeat.restarts);
    known.heartbeat.announced = true;
  }
  return true;
}

function restoreHeartbeat(kept: NonNullable<AppRow["heartbeat"]>): HeartbeatRecord | undefined {
  const number = (key: string): number | undefined => {
    const value = kept[key];
    return typeof value === "number" && Number.isFinite(value) ? value : undefined;
  };
  const at = number("at");
  const sequence = number("sequence");
  const upSeconds = number("upSeconds");
  const serverPort = number("serverPort");
  if (at === undefined || sequence === undefined) return undefined;
  if (upSeconds === undefined || serverPort === undefined) return undefined;
  const startedAt = number("startedAt") ?? at;
  const track = HeartbeatTrack.restore({
    at,
    sequence,
    upSeconds,
    pid: number("pid") ?? null,
    startedAt,
    beats: number("beats") ?? 0,
    periodTotalMs: number("periodTotalMs") ?? 0,
    periodBeats: number("periodBeats") ?? 0,
  });
  return {
    track,
    firstSeenAt: number("firstSeenAt") ?? at,
    facts: {
      udpPort: number("udpPort") ?? 0,
      version: textOf(kept.version) ?? "",
      serverPort,
      servesCa: kept.servesCa === true,
      clockOffsetSeconds: number("clockOffsetSeconds") ?? null,
      image: textOf(kept.image) ?? "",
      command: textOf(kept.command) ?? "",
    },
    lostAt: number("lostAt") ?? null,
    restarts: number("restarts") ?? 0,
    pvs: null,
    pvListAt: null,
    pvListComplete: false,
    wasStarting: kept.wasStarting === true,
    announced: true,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
