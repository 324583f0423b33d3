/** Pages of servers, in the order of their addresses, so that a cursor stays valid while they come and go. */

import { type Order, pageInOrder } from "../pages/page.js";
import type { Counts, Page, PageQuery, ServerView } from "../views.js";
import type { Anomalies } from "./anomalies.js";
import { isGone } from "./host-servers.js";
import { type ServerRecord, serverView } from "./server-record.js";

export interface ServerSelection extends PageQuery {
  /** Addresses of a host. */
  readonly addresses?: readonly string[];
  readonly states?: readonly string[];
  /** By endpointKey. */
  readonly accept?: (key: number) => boolean;
}

const BY_ADDRESS: Order<ServerRecord, number> = {
  placeOf: ({ key }) => key,
  compare: (a, b) => a - b,
  format: String,
  // A cursor that is none begins anew.
  parse: (cursor) => Number(cursor) || 0,
};

export function serverPage(
  records: readonly ServerRecord[],
  query: ServerSelection,
  anomalies: Anomalies,
  pvsOf: (key: number) => number,
): Page<ServerView> {
  const { addresses, states, accept } = query;
  const matching = records.filter(
    (record) =>
      (addresses === undefined || addresses.includes(record.host)) &&
      (states === undefined || states.includes(record.state)) &&
      (accept === undefined || accept(record.key)),
  );
  return pageInOrder(matching, query, BY_ADDRESS, (record) =>
    serverView(record, pvsOf(record.key), anomalies.openFor(record.name)),
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
