/**
 * Which names pass the tests of views, kept while people look at these: a name stays what it is, so that each is tested once,
 * and new ones as they come. 2 bits for each name and view.
 */
import { IdSet } from "../inventory/id-set.js";
import { type Names, nameBegin } from "../names/names.js";
import type { PvQuery } from "../views.js";
import { everyPv, type PvFilter, which } from "./pv-filter.js";
import { indexInChunk } from "./pv-pool.js";
import { lengthOf, PV_WORD, type PvRecords, WORDS_PER_PV } from "./pv-record.js";
import { SLICE } from "./pv-scan.js";
import { compileMatch, type TextMatch } from "./text-match.js";

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

export class NameTests {
  readonly #names: Names;
  readonly #records: PvRecords;
  /** Asked for last comes last. */
  #kept: readonly Kept[] = [];

  constructor(names: Names, records: PvRecords) {
    this.#names = names;
    this.#records = records;
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

  /** There is no PV with this id any more. */
  forget(id: number): void {
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
    const matching = match === undefined ? everyPv : this.#matching(compileMatch(match));
    if (accept === undefined) return matching;
    const accepted = which((id) => accept(this.#names.textOf(id)));
    return (ids, count) => accepted(ids, matching(ids, count));
  }

  #matching(matches: TextMatch): PvFilter {
    const names = this.#names;
    const { pool } = this.#records;
    return (ids, count) => {
      if (count === 0) return 0;
      const { u32 } = pool.chunk(ids[0]!);
      let passed = 0;
      for (let n = 0; n < count; n++) {
        const record = indexInChunk(ids[n]!) * WORDS_PER_PV;
        const nameAt = u32[record + PV_WORD.nameAt]!;
        const begin = nameBegin(nameAt);
        const end = begin + lengthOf(u32[record + PV_WORD.lengthAndFlags]!);
        if (matches(names.memoryOf(nameAt), begin, end)) ids[passed++] = ids[n]!;
      }
      return passed;
    };
  }
}
