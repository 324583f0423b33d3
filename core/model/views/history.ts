/** What happened before: asked of a store, and answered by it. */
import type { EventType, LogState, Severity } from "../event.js";
import type { PageQuery } from "./pages.js";

/** Which events; all of them where nothing is said. */
export interface EventCriteria {
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

export interface EventQuery extends EventCriteria, PageQuery {}

/** How many events there were in each step of `stepMs` from `from` on, at most 1,000 of them; the last one ends at `to`. */
export interface EventCountsQuery extends EventCriteria {
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
}

export interface EventCountsPoint extends Readonly<Record<Severity, number>> {
  /** Its beginning. */
  readonly at: number;
}

export interface EventCounts {
  readonly from: number;
  readonly to: number;
  readonly stepMs: number;
  readonly total: number;
  /** Every step, those without an event too. */
  readonly points: readonly EventCountsPoint[];
  /** Types with events, most first. */
  readonly types: readonly { readonly type: EventType; readonly count: number }[];
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
