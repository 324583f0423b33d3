/** Lists of clients, a page at a time. A cursor names the last item shown, so it stays valid while the numbers move. */
import type { ClientRecord } from "./client-record.js";
import { CursorError } from "./pv-cursor.js";
import type { Page, PageQuery } from "./views.js";

export interface ClientListQuery extends PageQuery {
  /** `client` goes up by address, the others go down. Default `searches`. */
  readonly sort?: "searches" | "namesPerSecond" | "client" | "lastSeen";
}

interface Ranked {
  readonly rank: number;
  readonly client: number;
  readonly record: ClientRecord;
}

/** @throws CursorError for a cursor that no page gave. */
export function pageOfClients<T>(
  records: Iterable<ClientRecord>,
  query: ClientListQuery,
  now: number,
  show: (record: ClientRecord) => T,
): Page<T> {
  const rank = rankOf(query.sort ?? "searches", now);
  const after = query.cursor === undefined ? undefined : parseCursor(query.cursor);
  const ranked: Ranked[] = [];
  let total = 0;
  for (const record of records) {
    total++;
    const place = { rank: rank(record), client: record.client, record };
    if (after === undefined || compare(place, after) > 0) ranked.push(place);
  }
  ranked.sort(compare);
  const shown = ranked.slice(0, query.limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ record }) => show(record)),
    total,
    next: last === undefined || shown.length === ranked.length ? null : cursorOf(last),
  };
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

type Place = Pick<Ranked, "rank" | "client">;

function compare(a: Place, b: Place): number {
  return b.rank - a.rank || a.client - b.client;
}

function cursorOf({ rank, client }: Place): string {
  return `${rank}_${client}`;
}

function parseCursor(cursor: string): Place {
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
