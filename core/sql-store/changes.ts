/** What differs between two instants, asked of the facts and events. */
import type { EventType } from "../model/event.js";
import type { ChangeReport } from "../model/views.js";
import { type ChangesSpan, differences, HoldingCounts } from "./differences.js";
import { NEW_SUBJECTS } from "./events.js";
import type { Asking } from "./sql.js";

/**
 * All questions are to be asked of one state of the database.
 * @param known what was counted of the same facts before; what is counted now is put into it.
 */
export function* changes(span: ChangesSpan, known = new HoldingCounts()): Asking<ChangeReport> {
  const { from, to } = span;
  const pvs = yield* differences("pvServer", span, known);
  const { appeared, gone } = yield* differences("serverUp", span, known);
  const apps = yield* differences("serverApp", span, known);
  const newClients = yield* newSubjects("client.appeared", span);
  const newDuplicates = yield* newSubjects("pv.duplicated", span);
  return { from, to, pvs, servers: { appeared, gone }, apps, newClients, newDuplicates };
}

function* newSubjects(
  type: EventType,
  { from, to, limit }: ChangesSpan,
): Asking<ChangeReport["newClients"]> {
  // With a limit of none too, the total is in the rows.
  const rows = yield { sql: NEW_SUBJECTS, values: [type, from, to, Math.max(limit, 1)] };
  return {
    total: Number(rows[0]?.[1] ?? 0),
    items: rows.slice(0, limit).map(([subject]) => String(subject)),
  };
}
