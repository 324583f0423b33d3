/** Which PVs a query asks for, as one test on a record: the cheap conditions first, the name last. */
import { endpointKey, type Ipv4, parseEndpoint, parseIpv4 } from "../address.js";
import type { PvFilterState, PvQuery } from "../views.js";
import { PV_FLAG, STATE_CODE, stateCodeOf } from "./pv-record.js";
import type { PvTable } from "./pv-table.js";

/**
 * @param lengthAndFlags of the record, which is in use.
 * @param nameAt of the record.
 */
export type PvFilter = (id: number, lengthAndFlags: number, nameAt: number) => boolean;

export const everyPv: PvFilter = () => true;

/** All addresses of the host with this one. */
export type AddressesOf = (address: Ipv4) => readonly Ipv4[];

/** Undefined when nothing can match. */
export function compileFilter(
  table: PvTable,
  query: Omit<PvQuery, "limit">,
  addressesOf: AddressesOf = (address) => [address],
): PvFilter | undefined {
  const filters: PvFilter[] = [];
  if (query.states !== undefined) filters.push(inStates(query.states));
  if (query.server !== undefined) {
    const server = parseEndpoint(query.server);
    if (server === undefined) return undefined;
    const key = endpointKey(server.ip, server.port);
    filters.push(servedBy(table, (owner) => owner === key));
  }
  if (query.host !== undefined) {
    const host = parseIpv4(query.host);
    if (host === undefined) return undefined;
    const addresses = addressesOf(host).map((address) => ({
      first: endpointKey(address, 0),
      next: endpointKey(address + 1, 0),
    }));
    filters.push(
      servedBy(table, (owner) =>
        addresses.some(({ first, next }) => owner >= first && owner < next),
      ),
    );
  }
  if (query.client !== undefined) {
    const client = parseIpv4(query.client);
    if (client === undefined) return undefined;
    filters.push((id) => table.requesters.has(id, client));
  }
  if (query.match !== undefined || query.accept !== undefined) {
    filters.push(table.nameTests.of(query));
  }
  if (filters.length === 0) return everyPv;
  if (filters.length === 1) return filters[0]!;
  return (id, lengthAndFlags, nameAt) =>
    filters.every((filter) => filter(id, lengthAndFlags, nameAt));
}

function inStates(states: readonly PvFilterState[]): PvFilter {
  let flags = 0;
  let codes = 0;
  for (const state of states) {
    if (state === "duplicate" || state === "invalid") flags |= PV_FLAG[state];
    else codes |= 1 << STATE_CODE[state];
  }
  return (_id, lengthAndFlags) =>
    (lengthAndFlags & flags) !== 0 || (codes & (1 << stateCodeOf(lengthAndFlags))) !== 0;
}

function servedBy({ owners }: PvTable, isWanted: (key: number) => boolean): PvFilter {
  return (id) => owners.isServed(id, isWanted);
}
