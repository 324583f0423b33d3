/**
 * What the inventory answers: the shapes of the HTTP contract with times in UTC milliseconds. A field that holds a time
 * is named `at`, `from`, `to` or `since`, or ends in `At`, and nothing else is; `isoTimes` relies on that at the edges.
 */
import type { EventType, Evidence, LogState, PvmonEvent, Severity } from "./event.js";

export const PV_STATES = ["online", "lost", "neverAnswered", "unverified"] as const;
/**
 * online: its last answer stands · lost: it had an owner, and retries and a second witness say it is gone ·
 * neverAnswered: asked for again and again, or searched by pvmon, and nobody ever answered · unverified: nobody has checked.
 */
export type PvState = (typeof PV_STATES)[number];

export interface PvItem {
  readonly name: string;
  readonly state: PvState;
  /** More than one server answered the latest search round. */
  readonly duplicate: boolean;
  /** The name breaks the naming rules of PV names. */
  readonly invalid: boolean;
  readonly requests: number;
  readonly lastRequestedAt: number | null;
  readonly lastClient: string | null;
  readonly server: string | null;
  readonly lastSeenAt: number | null;
  readonly firstSeenAt: number;
}

export interface PvOwnerView {
  readonly server: string;
  readonly host: string;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
}

export interface PvClientView {
  readonly client: string;
  readonly port: number;
  /** Host name of the client, null when unknown. */
  readonly host: string | null;
  readonly requests: number;
  readonly lastRequestedAt: number;
}

export interface Diagnosis {
  /** A stable word: `answered`, `serverLost`, `noSecondWitness`, `nobodyAnswers`, `notChecked`, `invalidName`, `severalOwners`, … */
  readonly cause: string;
  readonly text: string;
  readonly evidence: Evidence;
}

export interface PvDetail extends PvItem {
  readonly servers: readonly PvOwnerView[];
  readonly clients: readonly PvClientView[];
  /** Every server of the latest round when there was more than one. */
  readonly duplicates: readonly string[];
  /** The application that lists it as its own. */
  readonly heartbeat: { readonly app: string; readonly host: string; readonly port: number } | null;
  /** Lower-case hexadecimal. */
  readonly nameBytes: string;
  readonly diagnosis: Diagnosis;
}

export const SERVER_STATES = [
  "alive",
  "unresponsive",
  "lost",
  "paused",
  "stopped",
  "unknown",
] as const;
/**
 * unresponsive: it sends beacons or accepts circuits and answers nothing on them · stopped: its host refuses its port ·
 * unknown: it answered searches, but no beacon of it was ever seen.
 */
export type ServerState = (typeof SERVER_STATES)[number];

export interface StartEstimate {
  readonly at: number;
  /** Half width of the interval the start lies in, seconds. */
  readonly errorSeconds: number;
  /** `observed`: we saw it start · `counter`: computed from the beacon counter (CA beacon ramp, then its period). */
  readonly source: "observed" | "counter";
}

export const ANOMALY_TYPES = [
  "addressMismatch",
  "wrongNetwork",
  "duplicateIdentity",
  "duplicateRoute",
  "beaconFlood",
] as const;
export type AnomalyType = (typeof ANOMALY_TYPES)[number];

export interface AnomalyView {
  readonly type: AnomalyType;
  readonly subject: string;
  readonly text: string;
  readonly openedAt: number;
  /** Null while it lasts. */
  readonly closedAt: number | null;
  readonly lastSeenAt: number;
  readonly count: number;
  readonly evidence: Evidence;
}

export interface ServerView {
  readonly server: string;
  readonly host: string;
  readonly hostName: string | null;
  readonly protocol: "ca";
  readonly state: ServerState;
  readonly firstSeenAt: number;
  /** Last beacon or answer. */
  readonly lastSeenAt: number;
  readonly lastBeaconAt: number | null;
  readonly sequence: number | null;
  /** Measured beacon period, ms; null before it is known. */
  readonly periodMs: number | null;
  readonly startedAt: {
    readonly at: number;
    readonly errorSeconds: number;
    readonly source: string;
  } | null;
  readonly restarts: number;
  readonly minorVersion: number | null;
  /** Names whose latest owner it is. */
  readonly pvs: number;
  /** The application it is; `confirmed` is false after a restart until its process was looked at again. */
  readonly app: {
    readonly id: string;
    readonly command: string;
    readonly directory: string;
    readonly confirmed: boolean;
  } | null;
  readonly anomalies: readonly AnomalyView[];
}

