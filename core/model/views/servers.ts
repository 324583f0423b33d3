/** Servers, and what is wrong with their place in the network. */
import type { Evidence } from "../event.js";
import type { SortedQuery } from "./pages.js";

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
  "searchStorm",
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

export const SERVER_SORTS = [
  "server",
  "host",
  "state",
  "started",
  "lastSeen",
  "lastBeacon",
  "sequence",
  "period",
  "restarts",
  "pvs",
  "app",
] as const;
export type ServerSort = (typeof SERVER_SORTS)[number];

/** By `server`, in the order of addresses, unless told otherwise. */
export interface ServerQuery extends SortedQuery<ServerSort> {
  /** Any address of a host. */
  readonly host?: string;
  readonly states?: readonly string[];
  /** A part of `ip:port`, of the host name, or of the command or directory of the application, in any case. */
  readonly match?: string;
}
