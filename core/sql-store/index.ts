/**
 * `pvmon/sql-store`: what stores with SQL tables have in common, so that each is only its own database: which columns hold
 * which rows, the packed form of a PV, the steps of traffic, and the questions that are the same SQL everywhere. All
 * values are bound to `?`, never written into a text.
 */
export { changes } from "./changes.js";
export { type ChangesSpan, HoldingCounts } from "./differences.js";
export { eventCounts, eventCountsQuestion } from "./event-counts.js";
export {
  EVENT_COLUMNS,
  type EventFilter,
  eventFilter,
  eventOf,
  eventPage,
  eventValues,
  RESTORED_EVENTS,
} from "./events.js";
export { END_FACT, endFact } from "./facts.js";
export { type KeepDays, keepDaysSchema } from "./keep-days.js";
export {
  type PackedPv,
  PvWriter,
  packPv,
  ROWS_AT_ONCE,
  readPacked,
  unpackPv,
  unpackPvs,
} from "./pv-codec.js";
export { RECORD_TABLES, type RecordTable, recordTable, type TableRow } from "./records.js";
export type { Asking, Question, SqlRow, SqlValue } from "./sql.js";
export {
  DAY_MS,
  LATEST_TRAFFIC,
  POINTS,
  pointsValues,
  STEPS,
  stepsToRoll,
  TOP,
  type TrafficPlan,
  topEntries,
  topValues,
  trafficPlan,
  trafficPoints,
} from "./traffic.js";
