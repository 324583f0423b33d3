/**
 * Pages of applications, by the name of their hosts and then by command. A cursor holds a place in that order, so that it
 * stays valid whatever becomes of the application there.
 */
import type { Ipv4 } from "../address.js";
import { pageInOrder } from "../pages/page.js";
import { compareTexts, textOrder } from "../pages/text-order.js";
import type { Page, PageQuery } from "../views.js";
import type { AppRecord } from "./app-record.js";

/** Decides nearly always; the identity decides the rest. */
const COMMAND_LENGTH = 100;

interface HostApps {
  /** What hosts are sorted by, each has another. */
  readonly key: string;
  readonly records: Iterable<AppRecord>;
}

const BY_HOST_AND_COMMAND = textOrder<{ readonly hostKey: string; readonly record: AppRecord }>(
  3,
  ({ hostKey, record: { command, id } }) => [hostKey, command.slice(0, COMMAND_LENGTH), id],
);

/** By what their host is sorted by; names come twice, addresses do not. */
export function hostApps(host: Ipv4, sortKey: string, records: Iterable<AppRecord>): HostApps {
  return { key: `${sortKey} ${host}`, records };
}

/** By command, then by directory. */
export function byCommand(records: Iterable<AppRecord>): AppRecord[] {
  return [...records].sort((a, b) =>
    compareTexts([a.command, a.directory], [b.command, b.directory]),
  );
}

/** @throws CursorError for a cursor that no page gave. */
export function pageOfApps<T>(
  hosts: readonly HostApps[],
  query: PageQuery,
  keep: (record: AppRecord) => boolean,
  view: (record: AppRecord) => T,
): Page<T> {
  const kept = hosts.flatMap(({ key, records }) =>
    [...records].filter(keep).map((record) => ({ hostKey: key, record })),
  );
  return pageInOrder(kept, query, BY_HOST_AND_COMMAND, ({ record }) => view(record));
}
