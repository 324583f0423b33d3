/** What PVs are sorted by: a number, and on a tie the bytes of the name. */
import { nameBegin } from "../names/names.js";
import type { PvSort } from "../views.js";
import { indexInChunk, type RecordPool } from "./pv-pool.js";
import { DOUBLES_PER_PV, PV_DOUBLE } from "./pv-record.js";
import { inSlices } from "./pv-scan.js";
import type { PvTable } from "./pv-table.js";

const FIELD = {
  requests: PV_DOUBLE.requests,
  lastRequested: PV_DOUBLE.lastRequestedAt,
  firstSeen: PV_DOUBLE.firstSeenAt,
} as const;

/** The number that a PV is sorted by, never negative. */
export type KeyOf = (id: number, nameAt: number, length: number) => number;

export function keyOf(table: PvTable, sort: PvSort): KeyOf {
  const { names, records } = table;
  switch (sort) {
    case "name":
      return (_id, nameAt, length) => firstBytes(names.memoryOf(nameAt), nameBegin(nameAt), length);
    case "lastSeen":
      return (id) => table.lastSeenAt(id);
    default: {
      const field = FIELD[sort];
      return (id) => records.pool.chunk(id).f64[indexInChunk(id) * DOUBLES_PER_PV + field]!;
    }
  }
}

/** The number that each PV is sorted by, by id: as they lie in memory, which is fastest. Any number where there is no PV. */
export function* keysById(
  table: PvTable,
  sort: Exclude<PvSort, "name">,
): Generator<undefined, Float64Array> {
  const { pool } = table.records;
  const keys = new Float64Array(pool.slots);
  yield* inSlices(keys.length, (begin, end) => {
    const some = keys.subarray(begin, end);
    if (sort === "lastSeen") copyLastSeen(table, begin, some);
    else copyField(pool, FIELD[sort], begin, some);
  });
  return keys;
}

function copyLastSeen(table: PvTable, begin: number, keys: Float64Array): void {
  for (let n = 0; n < keys.length; n++) {
    if (table.records.has(begin + n)) keys[n] = table.lastSeenAt(begin + n);
  }
}

/** @param begin of a slice, which divides a chunk. */
function copyField(pool: RecordPool, field: number, begin: number, keys: Float64Array): void {
  const { f64 } = pool.chunk(begin);
  const first = indexInChunk(begin) * DOUBLES_PER_PV + field;
  for (let n = 0; n < keys.length; n++) keys[n] = f64[first + n * DOUBLES_PER_PV]!;
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
