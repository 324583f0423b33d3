/** How many events there were step by step: one grouped question, and what its rows come to. */
import type { EventType, Severity } from "../model/event.js";
import type { EventCounts, EventCountsQuery } from "../model/views.js";
import { eventConditions } from "./events.js";
import type { SqlRow, SqlValue } from "./sql.js";

/** A row for each beginning of a step, severity and type that has events. */
export function eventCountsQuestion(query: EventCountsQuery): {
  readonly sql: string;
  readonly values: readonly SqlValue[];
} {
  const { conditions, values } = eventConditions(query);
  return {
    sql: `SELECT at - (at - ?) % ? AS begins, severity, type, count(*) FROM event
      WHERE ${conditions.join(" AND ")} GROUP BY begins, severity, type`,
    values: [query.from, query.stepMs, ...values],
  };
}

/** What {@link eventCountsQuestion} asked for. */
export function eventCounts(
  rows: readonly SqlRow[],
  { from, to, stepMs }: EventCountsQuery,
): EventCounts {
  const points = Array.from({ length: Math.ceil((to - from) / stepMs) }, (_, step) => ({
    at: from + step * stepMs,
    info: 0,
    warning: 0,
    alarm: 0,
  }));
  const types = new Map<EventType, number>();
  let total = 0;
  for (const [begins, severity, type, number] of rows) {
    const count = Number(number);
    const point = points[(Number(begins) - from) / stepMs];
    if (point !== undefined) point[severity as Severity] += count;
    types.set(type as EventType, (types.get(type as EventType) ?? 0) + count);
    total += count;
  }
  return {
    from,
    to,
    stepMs,
    total,
    points,
    types: [...types]
      .map(([type, count]) => ({ type, count }))
      .sort((a, b) => b.count - a.count || (a.type < b.type ? -1 : 1)),
  };
}
