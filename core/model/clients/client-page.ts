/** Lists of clients, a page at a time. A cursor names the last item shown, so it stays valid while the numbers move. */

import type { Ipv4 } from "../address.js";
import { pageInOrder } from "../pages/page.js";
import { type SortValue, sortedOrder } from "../pages/sorted-order.js";
import { sortKeyOf } from "../pages/text-order.js";
import type { ClientSort, Page, SortedQuery } from "../views.js";
import type { ClientRecord } from "./client-record.js";

export interface ClientSelection extends SortedQuery<ClientSort> {
  readonly accept?: (client: Ipv4) => boolean;
  /** Without it none has one. */
  readonly nameOf?: (client: Ipv4) => string | null;
}

/** What clients are sorted by and shown as. */
interface ClientView<T> {
  namesPerSecond(record: ClientRecord): number;
  latestNames(record: ClientRecord): { readonly count: number; readonly unanswered: number };
  show(record: ClientRecord): T;
}

const UPWARDS: ReadonlySet<ClientSort> = new Set<ClientSort>(["client", "name", "library"]);

/** @throws CursorError for a cursor that no page gave. */
export function pageOfClients<T>(
  records: Iterable<ClientRecord>,
  query: ClientSelection,
  view: ClientView<T>,
): Page<T> {
  const { accept, nameOf, sort = "searches" } = query;
  const { order = UPWARDS.has(sort) ? "asc" : "desc" } = query;
  const value = columnOf(sort, view, nameOf);
  const wanted =
    accept === undefined ? records : [...records].filter(({ client }) => accept(client));
  const byValue = sortedOrder(value, (record: ClientRecord) => record.client, order);
  return pageInOrder(wanted, query, byValue, (record) => view.show(record));
}

function columnOf(
  sort: ClientSort,
  view: ClientView<unknown>,
  nameOf: ClientSelection["nameOf"],
): (record: ClientRecord) => SortValue {
  switch (sort) {
    case "searches":
      return (record) => record.searches;
    case "namesPerSecond":
      return (record) => view.namesPerSecond(record);
    case "unanswered":
      return (record) => view.latestNames(record).unanswered;
    case "unansweredShare":
      return (record) => {
        const { count, unanswered } = view.latestNames(record);
        return count === 0 ? 0 : unanswered / count;
      };
    case "client":
      return (record) => record.client;
    case "name":
      return ({ client }) => {
        const name = nameOf?.(client) ?? null;
        return name === null ? null : sortKeyOf(name);
      };
    case "names":
      return (record) => view.latestNames(record).count;
    case "library":
      return (record) => record.library();
    case "lossEstimate":
      return (record) => record.loss.share();
    case "firstSeen":
      return (record) => record.firstSeenAt;
    case "lastSeen":
      return (record) => record.lastSeenAt;
  }
}
