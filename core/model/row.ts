/**
 * What a store writes and gives back: the newest state of each record, and history that only grows. A batch is written
 * whole or not at all; the same batch may come twice, so every row is an upsert by its key.
 */
import type { Endpoint, Ipv4 } from "./address.js";
import type { PvmonEvent } from "./event.js";
import type { PvState } from "./views.js";

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

/** Key: `name`. The operator forgot the PV, or it was purged. */
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
  /** One of {@link TRAFFIC_SERIES} or `client:<ip>`. */
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

export type Row = PvRow | PvForgottenRow | ServerRow | ClientRow | EventRow | TrafficRow | SiteRow;

/** Per-minute totals kept for the whole network; gauges are sampled at the end of the minute. */
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
] as const;

export type TrafficSeries = (typeof TRAFFIC_SERIES)[number];
