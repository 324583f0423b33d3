/** Pages of servers, in the order of their addresses or of what a column shows. */

import { pageInOrder } from "../pages/page.js";
import { type SortValue, sortedOrder } from "../pages/sorted-order.js";
import { sortKeyOf } from "../pages/text-order.js";
import type { Counts, Page, ServerSort, ServerView, SortedQuery } from "../views.js";
import type { Anomalies } from "./anomalies.js";
import { isGone } from "./host-servers.js";
import { type ServerRecord, serverView } from "./server-record.js";

export interface ServerSelection extends SortedQuery<ServerSort> {
  /** Addresses of a host. */
  readonly addresses?: readonly string[];
  readonly states?: readonly string[];
  /** By endpointKey. */
  readonly accept?: (key: number) => boolean;
}

/** What others know of a server. */
export interface ServerLookup {
  /** By endpointKey, as all here. */
  pvsOf(key: number): number;
  hostNameOf(key: number): string | null;
  /** What tells its application from others. */
  applicationOf(key: number): string | null;
}

const DOWNWARDS: ReadonlySet<ServerSort> = new Set<ServerSort>([
  "started",
  "lastSeen",
  "lastBeacon",
  "sequence",
  "period",
  "restarts",
  "pvs",
]);

export function serverPage(
  records: readonly ServerRecord[],
  query: ServerSelection,
  anomalies: Anomalies,
  lookup: ServerLookup,
): Page<ServerView> {
  const { addresses, states, accept, sort = "server" } = query;
  const { order = DOWNWARDS.has(sort) ? "desc" : "asc" } = query;
  const matching = records.filter(
    (record) =>
      (addresses === undefined || addresses.includes(record.host)) &&
      (states === undefined || states.includes(record.state)) &&
      (accept === undefined || accept(record.key)),
  );
  const byValue = sortedOrder(columnOf(sort, lookup), ({ key }: ServerRecord) => key, order);
  return pageInOrder(matching, query, byValue, (record) =>
    serverView(record, lookup.pvsOf(record.key), anomalies.openFor(record.name)),
  );
}

function columnOf(sort: ServerSort, lookup: ServerLookup): (record: ServerRecord) => SortValue {
  switch (sort) {
    case "server":
      return ({ key }) => key;
    case "host":
      return ({ key }) => sortKeyOrNull(lookup.hostNameOf(key));
    case "state":
      return ({ state }) => state;
    case "started":
      return ({ track }) => track?.start?.at ?? null;
    case "lastSeen":
      return ({ lastSeenAt }) => lastSeenAt;
    case "lastBeacon":
      return ({ track }) => track?.lastAt ?? null;
    case "sequence":
      return ({ track }) => track?.sequence ?? null;
    case "period":
      return ({ track }) => track?.periodMs ?? null;
    case "restarts":
      return ({ restarts }) => restarts;
    case "pvs":
      return ({ key }) => lookup.pvsOf(key);
    case "app":
      return ({ key }) => sortKeyOrNull(lookup.applicationOf(key));
  }
}

function sortKeyOrNull(text: string | null): string | null {
  return text === null ? null : sortKeyOf(text);
}

/** One that hangs is neither, and so is one that is only known to answer searches. */
export function serverCounts(records: Iterable<ServerRecord>): Counts["servers"] {
  let alive = 0;
  let lost = 0;
  for (const record of records) {
    if (record.state === "alive" || record.state === "paused") alive++;
    else if (isGone(record)) lost++;
  }
  return { alive, lost };
}
