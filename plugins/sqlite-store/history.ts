/** The history as a connection of its own reads it: blocking, and only reading. */
import Sqlite from "better-sqlite3";
import {
  type Asking,
  changes,
  eventCounts,
  eventCountsQuestion,
  eventFilter,
  eventPage,
  type HoldingCounts,
  POINTS,
  pointsValues,
  type SqlRow,
  type SqlValue,
  TOP,
  topEntries,
  topValues,
  trafficPlan,
  trafficPoints,
} from "pvmon/sql-store";
import type { Reads } from "./protocol.js";

type Read<K extends keyof Reads> = Reads[K];

export class StoredHistory implements Reads {
  readonly #database: Sqlite.Database;
  readonly #counts: HoldingCounts = new Map();
  #facts: number | undefined;

  /** @param path of a database that is there and has been migrated */
  constructor(path: string) {
    this.#database = new Sqlite(path, { readonly: true, timeout: 2000 });
    this.#database.pragma("temp_store = MEMORY");
  }

  /** @param facts another number after facts were written or deleted, undefined while that goes on. */
  factsAre(facts: number | undefined): void {
    if (facts === undefined || facts !== this.#facts) this.#counts.clear();
    this.#facts = facts;
  }

  readonly events: Read<"events"> = (query) => {
    const { count, countValues, page, pageValues } = eventFilter(query);
    return this.#atOnce(() => {
      const [counted] = this.#rows(count, countValues);
      return eventPage(this.#rows(page, pageValues), Number(counted?.[0]), query);
    });
  };

  readonly eventCounts: Read<"eventCounts"> = (query) => {
    const { sql, values } = eventCountsQuestion(query);
    return eventCounts(this.#rows(sql, values), query);
  };

  /** Mean per minute over each step; `from` is widened to a whole step, and steps that nobody watched have no point. */
  readonly traffic: Read<"traffic"> = ({ series, from, to }) => {
    const plan = trafficPlan({ from, to });
    return {
      stepMs: plan.widthMs,
      series: series.map((name) => ({
        name,
        points: trafficPoints(this.#rows(POINTS, pointsValues(plan, name, to))),
      })),
    };
  };

  readonly top: Read<"top"> = (query) => topEntries(this.#rows(TOP, topValues(query)), query);

  readonly changes: Read<"changes"> = (span) =>
    this.#atOnce(() => this.#answer(changes(span, this.#counts)));

  #answer<T>(asking: Asking<T>): T {
    let step = asking.next();
    while (!step.done) step = asking.next(this.#rows(step.value.sql, step.value.values));
    return step.value;
  }

  #rows(sql: string, values: readonly SqlValue[]): SqlRow[] {
    return this.#database.prepare<unknown[], SqlRow>(sql).raw().all(values);
  }

  /** Several questions to one state of the database, whatever is written meanwhile. */
  #atOnce<T>(ask: () => T): T {
    return this.#database.transaction(ask)();
  }
}
