/**
 * Which names pass the tests of views, kept while people look at these: a name stays what it is, so that each is tested once,
 * and new ones as they come. 2 bits for each name and view.
 */
import { IdSet } from "../inventory/id-set.js";
import { type Names, nameBegin } from "../names/names.js";
import type { PvQuery } from "../views.js";
import { NamePairs } from "./name-pairs.js";
import { everyPv, type PvFilter, which } from "./pv-filter.js";
import { PV_WORD, type PvRecords } from "./pv-record.js";
import { inSlices, passingIn, SLICE } from "./pv-scan.js";
import { compileMatch } from "./text-match.js";

/** Of views that somebody looks at, and of what was typed just before. */
const MAX_KEPT = 16;

interface Wanted {
  readonly match: PvQuery["match"] | undefined;
  readonly accept: PvQuery["accept"] | undefined;
}

interface Kept {
  readonly wanted: Wanted;
  readonly filter: PvFilter;
  readonly tested: IdSet;
  /** Of them. */
  readonly passed: IdSet;
}

/** Of a slice: what is to be tested now, and what passes of it. */
const UNTESTED = new Uint32Array(SLICE);
const PASSING = new Uint32Array(SLICE);
/** Likewise, for one of several tests: what it is to narrow, and by their place in the slice which pass any. */
const TRIED = new Uint32Array(SLICE);
const PASSES = new Uint8Array(SLICE);

export class NameTests {
  readonly #names: Names;
  readonly #records: PvRecords;
  readonly #pairs: NamePairs;
  /** Asked for last comes last. */
  #kept: readonly Kept[] = [];

  constructor(names: Names, records: PvRecords) {
    this.#names = names;
    this.#records = records;
    this.#pairs = new NamePairs(names, records);
  }

  /** Whether the name passes both. */
  of({ match, accept }: Pick<PvQuery, "match" | "accept">): PvFilter {
    const isSame = ({ wanted }: Kept): boolean =>
      wanted.match === match && wanted.accept === accept;
    const latest = this.#kept.find(isSame) ?? this.#begin({ match, accept });
    const others = this.#kept.filter((kept) => kept !== latest);
    this.#kept = [...others, latest].slice(-MAX_KEPT);
    return latest.filter;
  }

  /** Ids of all names that pass a filter of {@link of}, undefined when it has not seen all names. It goes on to change. */
  passedBy(filter: PvFilter): IdSet | undefined {
    const kept = this.#kept.find((each) => each.filter === filter);
    return kept?.tested.size === this.#records.pool.used ? kept.passed : undefined;
  }

  /** Takes in small steps what the first test of a part of names would take. */
  prepare(): Generator<undefined, void> {
    const { pool } = this.#records;
    const look = this.#pairs.filter("");
    return inSlices(pool.slots, (begin) => passingIn(pool, begin / SLICE, look));
  }

  /** There is no PV with this id any more. */
  forget(id: number): void {
    this.#pairs.forget(id);
    for (const { tested, passed } of this.#kept) {
      tested.delete(id);
      passed.delete(id);
    }
  }

  #begin(wanted: Wanted): Kept {
    const test = this.#test(wanted);
    const tested = new IdSet();
    const passed = new IdSet();
    const filter: PvFilter = (ids, count) => {
      if (tested.size < this.#records.pool.used) {
        UNTESTED.set(ids.subarray(0, count));
        const untested = UNTESTED.subarray(0, tested.narrow(UNTESTED, count, false));
        PASSING.set(untested);
        passed.addAscending(PASSING.subarray(0, test(PASSING, untested.length)));
        tested.addAscending(untested);
      }
      return passed.narrow(ids, count, true);
    };
    return { wanted, filter, tested, passed };
  }

  #test({ match, accept }: Wanted): PvFilter {
    const matching =
      match === undefined ? everyPv : anyOf([match].flat().map((text) => this.#matching(text)));
    if (accept === undefined) return matching;
    const accepted = which((id) => accept(this.#names.textOf(id)));
    return (ids, count) => accepted(ids, matching(ids, count));
  }

  #matching(text: string): PvFilter {
    const names = this.#names;
    const records = this.#records;
    const likely = this.#pairs.filter(text);
    const matches = compileMatch(text);
    const matching = which((id) => {
      const nameAt = records.word(id, PV_WORD.nameAt);
      const begin = nameBegin(nameAt);
      return matches(names.memoryOf(nameAt), begin, begin + records.length(id));
    });
    return (ids, count) => matching(ids, likely(ids, count));
  }
}

function anyOf(filters: readonly PvFilter[]): PvFilter {
  if (filters.length === 1) return filters[0]!;
  return (ids, count) => {
    PASSES.fill(0);
    for (const filter of filters) {
      TRIED.set(ids.subarray(0, count));
      const passed = filter(TRIED, count);
      for (let n = 0; n < passed; n++) PASSES[TRIED[n]! % SLICE] = 1;
    }
    let passed = 0;
    for (let n = 0; n < count; n++) if (PASSES[ids[n]! % SLICE] === 1) ids[passed++] = ids[n]!;
    return passed;
  };
}
