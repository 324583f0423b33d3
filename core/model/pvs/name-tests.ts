/**
 * Which names pass the tests of views, kept while people look at these: a name stays what it is, so that each is tested once,
 * and new ones as they come. 2 bits for each name and view.
 */
import { IdSet } from "../inventory/id-set.js";
import { type Names, nameBegin } from "../names/names.js";
import type { PvQuery } from "../views.js";
import type { PvFilter } from "./pv-filter.js";
import { lengthOf, type PvRecords } from "./pv-record.js";
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
    const filter: PvFilter = (id, lengthAndFlags, nameAt) => {
      if (tested.has(id)) return passed.has(id);
      const passes = test(id, lengthAndFlags, nameAt);
      if (passes) passed.add(id);
      tested.add(id);
      return passes;
    };
    return { wanted, filter, tested, passed };
  }

  #test({ match, accept }: Wanted): PvFilter {
    const names = this.#names;
    const matches = match === undefined ? undefined : compileMatch(match);
    return (id, lengthAndFlags, nameAt) => {
      const begin = nameBegin(nameAt);
      const end = begin + lengthOf(lengthAndFlags);
      return (
        (matches?.(names.memoryOf(nameAt), begin, end) ?? true) &&
        (accept?.(names.textOf(id)) ?? true)
      );
    };
  }
}
