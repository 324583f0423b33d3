/** Pages of servers, in the order of their addresses, so that a cursor stays valid while they come and go. */
import type { Anomalies } from "./anomalies.js";
import { isGone } from "./host-servers.js";
import { type ServerRecord, serverView } from "./server-record.js";
import type { Counts, Page, PageQuery, ServerView } from "./views.js";

export interface ServerQuery extends PageQuery {
  /** Addresses of a host. */
  readonly addresses?: readonly string[];
  readonly states?: readonly string[];
}

export function serverPage(
  sorted: readonly ServerRecord[],
  query: ServerQuery,
  anomalies: Anomalies,
  pvsOf: (key: number) => number,
): Page<ServerView> {
  const { addresses, states } = query;
  const matching = sorted.filter(
    (record) =>
      (addresses === undefined || addresses.includes(record.host)) &&
      (states === undefined || states.includes(record.state)),
  );
  const after = Number(query.cursor ?? -1);
  return page(
    matching,
    query.limit,
    after,
    ({ key }) => key,
    (record) => serverView(record, pvsOf(record.key), anomalies.openFor(record.name)),
  );
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

/** Those whose place is after `after`; the place of the last one is the cursor. A cursor that is none begins anew. */
function page<T, V>(
  all: readonly T[],
  limit: number,
  after: number,
  placeOf: (item: T) => number,
  view: (item: T) => V,
): Page<V> {
  const found = all.findIndex((item) => !(placeOf(item) <= after));
  const start = found < 0 ? all.length : found;
  const items = all.slice(start, start + limit);
  const last = items.at(-1);
  const isLast = last === undefined || start + limit >= all.length;
  return {
    items: items.map(view),
    total: all.length,
    next: isLast ? null : String(placeOf(last)),
  };
}
