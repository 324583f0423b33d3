/** PVs as stores keep them, and back. */
import { endpointKey, keyEndpoint } from "../address.js";
import type { InternedName } from "../names/names.js";
import type { Owner, PvRow } from "../row.js";
import { mergePv } from "./pv-merge.js";
import { OWNER_FLAG, type PvOwners } from "./pv-owners.js";
import { NONE } from "./pv-pool.js";
import { PV_DOUBLE, PV_FLAG } from "./pv-record.js";
import type { PvTable } from "./pv-table.js";

export function pvRow(table: PvTable, id: number): PvRow {
  const { names, records, owners } = table;
  return {
    kind: "pv",
    name: names.bytesOf(id),
    state: records.state(id),
    duplicate: records.is(id, PV_FLAG.duplicate),
    firstSeenAt: records.double(id, PV_DOUBLE.firstSeenAt),
    lastRequestedAt: records.double(id, PV_DOUBLE.lastRequestedAt),
    lastSeenAt: table.lastSeenAt(id),
    requests: records.double(id, PV_DOUBLE.requests),
    requesters: table.requesters.list(id),
    owners: owners.all(id).map((owner) => ({
      server: keyEndpoint(owners.server(owner).key),
      firstAt: owners.firstAt(owner),
      lastAt: owners.lastAt(owner),
    })),
  };
}

/**
 * Takes a PV back as it was.
 * @returns the PV, and whether it was known already and the row only brought something; undefined when the row has nothing
 * that was not known, or was refused.
 */
export function restorePv(
  table: PvTable,
  row: PvRow,
  { id, isNew }: InternedName,
): { id: number; merged: boolean } | undefined {
  const { records } = table;
  if (id === NONE) return undefined;
  if (!isNew) return mergePv(table, id, row) ? { id, merged: true } : undefined;
  table.requesters.restore(id, row.requesters);
  records.setDouble(id, PV_DOUBLE.lastRequestedAt, row.lastRequestedAt);
  records.setDouble(id, PV_DOUBLE.requests, row.requests);
  restoreOwners(table.owners, id, row.owners, row.duplicate);
  const isOwned = table.owners.latest(id) !== NONE;
  const needsOwner = row.state === "online" || row.state === "lost";
  if (isOwned || !needsOwner) records.setState(id, row.state);
  records.setFlag(id, PV_FLAG.duplicate, row.duplicate && table.owners.current(id).length > 1);
  return { id, merged: false };
}

/** A row does not say which owners are current: the latest, and of a duplicate the one before too. */
function restoreOwners(
  owners: PvOwners,
  id: number,
  latestFirst: readonly Owner[],
  duplicate: boolean,
): void {
  const currentCount = duplicate ? 2 : 1;
  for (let index = latestFirst.length - 1; index >= 0; index--) {
    const { server, firstAt, lastAt } = latestFirst[index]!;
    const owner = owners.answered(id, endpointKey(server.ip, server.port), lastAt);
    if (owner === undefined) continue;
    const isCurrent = index < currentCount;
    owners.setFirstAt(owner, firstAt);
    owners.setFlag(owner, OWNER_FLAG.settled, isCurrent);
    owners.setFlag(owner, OWNER_FLAG.current, isCurrent);
  }
}
