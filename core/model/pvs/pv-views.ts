/** PVs as the outputs show them. */
import { formatIpv4 } from "../address.js";
import type { PvDetail, PvItem, PvState } from "../views.js";
import { diagnose, timeOrNull } from "./pv-diagnosis.js";
import { hostName, serverName } from "./pv-events.js";
import { NONE } from "./pv-pool.js";
import { PV_DOUBLE, PV_FLAG, PV_WORD } from "./pv-record.js";
import type { PvTable } from "./pv-table.js";

export interface PvSlot {
  readonly name: string;
  readonly state: PvState;
  /** Those that serve it now, the latest first. */
  readonly servers: readonly string[];
}

export function pvSlot(table: PvTable, id: number): PvSlot {
  return {
    name: table.names.textOf(id),
    state: table.records.state(id),
    servers: currentServers(table, id),
  };
}

export function pvItem(table: PvTable, id: number): PvItem {
  const { records, owners } = table;
  const isAsked = records.word(id, PV_WORD.requesterCount) > 0;
  const owner = owners.latest(id);
  return {
    name: table.names.textOf(id),
    state: records.state(id),
    duplicate: records.is(id, PV_FLAG.duplicate),
    invalid: records.is(id, PV_FLAG.invalid),
    requests: records.double(id, PV_DOUBLE.requests),
    lastRequestedAt: timeOrNull(records.double(id, PV_DOUBLE.lastRequestedAt)),
    lastClient: isAsked ? formatIpv4(records.word(id, PV_WORD.requesterIp)) : null,
    server: owner === NONE ? null : serverName(owners.server(owner).key),
    lastSeenAt: owner === NONE ? null : owners.lastAt(owner),
    firstSeenAt: records.double(id, PV_DOUBLE.firstSeenAt),
  };
}

export function pvDetail(table: PvTable, id: number): PvDetail {
  const { owners, records } = table;
  return {
    ...pvItem(table, id),
    servers: owners.all(id).map((owner) => ({
      server: serverName(owners.server(owner).key),
      host: hostName(owners.server(owner).key),
      firstSeenAt: owners.firstAt(owner),
      lastSeenAt: owners.lastAt(owner),
    })),
    clients: table.requesters.list(id).map(({ client, port, count, lastAt }) => ({
      client: formatIpv4(client),
      port,
      host: null,
      requests: count,
      lastRequestedAt: lastAt,
    })),
    duplicates: records.is(id, PV_FLAG.duplicate) ? currentServers(table, id) : [],
    heartbeat: null,
    nameBytes: [...table.names.bytesOf(id)]
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join(""),
    diagnosis: diagnose(table, id),
  };
}

function currentServers({ owners }: PvTable, id: number): string[] {
  return owners.current(id).map((owner) => serverName(owners.server(owner).key));
}
