/** The history as a connection of its own reads it: blocking, and only reading. */
import Sqlite from "better-sqlite3";
import {
  type Asking,
  changes,
  eventCounts,
  eventCountsQuestion,
  eventFilter,
  eventPage,
  HoldingCounts,
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
import type { ReadAnswer, ReadQuestion, Reads } from "./protocol.js";

type Read<K extends keyof Reads> = Reads[K];

export class StoredHistory implements Reads {
  readonly #database: Sqlite.Database;
  readonly #counts = new HoldingCounts();
  #factsVersion: number | undefined;

  /** @param path of a database that is there and has been migrated */
  constructor(path: string) {
    this.#database = new Sqlite(path, { readonly: true, timeout: 2000 });
    this.#database.pragma("temp_store = MEMORY");
  }

  answer({ read, query, factsVersion }: ReadQuestion): ReadAnswer {
    if (factsVersion === undefined || factsVersion !== this.#factsVersion) this.#counts.clear();
    this.#factsVersion = factsVersion;
    this.#counts.wereUsed = false;
    const result = (this[read] as (query: unknown) => unknown)(query);
    return { result, usesKnown: this.#counts.wereUsed };
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
    this.#atOnce(() => this.#answerOf(changes(span, this.#counts)));

  #answerOf<T>(asking: Asking<T>): T {
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
