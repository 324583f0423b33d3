/** What PVs are sorted by: a number, and on a tie the bytes of the name. */
import { nameBegin } from "../names/names.js";
import type { PvSort } from "../views.js";
import { everyPv } from "./pv-filter.js";
import { indexInChunk, NONE } from "./pv-pool.js";
import { DOUBLES_PER_PV, PV_DOUBLE, PV_WORD, WORDS_PER_PV } from "./pv-record.js";
import { inSlices, passingIn, SLICE } from "./pv-scan.js";
import type { PvTable } from "./pv-table.js";

const FIELD = {
  requests: PV_DOUBLE.requests,
  lastRequested: PV_DOUBLE.lastRequestedAt,
  firstSeen: PV_DOUBLE.firstSeenAt,
} as const;

/** By what some PVs of one slice are sorted: whole numbers, 0 for never. */
export function fillKeys(table: PvTable, sort: PvSort, ids: Uint32Array, keys: Float64Array): void {
  if (ids.length === 0) return;
  switch (sort) {
    case "name":
      for (let n = 0; n < ids.length; n++) keys[n] = nameKey(table, ids[n]!);
      break;
    case "lastSeen": {
      const { owners, records } = table;
      const { u32 } = records.pool.chunk(ids[0]!);
      for (let n = 0; n < ids.length; n++) {
        const owner = u32[indexInChunk(ids[n]!) * WORDS_PER_PV + PV_WORD.owner]!;
        keys[n] = owner === NONE ? 0 : Math.floor(owners.lastAt(owner));
      }
      break;
    }
    default: {
      const { f64 } = table.records.pool.chunk(ids[0]!);
      const field = FIELD[sort];
      for (let n = 0; n < ids.length; n++) {
        keys[n] = Math.floor(f64[indexInChunk(ids[n]!) * DOUBLES_PER_PV + field]!);
      }
    }
  }
}

/** The first six bytes of the name as a number: decides most comparisons of names at once. */
export function nameKey({ names, records }: PvTable, id: number): number {
  const nameAt = records.word(id, PV_WORD.nameAt);
  const bytes = names.memoryOf(nameAt);
  const begin = nameBegin(nameAt);
  const length = records.length(id);
  return threeBytes(bytes, begin, length) * 2 ** 24 + threeBytes(bytes, begin + 3, length - 3);
}

/** The number that each PV is sorted by, by id: as they lie in memory, which is fastest. 0 where there is no PV. */
export function* keysById(
  table: PvTable,
  sort: Exclude<PvSort, "name">,
): Generator<undefined, Float64Array<ArrayBuffer>> {
  const { pool } = table.records;
  const byId = new Float64Array(pool.slots);
  const keys = new Float64Array(SLICE);
  yield* inSlices(byId.length, (begin) => {
    const ids = passingIn(pool, begin / SLICE, everyPv);
    fillKeys(table, sort, ids, keys);
    for (let n = 0; n < ids.length; n++) byId[ids[n]!] = keys[n]!;
  });
  return byId;
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
