/**
 * Pages of applications, by the name of their hosts and then by command. A cursor holds a place in that order, so that it
 * stays valid whatever becomes of the application there.
 */
import type { Ipv4 } from "./address.js";
import type { AppRecord } from "./app-record.js";
import { CursorError } from "./pv-cursor.js";
import type { Page, PageQuery } from "./views.js";

/** Decides nearly always; the identity decides the rest. */
const COMMAND_LENGTH = 100;

interface HostApps {
  /** What hosts are sorted by, each has another. */
  readonly key: string;
  readonly records: Iterable<AppRecord>;
}

/** Host, command, identity. */
type Place = readonly [string, string, string];

/** By what their host is sorted by; names come twice, addresses do not. */
export function hostApps(host: Ipv4, sortKey: string, records: Iterable<AppRecord>): HostApps {
  return { key: `${sortKey} ${host}`, records };
}

/** By command, then by directory. */
export function byCommand(records: Iterable<AppRecord>): AppRecord[] {
  return [...records].sort(
    (a, b) => compare(a.command, b.command) || compare(a.directory, b.directory),
  );
}

/** @throws CursorError for a cursor that no page gave. */
export function pageOfApps<T>(
  hosts: readonly HostApps[],
  { limit, cursor }: PageQuery,
  keep: (record: AppRecord) => boolean,
  view: (record: AppRecord) => T,
): Page<T> {
  const after = cursor === undefined ? undefined : parseCursor(cursor);
  const shown: { readonly place: Place; readonly record: AppRecord }[] = [];
  let total = 0;
  let hasMore = false;
  for (const { key, records } of [...hosts].sort((a, b) => compare(a.key, b.key))) {
    const kept = [...records].filter(keep);
    total += kept.length;
    if (hasMore || (after !== undefined && key < after[0])) continue;
    const following = kept
      .map((record) => ({ place: placeOf(key, record), record }))
      .filter(({ place }) => after === undefined || comparePlaces(place, after) > 0)
      .sort((a, b) => comparePlaces(a.place, b.place));
    const room = limit - shown.length;
    shown.push(...following.slice(0, room));
    hasMore = following.length > room;
  }
  const last = shown.at(-1);
  return {
    items: shown.map(({ record }) => view(record)),
    total,
    next: hasMore && last !== undefined ? JSON.stringify(last.place) : null,
  };
}

function placeOf(hostKey: string, { command, id }: AppRecord): Place {
  return [hostKey, command.slice(0, COMMAND_LENGTH), id];
}

function parseCursor(cursor: string): Place {
  const place = parseJson(cursor);
  const isPlace =
    Array.isArray(place) && place.length === 3 && place.every((part) => typeof part === "string");
  if (!isPlace) throw new CursorError();
  return place as unknown as Place;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function comparePlaces(a: Place, b: Place): number {
  return compare(a[0], b[0]) || compare(a[1], b[1]) || compare(a[2], b[2]);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
