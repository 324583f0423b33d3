/** Lists of clients, a page at a time. A cursor names the last item shown, so it stays valid while the numbers move. */

import type { Ipv4 } from "../address.js";
import { CursorError, type Order, pageInOrder } from "../pages/page.js";
import type { ClientQuery, Page, PageQuery } from "../views.js";
import type { ClientRecord } from "./client-record.js";

export interface ClientSelection extends PageQuery {
  readonly sort?: ClientQuery["sort"];
  readonly accept?: (client: Ipv4) => boolean;
}

/** What clients are sorted by and shown as. */
interface ClientView<T> {
  namesPerSecond(record: ClientRecord): number;
  unanswered(record: ClientRecord): number;
  show(record: ClientRecord): T;
}

interface Place {
  readonly rank: number;
  readonly client: number;
}

/** @throws CursorError for a cursor that no page gave. */
export function pageOfClients<T>(
  records: Iterable<ClientRecord>,
  query: ClientSelection,
  view: ClientView<T>,
): Page<T> {
  const { accept, sort = "searches" } = query;
  const rank = rankOf(sort, view);
  const order: Order<ClientRecord, Place> = {
    placeOf: (record) => ({ rank: rank(record), client: record.client }),
    compare: (a, b) => b.rank - a.rank || a.client - b.client,
    format: ({ rank, client }) => `${rank}_${client}`,
    parse: parsePlace,
  };
  const wanted =
    accept === undefined ? records : [...records].filter(({ client }) => accept(client));
  return pageInOrder(wanted, query, order, (record) => view.show(record));
}

function rankOf(
  sort: NonNullable<ClientQuery["sort"]>,
  view: ClientView<unknown>,
): (record: ClientRecord) => number {
  switch (sort) {
    case "searches":
      return (record) => record.searches;
    case "namesPerSecond":
      return (record) => view.namesPerSecond(record);
    case "unanswered":
      return (record) => view.unanswered(record);
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
