/** Clients as the outputs show them. */
import { formatIpv4, type Ipv4 } from "../address.js";
import type { ClientDetail, ClientItem, PvState } from "../views.js";
import { type ClientRecord, LATEST_REQUESTS } from "./client-record.js";
import { type RequestRing, SeenIds } from "./request-ring.js";

/** Names in the list of those asked for most. */
const TOP_NAMES = 50;

/** Used for one client after the other: a page has up to a thousand of them. */
const distinct = new SeenIds(LATEST_REQUESTS);

/** What clients have to know about names. */
export interface NameLookup {
  nameOf(id: number): string;
  stateOf(id: number): PvState;
}

/** How often each thing was counted, most first; on a tie, what was counted first. */
export function mostCounted(
  counts: ReadonlyMap<number, number>,
  limit: number,
): readonly (readonly [key: number, count: number])[] {
  return [...counts].sort(([, a], [, b]) => b - a).slice(0, limit);
}

/** How many names are among its latest requests, and how many of them are lost or were never answered. */
export function latestNames(
  record: ClientRecord,
  names: NameLookup,
): { readonly count: number; readonly unanswered: number } {
  let unanswered = 0;
  distinct.clear();
  record.latest.forEach((id) => {
    if (!distinct.add(id)) return;
    const state = names.stateOf(id);
    if (state === "lost" || state === "neverAnswered") unanswered++;
  });
  return { count: distinct.size, unanswered };
}

export function clientItem(record: ClientRecord, now: number, names: NameLookup): ClientItem {
  const { count, unanswered } = latestNames(record, names);
  return {
    client: formatIpv4(record.client),
    name: null,
    source: record.source,
    searches: record.searches,
    datagrams: record.datagrams,
    names: count,
    namesPerSecond: record.namesPerSecond(now),
    unanswered,
    unansweredShare: count === 0 ? 0 : unanswered / count,
    firstSeenAt: record.firstSeenAt,
    lastSeenAt: record.lastSeenAt,
    library: record.library(),
    lossEstimate: record.loss.share(),
  };
}

export function clientDetail(record: ClientRecord, now: number, names: NameLookup): ClientDetail {
  const requests = new Map<number, number>();
  const latest: { readonly name: string; readonly at: number }[] = [];
  record.latest.forEach((id, at) => {
    requests.set(id, (requests.get(id) ?? 0) + 1);
    latest.push({ name: names.nameOf(id), at });
  });
  return {
    ...clientItem(record, now, names),
    top: mostCounted(requests, TOP_NAMES).map(([id, count]) => ({
      name: names.nameOf(id),
      requests: count,
      share: count / latest.length,
      state: names.stateOf(id),
    })),
    latest,
  };
}

/** Who asked most, or what was asked for most, in a ring whose marks are the clients. */
export function topRequests(
  ring: RequestRing,
  by: "client" | "pv",
  limit: number,
  names: NameLookup,
): { readonly name: string; readonly requests: number; readonly share: number }[] {
  const counts = new Map<number, number>();
  let total = 0;
  ring.forEach((id, client: Ipv4) => {
    const key = by === "pv" ? id : client;
    counts.set(key, (counts.get(key) ?? 0) + 1);
    total++;
  });
  return mostCounted(counts, limit).map(([key, requests]) => ({
    name: by === "pv" ? names.nameOf(key) : formatIpv4(key),
    requests,
    share: requests / total,
  }));
}
