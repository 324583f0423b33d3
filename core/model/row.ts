/**
 * What a store writes and gives back: the newest state of each record, and history that only grows. A batch is written
 * whole or not at all; the same batch may come twice, so every row is an upsert by its key.
 */
import type { Endpoint, Ipv4 } from "./address.js";
import type { PvmonEvent } from "./event.js";
import type { Criticality, HostOptions, PvState } from "./views.js";

/** One client of a PV: at most 10 are kept per name, the latest. */
export interface Requester {
  readonly client: Ipv4;
  readonly port: number;
  readonly count: number;
  readonly lastAt: number;
}

/** One server that answered for a PV: at most 10 are kept per name, the latest. */
export interface Owner {
  readonly server: Endpoint;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** Key: `name`. */
export interface PvRow {
  readonly kind: "pv";
  /** Raw bytes of the name, 1..499. */
  readonly name: Uint8Array;
  readonly state: PvState;
  readonly duplicate: boolean;
  readonly firstSeenAt: number;
  /** 0 when nobody has asked. */
  readonly lastRequestedAt: number;
  /** Last time a server answered for it, 0 for never. */
  readonly lastSeenAt: number;
  readonly requests: number;
  /** Latest first. */
  readonly requesters: readonly Requester[];
  /** Latest first. */
  readonly owners: readonly Owner[];
}

/** Key: `name`. The operator forgot the PV, or it was purged. The ends of its facts are rows of their own. */
export interface PvForgottenRow {
  readonly kind: "pvForgotten";
  readonly name: Uint8Array;
}

/** Key: `server`. `track` is the beacon watch's own state, opaque to stores. */
export interface ServerRow {
  readonly kind: "server";
  /** `ip:port`. */
  readonly server: string;
  readonly state: string;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly track: Readonly<Record<string, string | number | boolean | null | readonly number[]>>;
}

/** Key: `client`. */
export interface ClientRow {
  readonly kind: "client";
  readonly client: Ipv4;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  /** Names asked for in all searches. */
  readonly searches: number;
  readonly datagrams: number;
}

/** Key: `event.id`. */
export interface EventRow {
  readonly kind: "event";
  readonly event: PvmonEvent;
}

/** Key: (`minuteAt`, `series`). The value is the minute's total so far. */
export interface TrafficRow {
  readonly kind: "traffic";
  /** Start of the minute, UTC ms, a multiple of 60,000. */
  readonly minuteAt: number;
  /**
   * One of {@link TRAFFIC_SERIES}, `client:<ip>` of the busiest clients, or `pv:<name>` (latin-1) of the names asked for most,
   * which is an estimate in minutes with more than 10,000 requests.
   */
  readonly series: string;
  readonly value: number;
}

/** Key: (`subject`, `name`). The latest of what a site's own plugin said. */
export interface SiteRow {
  readonly kind: "site";
  readonly subject: string;
  readonly name: string;
  readonly at: number;
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
}

/** Key: `host`. What an operator said of a host, and when it was seen. */
export interface HostRow {
  readonly kind: "host";
  /** Address. */
  readonly host: string;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  readonly description: string;
  readonly options: HostOptions;
  /** Ports that have to have a server, whatever application that is. */
  readonly expectedPorts: readonly number[];
  /** How many applications have to run, with `monitorAppCount`. */
  readonly expectedApps: number | null;
}

/** Key: `app`. `heartbeat` is the heartbeat watch's own state, opaque to stores. */
export interface AppRow {
  readonly kind: "app";
  /** 64 bits, 16 hexadecimal digits. */
  readonly app: string;
  readonly host: string;
  readonly command: string;
  readonly directory: string;
  /** Whole command line of its process; null while unknown. */
  readonly commandLine: string | null;
  readonly name: string | null;
  readonly critical: Criticality;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
  /** TCP port of its CA server, null while unknown. */
  readonly port: number | null;
  readonly heartbeat: Readonly<Record<string, string | number | boolean | null>> | null;
}

/** Key: `group`. A group of hosts that users made. */
export interface GroupRow {
  readonly kind: "group";
  readonly group: string;
  readonly name: string;
  /** Addresses. */
  readonly hosts: readonly string[];
}

/** Key: `source`. The latest health of a host, as its own monitor says. */
export interface MetricsRow {
  readonly kind: "metrics";
  readonly source: string;
  readonly host: string;
  readonly at: number;
  readonly values: Readonly<Record<string, string | number>>;
  readonly clockOffsetSeconds: number | null;
  readonly upSeconds: number | null;
}

/** A record of that kind and key is to be deleted. */
export interface ForgottenRow {
  readonly kind: "forgotten";
  readonly of: "server" | "host" | "app" | "group" | "metrics";
  readonly key: string;
}

/** What is kept as intervals, so that two instants can be compared. */
export const FACTS = ["pvServer", "serverUp", "serverApp"] as const;
/**
 * pvServer: a server (value) has a name (subject), until another has it or it is gone for itself, not with its server ·
 * serverUp: a server (subject) is up (value "up") · serverApp: a server (subject) is an application (value).
 */
export type Fact = (typeof FACTS)[number];

/**
 * A fact begins or ends to hold. Key: (`fact`, `subject`, `value`, time of the beginning). Beginning what holds already and
 * ending what does not hold change nothing, nor does an end from before the beginning: all that comes again with a repeated
 * batch is one of these. What begins and ends at one instant holds at none.
 */
export interface FactRow {
  readonly kind: "fact";
  readonly fact: Fact;
  readonly subject: string;
  readonly value: string;
  readonly at: number;
  readonly holds: boolean;
}

export type Row =
  | PvRow
  | PvForgottenRow
  | ServerRow
  | ClientRow
  | HostRow
  | AppRow
  | GroupRow
  | MetricsRow
  | ForgottenRow
  | EventRow
  | TrafficRow
  | FactRow
  | SiteRow;

/** What only grows; the rest are records, of which the newest state counts. */
export type HistoryRow = EventRow | TrafficRow | FactRow | SiteRow | PvForgottenRow | ForgottenRow;

/**
 * Per-minute totals kept for the whole network; gauges are sampled at the end of the minute. Of pvmon itself the means over
 * the minute: `processRss` its memory in bytes, `processCpu` how much of one core it takes (2 is two whole cores).
 */
export const TRAFFIC_SERIES = [
  "searchDatagrams",
  "searchNames",
  "clientNames",
  "archiverNames",
  "gatewayNames",
  "ownNames",
  "answers",
  "beacons",
  "distinctClients",
  "pvsOnline",
  "pvsLost",
  "pvsNeverAnswered",
  "pvsTotal",
  "pvsDuplicate",
  "pvsInvalid",
  "processRss",
  "processCpu",
] as const;

export type TrafficSeries = (typeof TRAFFIC_SERIES)[number];
