/** What is kept of one server, and its forms for people and for stores. */
import { endpointKey, formatEndpoint, formatIpv4, type Ipv4, parseEndpoint } from "../address.js";
import { BeaconTrack } from "../beacons/beacon-track.js";
import type { TrackState } from "../beacons/beacon-verdict.js";
import type { ServerRow } from "../row.js";
import { type AnomalyView, SERVER_STATES, type ServerState, type ServerView } from "../views.js";
import { CircuitHistory } from "./server-circuits.js";

export interface ServerRecord {
  readonly key: number;
  /** `ip:port`. */
  readonly name: string;
  readonly ip: Ipv4;
  /** Address as text. */
  readonly host: string;
  state: ServerState;
  firstSeenAt: number;
  lastSeenAt: number;
  /** The last time it was surely up: a beacon that went on, or an answer. */
  lastSignAt: number;
  lostAt: number | null;
  restarts: number;
  /** The last restart that was noticed. */
  restartedAt: number | null;
  /** -1 while unknown. */
  minorVersion: number;
  /** Undefined until it sends a beacon. */
  track: BeaconTrack | undefined;
  circuits: CircuitHistory;
  /** Its first event has been given: from then on it has others. */
  announced: boolean;
  /** Two beacons, or an answer: more than a single forged datagram. */
  confirmed: boolean;
  /** A store gave it back. */
  isStored: boolean;
}

export function createServerRecord(key: number, ip: Ipv4, port: number, at: number): ServerRecord {
  return {
    key,
    name: formatEndpoint({ ip, port }),
    ip,
    host: formatIpv4(ip),
    state: "unknown",
    firstSeenAt: at,
    lastSeenAt: at,
    lastSignAt: at,
    lostAt: null,
    restarts: 0,
    restartedAt: null,
    minorVersion: -1,
    track: undefined,
    circuits: new CircuitHistory(),
    announced: false,
    confirmed: false,
    isStored: false,
  };
}

/** See `Inventory.clockSet`. */
export function setServerClock(record: ServerRecord, at: number, byMs: number): void {
  record.track?.clockSet(at, byMs);
  if (byMs >= 0) return;
  record.firstSeenAt = Math.min(record.firstSeenAt, at);
  record.lastSeenAt = Math.min(record.lastSeenAt, at);
  record.lastSignAt = Math.min(record.lastSignAt, at);
  if (record.lostAt !== null) record.lostAt = Math.min(record.lostAt, at);
  if (record.restartedAt !== null) record.restartedAt = Math.min(record.restartedAt, at);
  const { openedAt, echoedAt, gapMs } = record.circuits.state;
  record.circuits = new CircuitHistory({
    openedAt: openedAt === null ? null : openedAt + byMs,
    echoedAt: echoedAt === null ? null : echoedAt + byMs,
    gapMs,
  });
}

export function serverView(
  record: ServerRecord,
  pvs: number,
  anomalies: readonly AnomalyView[],
): ServerView {
  const { track } = record;
  return {
    server: record.name,
    host: record.host,
    hostName: null,
    protocol: "ca",
    state: record.state,
    firstSeenAt: record.firstSeenAt,
    lastSeenAt: record.lastSeenAt,
    lastBeaconAt: track?.lastAt ?? null,
    sequence: track?.sequence ?? null,
    periodMs: track?.periodMs === undefined ? null : Math.round(track.periodMs),
    startedAt: track?.start ?? null,
    restarts: record.restarts,
    minorVersion: record.minorVersion < 0 ? null : record.minorVersion,
    pvs,
    app: null,
    anomalies,
  };
}

/** The circuit that shows it to be there when beacons have been missing for so long, or say nothing, if one does. */
export function circuitWithoutBeacons(
  { track, circuits, state, lastSignAt }: ServerRecord,
  periods: number,
) {
  if (state === "unresponsive") return circuits.signAfter(lastSignAt);
  return circuits.signAfter((track?.lastAt ?? 0) + periods * (track?.expectedMs ?? 0));
}

export function serverRow(record: ServerRecord): ServerRow {
  const { openedAt, echoedAt, gapMs } = record.circuits.state;
  return {
    kind: "server",
    server: record.name,
    state: record.state,
    firstSeenAt: record.firstSeenAt,
    lastSeenAt: record.lastSeenAt,
    track: {
      lastSignAt: record.lastSignAt,
      lostAt: record.lostAt,
      restarts: record.restarts,
      restartedAt: record.restartedAt,
      minorVersion: record.minorVersion,
      ...(openedAt !== null && {
        circuitOpenedAt: openedAt,
        circuitEchoedAt: echoedAt,
        circuitGapMs: gapMs,
      }),
      ...record.track?.state,
    },
  };
}

/** Undefined for a row that makes no sense: a store is outside, too. */
export function restoreServerRecord(row: ServerRow): ServerRecord | undefined {
  const endpoint = parseEndpoint(row.server);
  const state = SERVER_STATES.find((known) => known === row.state);
  if (endpoint === undefined || state === undefined || !Number.isFinite(row.firstSeenAt)) {
    return undefined;
  }
  const track = isTrackState(row.track) ? BeaconTrack.restore(row.track) : undefined;
  if (track === undefined && (state === "alive" || state === "paused")) return undefined;
  const key = endpointKey(endpoint.ip, endpoint.port);
  return {
    ...createServerRecord(key, endpoint.ip, endpoint.port, row.firstSeenAt),
    state,
    lastSeenAt: finite(row.lastSeenAt) ?? row.firstSeenAt,
    lastSignAt: finite(row.track.lastSignAt) ?? track?.lastAt ?? row.firstSeenAt,
    lostAt: finite(row.track.lostAt) ?? null,
    restarts: finite(row.track.restarts) ?? 0,
    restartedAt: finite(row.track.restartedAt) ?? null,
    minorVersion: finite(row.track.minorVersion) ?? -1,
    track,
    circuits: new CircuitHistory({
      openedAt: finite(row.track.circuitOpenedAt) ?? null,
      echoedAt: finite(row.track.circuitEchoedAt) ?? null,
      ...gapOf(row),
    }),
    announced: true,
    confirmed: true,
    isStored: true,
  };
}

function gapOf({ track }: ServerRow): { readonly gapMs?: number } {
  const gapMs = finite(track.circuitGapMs);
  return gapMs === undefined || gapMs <= 0 ? {} : { gapMs };
}

const TRACK_NUMBERS = [
  "sequence",
  "lastAt",
  "beacons",
  "anchorAt",
  "anchorSequence",
  "zeroAt",
  "periodTotalMs",
  "periodBeacons",
] as const satisfies readonly (keyof TrackState)[];

function isTrackState(
  kept: Readonly<Partial<Record<keyof TrackState, unknown>>>,
): kept is TrackState {
  return (
    TRACK_NUMBERS.every((key) => finite(kept[key]) !== undefined) &&
    typeof kept.counts === "boolean"
  );
}

function finite(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