/** critical: its host is in error while it does not run · ignored: not shown either, while it does not run. */
export const CRITICALITIES = ["critical", "notCritical", "ignored"] as const;
export type Criticality = (typeof CRITICALITIES)[number];

export interface AppView {
  readonly id: string;
  /** Address. */
  readonly host: string;
  readonly hostName: string | null;
  /** As people call it; null until somebody named it. */
  readonly name: string | null;
  readonly command: string;
  readonly directory: string;
  /** Of its process, with all arguments; null while no process map has it. */
  readonly commandLine: string | null;
  readonly critical: Criticality;
  /** Its server is up, or its heartbeat beats. */
  readonly running: boolean;
  /** TCP port of its CA server. */
  readonly port: number | null;
  readonly pid: number | null;
  readonly startedAt: number | null;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  /** Whether it sends heartbeats. */
  readonly heartbeat: boolean;
}

export interface HeartbeatView {
  /** Id of the application. */
  readonly app: string;
  readonly host: string;
  readonly hostName: string | null;
  /** TCP port of its CA server, as it says. */
  readonly port: number;
  /** `ip:port` of that server, as far as it is known; null of one that serves no CA. */
  readonly server: string | null;
  /** Where its heartbeats come from and its commands go to. */
  readonly udpPort: number;
  readonly version: string;
  readonly sequence: number;
  readonly pid: number | null;
  readonly image: string;
  readonly command: string;
  readonly directory: string;
  /** As it says, and the time since its latest heartbeat unless it is lost. */
  readonly upSeconds: number;
  /** The host's clock ahead of ours (negative: behind), s; null when it does not say. */
  readonly clockOffsetSeconds: number | null;
  readonly firstSeenAt: number;
  readonly lastAt: number;
  /** Measured, ms; null before it is known. */
  readonly periodMs: number | null;
  readonly lost: boolean;
  readonly lostAt: number | null;
  readonly restarts: number;
  /** Names it lists; null until its list was read. */
  readonly pvs: number | null;
  readonly pvListAt: number | null;
  /** False when only a part of the list could be read. */
  readonly pvListComplete: boolean;
}

/** What holds a port of a host. */
export interface PortHolder {
  readonly host: string;
  readonly port: number;
  readonly pid: number;
  readonly commandLine: string;
  readonly directory: string;
  /** When its process map was read. */
  readonly at: number;
}

export interface HostOptions {
  /** Critical applications that do not run are no error. */
  readonly development: boolean;
  /** Being worked at: shown as such, and no error. */
  readonly maintenance: boolean;
  /** Applications that are found on it begin as critical. */
  readonly newAppsCritical: boolean;
  /** Only how many applications run is watched, not which. */
  readonly monitorAppCount: boolean;
  /** Not among the active hosts. */
  readonly hidden: boolean;
  /** Out of service: not among the active hosts, and nothing of it is an error. */
  readonly decommissioned: boolean;
}

export const DEFAULT_HOST_OPTIONS: HostOptions = {
  development: false,
  maintenance: false,
  newAppsCritical: true,
  monitorAppCount: false,
  hidden: false,
  decommissioned: false,
};

export const HOST_STATES = [
  "ok",
  "error",
  "maintenance",
  "development",
  "decommissioned",
  "unknown",
] as const;
/** unknown: pvmon is blind, or nothing of the host was ever up. */
export type HostState = (typeof HOST_STATES)[number];

/** The wall's colour of a state; `darkGreen` is ok with applications that are not critical or ignored. */
export const HOST_COLOURS = [
  "green",
  "darkGreen",
  "red",
  "orange",
  "blue",
  "gray",
  "white",
] as const;
export type HostColour = (typeof HOST_COLOURS)[number];

export interface HostHealth {
  /** Prefix of its monitor's PVs. */
  readonly source: string;
  readonly host: string;
  readonly hostName: string | null;
  /** Of the latest good reading. */
  readonly at: number;
  /** Nothing was read for so long that it counts as gone. */
  readonly lost: boolean;
  readonly clockOffsetSeconds: number | null;
  /** With the time since, unless it is lost. */
  readonly upSeconds: number | null;
  readonly values: Readonly<Record<string, string | number>>;
}

