/** Stores that each count events wrongly in one way, which the conformance suite has to name. */
import type { EventCounts, EventCountsQuery } from "pvmon";
import { answering, type Breaking, type BrokenStore } from "./broken-store.js";

const FILTERS = "counts events by each of their members and by time, the end excluded";
const STEPS =
  "counts events of each severity in steps that begin where it is asked from, none in those without";
const TYPES = "counts the events of each type, most first";

const asking = (change: (query: EventCountsQuery) => EventCountsQuery): Breaking =>
  answering((service) => ({ eventCounts: (query) => service.eventCounts(change(query)) }));

const counting = (change: (counts: EventCounts) => EventCounts): Breaking =>
  answering((service) => ({
    eventCounts: async (query) => change(await service.eventCounts(query)),
  }));

export const BROKEN_COUNTS: readonly BrokenStore[] = [
  ...["ids", "types", "severity", "host", "server", "client", "pv", "app", "log"].map((member) => ({
    how: `counts events without regard to ${member}`,
    rule: FILTERS,
    breaking: asking(({ [member as never]: _left, ...rest }) => rest),
  })),
  {
    how: "counts the events at the end of the span too",
    rule: FILTERS,
    breaking: asking((query) => ({ ...query, to: query.to + 1 })),
  },
  {
    how: "counts the events before the span too",
    rule: FILTERS,
    breaking: asking((query) => ({ ...query, from: query.from - 2 * query.stepMs })),
  },
  {
    how: "leaves out steps without events",
    rule: STEPS,
    breaking: counting((counts) => ({
      ...counts,
      points: counts.points.filter(({ info, warning, alarm }) => info + warning + alarm > 0),
    })),
  },
  {
    how: "begins steps at whole multiples of them",
    rule: STEPS,
    breaking: asking((query) => ({ ...query, from: query.from - (query.from % query.stepMs) })),
  },
  {
    how: "counts alarms as warnings",
    rule: STEPS,
    breaking: counting((counts) => ({
      ...counts,
      points: counts.points.map((point) => ({ ...point, warning: point.alarm, alarm: 0 })),
    })),
  },
  {
    how: "orders types by their names",
    rule: TYPES,
    breaking: counting((counts) => ({
      ...counts,
      types: counts.types.toSorted((a, b) => (a.type < b.type ? -1 : 1)),
    })),
  },
  {
    how: "counts the types of all time",
    rule: TYPES,
    breaking: answering((service) => ({
      eventCounts: async (query) => {
        const { types } = await service.eventCounts({ ...query, from: 0, stepMs: query.to });
        return { ...(await service.eventCounts(query)), types };
      },
    })),
  },
];
