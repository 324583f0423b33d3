/** Goes through very many things a slice at a time: through the records of all PVs, for those that a filter lets pass. */
import { IdSet } from "../inventory/id-set.js";
import { everyPv, type PvFilter } from "./pv-filter.js";
import { indexInChunk, type RecordPool } from "./pv-pool.js";
import { lengthOf, PV_WORD, WORDS_PER_PV } from "./pv-record.js";
import type { PvTable } from "./pv-table.js";

/** Records of a slice, which divides those of a chunk. About 0.1 ms. */
export const SLICE = 4096;

const IN_SLICE = new Uint32Array(SLICE);

/** Ids in a slice that a filter lets pass, ascending. Valid until the next call. */
export function passingIn(pool: RecordPool, number: number, filter: PvFilter): Uint32Array {
  const begin = number * SLICE;
  const end = Math.min(begin + SLICE, pool.slots);
  return IN_SLICE.subarray(0, filter(IN_SLICE, idsBetween(pool, begin, end)));
}

/** Fills in the ids of PVs. Where no record is free, none has to be read, which takes longer than many a filter. */
function idsBetween(pool: RecordPool, begin: number, end: number): number {
  const { u32 } = pool.chunk(begin);
  const isFull = pool.used === pool.slots;
  let count = 0;
  for (let id = begin; id < end; id++) {
    const record = indexInChunk(id) * WORDS_PER_PV;
    if (isFull || lengthOf(u32[record + PV_WORD.lengthAndFlags]!) > 0) IN_SLICE[count++] = id;
  }
  return count;
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
  yield* inSlices(pool.slots, (begin) =>
    found.addAscending(passingIn(pool, begin / SLICE, filter)),
  );
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
