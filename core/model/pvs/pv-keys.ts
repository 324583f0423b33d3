/** What PVs are sorted by: a number, and on a tie the bytes of the name. */
import { nameBegin } from "../names/names.js";
import type { PvSort } from "../views.js";
import { indexInChunk } from "./pv-pool.js";
import { DOUBLES_PER_PV, PV_DOUBLE } from "./pv-record.js";
import type { PvTable } from "./pv-table.js";

/** The number that a PV is sorted by, never negative. */
export type KeyOf = (id: number, nameAt: number, length: number) => number;

export function keyOf(table: PvTable, sort: PvSort): KeyOf {
  const { names, records } = table;
  switch (sort) {
    case "name":
      return (_id, nameAt, length) => firstBytes(names.memoryOf(nameAt), nameBegin(nameAt), length);
    case "lastSeen":
      return (id) => table.lastSeenAt(id);
    case "requests":
      return column(PV_DOUBLE.requests);
    case "lastRequested":
      return column(PV_DOUBLE.lastRequestedAt);
    case "firstSeen":
      return column(PV_DOUBLE.firstSeenAt);
  }
  function column(field: number): KeyOf {
    return (id) => records.pool.chunk(id).f64[indexInChunk(id) * DOUBLES_PER_PV + field]!;
  }
}

/** The first six as a number: decides most comparisons of names at once. */
function firstBytes(bytes: Uint8Array, begin: number, length: number): number {
  return threeBytes(bytes, begin, length) * 2 ** 24 + threeBytes(bytes, begin + 3, length - 3);
}

/** Zeros in the place of those that are missing. */
export function threeBytes(bytes: Uint8Array, begin: number, length: number): number {
  if (length >= 3) return (bytes[begin]! << 16) | (bytes[begin + 1]! << 8) | bytes[begin + 2]!;
  return ((length > 0 ? bytes[begin]! : 0) << 16) | ((length > 1 ? bytes[begin + 1]! : 0) << 8);
}

/** Of the bytes from `begin` on, with those of another name: negative when they come before it. */
export function compareBytes(
  bytes: Uint8Array,
  begin: number,
  length: number,
  other: Uint8Array,
): number {
  const common = Math.min(length, other.length);
  for (let index = 0; index < common; index++) {
    const difference = bytes[begin + index]! - other[index]!;
    if (difference !== 0) return difference;
  }
  return length - other.length;
}
