/** Sorts PVs by the bytes of their names, in small steps. */
import { nameBegin } from "../names/names.js";
import { threeBytes } from "./pv-keys.js";
import { PV_WORD } from "./pv-record.js";
import { inSlices } from "./pv-scan.js";
import { type SortWords, sortIds } from "./pv-sort.js";
import type { PvTable } from "./pv-table.js";

/** Of a name, in one word; a number below them says how many there are. */
const BYTES_PER_WORD = 3;

/** One that is forgotten meanwhile can come to a wrong place, but never puts others out of order. */
export function* sortedByName(
  table: PvTable,
  ids: Uint32Array,
): Generator<undefined, Uint32Array<ArrayBuffer>> {
  const { records } = table;
  // Closer together than in the records.
  const nameAt = new Uint32Array(ids.length);
  const lengths = new Uint16Array(ids.length);
  const sorted = new Uint32Array(ids.length);
  yield* inSlices(ids.length, (begin, end) => {
    for (let n = begin; n < end; n++) {
      nameAt[n] = records.word(ids[n]!, PV_WORD.nameAt);
      lengths[n] = records.length(ids[n]!);
      sorted[n] = n;
    }
  });
  yield* sortIds(sorted, nameWords(table, nameAt, lengths));
  yield* inSlices(ids.length, (begin, end) => {
    for (let n = begin; n < end; n++) sorted[n] = ids[sorted[n]!]!;
  });
  return sorted;
}

/** That a name ends comes before any byte. */
function nameWords({ names }: PvTable, nameAt: Uint32Array, lengths: Uint16Array): SortWords {
  return {
    of(n, level) {
      const from = level * BYTES_PER_WORD;
      const left = Math.max(0, lengths[n]! - from);
      const begin = nameBegin(nameAt[n]!) + from;
      const bytes = threeBytes(names.memoryOf(nameAt[n]!), begin, left);
      return ((bytes << 8) | Math.min(left, BYTES_PER_WORD)) >>> 0;
    },
    areEqual: (_level, word) => (word & 0xff) < BYTES_PER_WORD,
  };
}
