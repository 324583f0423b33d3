/** Lists of clients, a page at a time. A cursor names the last item shown, so it stays valid while the numbers move. */

import { CursorError, type Order, pageInOrder } from "../pages/page.js";
import type { Page, PageQuery } from "../views.js";
import type { ClientRecord } from "./client-record.js";

export interface ClientListQuery extends PageQuery {
  /** `client` goes up by address, the others go down. Default `searches`. */
  readonly sort?: "searches" | "namesPerSecond" | "client" | "lastSeen";
}

interface Place {
  readonly rank: number;
  readonly client: number;
}

/** @throws CursorError for a cursor that no page gave. */
export function pageOfClients<T>(
  records: Iterable<ClientRecord>,
  query: ClientListQuery,
  now: number,
  show: (record: ClientRecord) => T,
): Page<T> {
  const rank = rankOf(query.sort ?? "searches", now);
  const order: Order<ClientRecord, Place> = {
    placeOf: (record) => ({ rank: rank(record), client: record.client }),
    compare: (a, b) => b.rank - a.rank || a.client - b.client,
    format: ({ rank, client }) => `${rank}_${client}`,
    parse: parsePlace,
  };
  return pageInOrder(records, query, order, show);
}

function rankOf(
  sort: NonNullable<ClientListQuery["sort"]>,
  now: number,
): (record: ClientRecord) => number {
  switch (sort) {
    case "searches":
      return (record) => record.searches;
    case "namesPerSecond":
      return (record) => record.namesPerSecond(now);
    case "lastSeen":
      return (record) => record.lastSeenAt;
    case "client":
      return () => 0;
  }
}

function parsePlace(cursor: string): Place {
  const [rank, client, ...rest] = cursor.split("_").map(Number);
  if (
    rank === undefined ||
    client === undefined ||
    rest.length > 0 ||
    Number.isNaN(rank + client)
  ) {
    throw new CursorError();
  }
  return { rank, client };
}
