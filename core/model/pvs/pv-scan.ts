/** Goes through very many things a slice at a time: through the records of all PVs, for those that a filter lets pass. */
import { IdSet } from "../inventory/id-set.js";
import { everyPv, type PvFilter } from "./pv-filter.js";
import { indexInChunk, type RecordPool } from "./pv-pool.js";
import { lengthOf, PV_WORD, WORDS_PER_PV } from "./pv-record.js";
import type { PvTable } from "./pv-table.js";

/** Records of a slice, which divides those of a chunk. About 0.1 ms. */
export const SLICE = 4096;

/** @param isUp whether ids come in ascending order. */
export function scanSlice(
  pool: RecordPool,
  number: number,
  isUp: boolean,
  filter: PvFilter,
  visit: (id: number, nameAt: number, length: number) => void,
): void {
  const begin = number * SLICE;
  const count = Math.min(SLICE, pool.slots - begin);
  const { u32 } = pool.chunk(begin);
  for (let step = 0; step < count; step++) {
    const id = begin + (isUp ? step : count - 1 - step);
    const record = indexInChunk(id) * WORDS_PER_PV;
    const lengthAndFlags = u32[record + PV_WORD.lengthAndFlags]!;
    const length = lengthOf(lengthAndFlags);
    if (length === 0) continue;
    const nameAt = u32[record + PV_WORD.nameAt]!;
    if (filter(id, lengthAndFlags, nameAt)) visit(id, nameAt, length);
  }
}

/** Ids of those that a filter lets pass, which can become more and fewer later; undefined for all. */
export function* findPvs(
  { records: { pool }, nameTests }: PvTable,
  filter: PvFilter,
): Generator<undefined, IdSet | undefined> {
  if (filter === everyPv) return undefined;
  const passed = nameTests.passedBy(filter);
  if (passed !== undefined) return passed;
  const found = new IdSet();
  const take = (id: number): void => found.add(id);
  yield* inSlices(pool.slots, (begin) => scanSlice(pool, begin / SLICE, true, filter, take));
  return found;
}

/** Loops of a function run faster than those of a generator. */
export function* inSlices(
  count: number,
  work: (begin: number, end: number) => void,
): Generator<undefined, void> {
  for (let begin = 0; begin < count; begin += SLICE) {
    work(begin, Math.min(begin + SLICE, count));
    yield;
  }
}