export interface HostView {
  /** Address: the first one of a host that has several. */
  readonly host: string;
  /** All of its addresses. */
  readonly addresses: readonly string[];
  readonly name: string | null;
  readonly colour: HostColour;
  readonly state: HostState;
  /** Why it is in error, for people; empty otherwise. */
  readonly problems: readonly string[];
  /** `lost` when every server and heartbeat on it is lost. */
  readonly liveness: "alive" | "lost" | "unknown";
  readonly description: string;
  readonly options: HostOptions;
  /** Ids of the groups it is in, fixed ones too. */
  readonly groups: readonly string[];
  readonly expectedPorts: readonly number[];
  readonly expectedApps: number | null;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  /** Without those that are ignored and do not run. */
  readonly apps: readonly AppView[];
  /** Its servers, `ip:port`, by port. */
  readonly servers: readonly string[];
  /** Ids of the applications that send heartbeats. */
  readonly heartbeats: readonly string[];
  /** Its procServ processes by telnet port. */
  readonly procServs: readonly { readonly port: number; readonly commandLine: string }[];
  readonly health: HostHealth | null;
  /** Log entries that nobody has acknowledged. */
  readonly pendingLogs: number;
}

/** The groups that hosts' options and state drive. */
export const FIXED_GROUPS = [
  "active",
  "all",
  "unassigned",
  "maintenance",
  "development",
  "decommissioned",
  "hidden",
] as const;
export type FixedGroup = (typeof FIXED_GROUPS)[number];

export interface GroupView {
  readonly id: string;
  readonly name: string;
  /** Its members follow from hosts' options and state. */
  readonly fixed: boolean;
  /** Addresses, by name. */
  readonly hosts: readonly string[];
}

export interface ClientItem {
  readonly client: string;
  readonly name: string | null;
  readonly source: string;
  /** Names in all its searches. */
  readonly searches: number;
  readonly datagrams: number;
  /** Distinct names now remembered for it. */
  readonly names: number;
  /** Over the last minute. */
  readonly namesPerSecond: number;
  /** Distinct names among its latest requests that are lost or never answered. */
  readonly unanswered: number;
  /** `unanswered` / distinct names among its latest requests, 0..1. */
  readonly unansweredShare: number;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  /** The client library, guessed from how it searches (minor version, sequence numbers): `libca`, `caproto or CAJ`, `unknown`. */
  readonly library: string;
  /** Share of its datagrams that never reached us, from gaps in libca's sequence, 0..1; null when it cannot be told. */
  readonly lossEstimate: number | null;
}

export interface ClientDetail extends ClientItem {
  /** Names asked most among its latest 1,000 requests. */
  readonly top: readonly {
    readonly name: string;
    readonly requests: number;
    readonly state: PvState;
  }[];
  /** Latest first, at most 1,000. */
  readonly latest: readonly { readonly name: string; readonly at: number }[];
}

export interface SensorView {
  readonly id: string;
  readonly status: "ok" | "blind";
  readonly reason: string | null;
  readonly lastPacketAt: number | null;
  readonly packets: number;
  readonly bytes: number;
  readonly dropped: { readonly kernel: number; readonly queue: number };
  readonly ignored: number;
  readonly decodeErrors: Readonly<Record<string, number>>;
  /** Share of client datagrams that never reached us, from libca sequence gaps, 0..1; null when it cannot be told. */
  readonly lossEstimate: number | null;
}

export interface Counts {
  readonly pvs: {
    readonly total: number;
    readonly online: number;
    readonly lost: number;
    readonly neverAnswered: number;
    readonly unverified: number;
    readonly duplicate: number;
    readonly invalid: number;
  };
  readonly servers: { readonly alive: number; readonly lost: number };
  readonly hosts: number;
  readonly apps: { readonly running: number; readonly down: number };
  readonly clients: number;
}

/** Over the last 10 s. */
export interface Rates {
  readonly searchNamesPerSecond: number;
  readonly searchDatagramsPerSecond: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** How many match in all. */
  readonly total: number;
  /** Opaque; null on the last page. Stays valid while data changes. */
  readonly next: string | null;
}

export const PV_SORTS = ["name", "requests", "lastRequested", "lastSeen", "firstSeen"] as const;
export type PvSort = (typeof PV_SORTS)[number];
export type PvFilterState = PvState | "duplicate" | "invalid";

