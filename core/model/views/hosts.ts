/** Hosts as the wall shows them, their health, and their groups. */
import type { AppView } from "./apps.js";

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
  /** Null while none was read. `complete` is false when reading ended early; processes of before are then among them. */
  readonly processMap: {
    readonly at: number;
    /** That hold a port. */
    readonly processes: number;
    readonly complete: boolean;
  } | null;
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
