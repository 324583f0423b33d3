/** The ids of all PVs that a query finds, in its order, as they were when it was made. It is made in small steps. */
import { nameBegin } from "../names/names.js";
import type { PvQuery } from "../views.js";
import type { PvFilter } from "./pv-filter.js";
import { keyOf, threeBytes } from "./pv-keys.js";
import { PV_WORD } from "./pv-record.js";
import { SLICE, scanSlice } from "./pv-scan.js";
import { HIGH, type SortWords, sortIds } from "./pv-sort.js";
import type { PvTable } from "./pv-table.js";

/** Of a name, in one word; a number below them says how many there are. */
const BYTES_PER_WORD = 3;

export class PvOrder {
  readonly #steps: Generator<undefined, Uint32Array>;
  #ids: Uint32Array | undefined;
  /** Since it was begun. Their ids can be those of other PVs by now. */
  readonly #forgotten = new Set<number>();

  constructor(table: PvTable, query: Pick<PvQuery, "sort" | "order">, filter: PvFilter) {
    this.#steps = findInOrder(table, query, filter);
  }

  /** How many were found; 0 while it is being made. */
  get total(): number {
    return this.#ids?.length ?? 0;
  }

  /** How many of them were forgotten since. */
  get forgotten(): number {
    return this.#forgotten.size;
  }

  /** Does a little of the work. False when all is done. */
  advance(): boolean {
    if (this.#ids !== undefined) return false;
    const step = this.#steps.next();
    if (step.done === true) this.#ids = step.value;
    return step.done !== true;
  }

  /** There is no PV with this id any more. */
  forget(id: number): void {
    this.#forgotten.add(id);
  }

  /** Of those at these places, forgotten ones left out. From the end when `isReversed`. */
  idsAt(offset: number, limit: number, isReversed: boolean): number[] {
    const ids = this.#ids ?? new Uint32Array(0);
    const end = isReversed ? Math.max(0, ids.length - offset) : offset + limit;
    const begin = isReversed ? Math.max(0, end - limit) : offset;
    const found = [...ids.subarray(begin, end)].filter((id) => !this.#forgotten.has(id));
    return isReversed ? found.reverse() : found;
  }
}

function* findInOrder(
  table: PvTable,
  { sort, order }: Pick<PvQuery, "sort" | "order">,
  filter: PvFilter,
): Generator<undefined, Uint32Array> {
  const { pool } = table.records;
  const slices = Math.ceil(pool.slots / SLICE);
  let ids = new Uint32Array(SLICE);
  // By id; what they count changes while they are sorted.
  const keys = sort === "name" ? undefined : new Float64Array(slices * SLICE);
  const key = keyOf(table, sort);
  let count = 0;
  const take = (id: number, nameAt: number, length: number): void => {
    if (count === ids.length) ids = lengthened(ids);
    ids[count++] = id;
    if (keys !== undefined) keys[id] = key(id, nameAt, length);
  };
  for (let number = 0; number < slices; number++) {
    scanSlice(pool, number, true, filter, take);
    yield;
  }
  const found = ids.slice(0, count);
  const byName = nameWords(table);
  yield* sortIds(found, keys === undefined ? byName : keyWords(keys, order === "desc", byName));
  return found;
}

function lengthened(ids: Uint32Array): Uint32Array<ArrayBuffer> {
  const longer = new Uint32Array(2 * ids.length);
  longer.set(ids);
  return longer;
}

/** Bytes of the name; that it ends comes before any byte. */
function nameWords({ names, records }: PvTable): SortWords {
  return {
    of(id, level) {
      const nameAt = records.word(id, PV_WORD.nameAt);
      const from = level * BYTES_PER_WORD;
      const left = Math.max(0, records.length(id) - from);
      const bytes = threeBytes(names.memoryOf(nameAt), nameBegin(nameAt) + from, left);
      return ((bytes << 8) | Math.min(left, BYTES_PER_WORD)) >>> 0;
    },
    areEqual: (_level, word) => (word & 0xff) < BYTES_PER_WORD,
  };
}

/** The halves of the key, then the name. Bits of numbers that are not negative are in the order of the numbers. */
function keyWords(keys: Float64Array, isDown: boolean, byName: SortWords): SortWords {
  const halves = new Uint32Array(keys.buffer);
  const turn = isDown ? -1 : 0;
  return {
    of: (id, level) =>
      level < 2
        ? (halves[2 * id + (level === 0 ? HIGH : 1 - HIGH)]! ^ turn) >>> 0
        : byName.of(id, level - 2),
    areEqual: (level, word) => level >= 2 && byName.areEqual(level - 2, word),
  };
}