export interface PageQuery {
  /** 1..1000. */
  readonly limit: number;
  readonly cursor?: string;
}

export interface PvQuery extends PageQuery {
  /** Glob when it has `*` or `?`, otherwise a substring; case-insensitive. */
  readonly match?: string;
  /** A further test on the whole name, e.g. a compiled RE2 expression. */
  readonly accept?: (name: string) => boolean;
  /** A PV passes when it is in any of these. */
  readonly states?: readonly PvFilterState[];
  /** `ip:port`: its latest owner, or one of the owners of a duplicate. */
  readonly server?: string;
  /** Any address of a host: likewise. */
  readonly host?: string;
  /** Address of one of its last requesters. */
  readonly client?: string;
  readonly sort: PvSort;
  readonly order: "asc" | "desc";
}

export interface EventQuery extends PageQuery {
  /** Only these, by their ids; at most 1,000. */
  readonly ids?: readonly string[];
  readonly from?: number;
  readonly to?: number;
  readonly types?: readonly EventType[];
  readonly severity?: Severity;
  readonly host?: string;
  readonly server?: string;
  readonly client?: string;
  readonly pv?: string;
  /** Id of an application. */
  readonly app?: string;
  /** Only entries of the operators' log in these states. */
  readonly log?: readonly LogState[];
}

/** Who asked most, or what was asked for most, between two instants. */
export interface TopQuery {
  readonly by: "client" | "pv";
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

export interface TopEntry {
  readonly name: string;
  readonly requests: number;
  /** Of all names asked for in that time, 0..1. */
  readonly share: number;
}

/** A subject's values at two instants. */
export interface Change {
  readonly subject: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

export interface ChangeList {
  /** How many there are; `items` has the first of them by subject. */
  readonly total: number;
  readonly items: readonly Change[];
}

/** What differs between two instants; what went and came back in between is no change. */
export interface ChangeReport {
  readonly from: number;
  readonly to: number;
  /** PVs and the servers that have them. */
  readonly pvs: {
    readonly appeared: ChangeList;
    readonly gone: ChangeList;
    readonly moved: ChangeList;
  };
  readonly servers: { readonly appeared: ChangeList; readonly gone: ChangeList };
  /** Which application a server is. */
  readonly apps: {
    readonly appeared: ChangeList;
    readonly gone: ChangeList;
    readonly moved: ChangeList;
  };
  /** Clients that searched for the first time, and PVs found on a second server, in between. */
  readonly newClients: { readonly total: number; readonly items: readonly string[] };
  readonly newDuplicates: { readonly total: number; readonly items: readonly string[] };
}

export interface TrafficPoint {
  readonly at: number;
  readonly value: number;
}

export interface TrafficAnswer {
  /** Width of a point, ms. */
  readonly stepMs: number;
  readonly series: readonly { readonly name: string; readonly points: readonly TrafficPoint[] }[];
}

export type { PvmonEvent };

/** A value whose times are ISO 8601 text instead of milliseconds. */
export type IsoTimes<T> = T extends readonly (infer U)[]
  ? readonly IsoTimes<U>[]
  : T extends object
    ? {
        readonly [K in keyof T]: K extends "at" | "from" | "to" | "since" | `${string}At`
          ? IsoTime<T[K]>
          : IsoTimes<T[K]>;
      }
    : T;

type IsoTime<T> = T extends number ? string : T extends null | undefined ? T : IsoTimes<T>;

/** A copy of a view with every time as ISO 8601 UTC with milliseconds. */
export function isoTimes<T>(view: T): IsoTimes<T> {
  return convert(view) as IsoTimes<T>;
}

const TIME_KEYS: ReadonlySet<string> = new Set(["at", "from", "to", "since"]);

function convert(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(convert);
  if (value === null || typeof value !== "object") return value;
  // Lists of hosts have ten thousands of fields: most are neither numbers nor objects, and stay as they are.
  const copy: Record<string, unknown> = { ...value };
  for (const key in copy) {
    const item = copy[key];
    if (typeof item === "number") {
      if (isTimeKey(key)) copy[key] = new Date(item).toISOString();
    } else if (typeof item === "object") copy[key] = convert(item);
  }
  return copy;
}

function isTimeKey(key: string): boolean {
  return key.endsWith("At") || TIME_KEYS.has(key);
}
