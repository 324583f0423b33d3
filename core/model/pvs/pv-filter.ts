/** Which PVs a query asks for: many are tested at a time, by the cheap conditions first, by the name last. */
import { endpointKey, type Ipv4, parseEndpoint, parseIpv4 } from "../address.js";
import type { PvFilterState, PvQuery } from "../views.js";
import { indexInChunk } from "./pv-pool.js";
import {
  PV_FLAG,
  PV_WORD,
  requesterMark,
  STATE_CODE,
  stateCodeOf,
  WORDS_PER_PV,
} from "./pv-record.js";
import type { PvTable } from "./pv-table.js";

/**
 * Moves those that pass to the beginning, in their order.
 * @param ids of one slice, ascending, of which the first `count` are those of PVs.
 * @returns how many pass.
 */
export type PvFilter = (ids: Uint32Array, count: number) => number;

export const everyPv: PvFilter = (_ids, count) => count;

/** All addresses of the host with this one. */
export type AddressesOf = (address: Ipv4) => readonly Ipv4[];

/** Undefined when nothing can match. */
export function compileFilter(
  table: PvTable,
  query: Omit<PvQuery, "limit">,
  addressesOf: AddressesOf = (address) => [address],
): PvFilter | undefined {
  const filters: PvFilter[] = [];
  if (query.states !== undefined) filters.push(inStates(table, query.states));
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
    filters.push(askedBy(table, client));
  }
  if (query.match !== undefined || query.accept !== undefined) {
    filters.push(table.nameTests.of(query));
  }
  if (filters.length === 0) return everyPv;
  if (filters.length === 1) return filters[0]!;
  return (ids, count) => filters.reduce((left, filter) => filter(ids, left), count);
}

export function which(passes: (id: number) => boolean): PvFilter {
  return (ids, count) => {
    let passed = 0;
    for (let n = 0; n < count; n++) {
      const id = ids[n]!;
      if (passes(id)) ids[passed++] = id;
    }
    return passed;
  };
}

function inStates({ records }: PvTable, states: readonly PvFilterState[]): PvFilter {
  let flags = 0;
  let codes = 0;
  for (const state of states) {
    if (state === "duplicate" || state === "invalid") flags |= PV_FLAG[state];
    else codes |= 1 << STATE_CODE[state];
  }
  return (ids, count) => {
    if (count === 0) return 0;
    const { u32 } = records.pool.chunk(ids[0]!);
    let passed = 0;
    for (let n = 0; n < count; n++) {
      const word = u32[indexInChunk(ids[n]!) * WORDS_PER_PV + PV_WORD.lengthAndFlags]!;
      const isInState = (codes & (1 << stateCodeOf(word))) !== 0;
      if (isInState || (word & flags) !== 0) ids[passed++] = ids[n]!;
    }
    return passed;
  };
}

function askedBy({ records, requesters }: PvTable, client: Ipv4): PvFilter {
  const mark = requesterMark(client);
  return (ids, count) => {
    if (count === 0) return 0;
    const { u32 } = records.pool.chunk(ids[0]!);
    let passed = 0;
    for (let n = 0; n < count; n++) {
      const id = ids[n]!;
      const word = u32[indexInChunk(id) * WORDS_PER_PV + PV_WORD.lengthAndFlags]!;
      if ((word & mark) === mark && requesters.has(id, client)) ids[passed++] = id;
    }
    return passed;
  };
}

function servedBy({ owners }: PvTable, isWanted: (key: number) => boolean): PvFilter {
  return which((id) => owners.isServed(id, isWanted));
}
