/** Stores that each break one rule about events, which the conformance suite has to name. */
import type { PvmonEvent, Row } from "pvmon";
import { answering, type BrokenStore, each, eventsWithout } from "./broken-store.js";

const FILTERS = "finds events by each of their members and by time, the end excluded, newest first";
const MEMBERS = "gives events back with all their members, and without those that they lack";

export const BROKEN_EVENTS: readonly BrokenStore[] = [
  ...["ids", "types", "severity", "host", "server", "client", "pv", "app", "log", "from", "to"].map(
    (member) => ({
      how: `finds events without regard to ${member}`,
      rule: FILTERS,
      breaking: eventsWithout(member),
    }),
  ),
  {
    how: "takes an end of a span of time as a part of it",
    rule: FILTERS,
    breaking: answering((service) => ({
      events: (query) =>
        service.events({ ...query, ...(query.to !== undefined && { to: query.to + 1 }) }),
    })),
  },
  {
    how: "orders events by their times",
    rule: "puts events in the order in which they were noticed, not in that of their times",
    breaking: answering((service) => ({
      events: async (query) => {
        const page = await service.events(query);
        return { ...page, items: page.items.toSorted((a, b) => b.at - a.at) };
      },
    })),
  },
  {
    how: "gives members that an event lacks as null",
    rule: MEMBERS,
    breaking: answering((service) => ({
      events: async (query) => {
        const page = await service.events(query);
        const items = page.items.map((event) => ({ client: null, ...event }) as PvmonEvent);
        return { ...page, items };
      },
    })),
  },
  {
    how: "cuts long texts",
    rule: MEMBERS,
    breaking: each((row) =>
      row.kind === "event"
        ? { ...row, event: { ...row.event, text: row.event.text.slice(0, 255) } }
        : row,
    ),
  },
  {
    how: "keeps an event as it was first",
    rule: "replaces an event that comes again with its newer state",
    breaking: (store) => {
      const seen = new Set<string>();
      const isNew = (row: Row): boolean =>
        row.kind !== "event" || (!seen.has(row.event.id) && seen.add(row.event.id) !== undefined);
      return { write: (rows) => store.write(rows.filter(isNew)) };
    },
  },
  {
    how: "writes an event that comes again beside the first",
    rule: "takes the same events twice without a difference",
    breaking: (store) => {
      let copies = 0;
      const copied = (row: Row): Row =>
        row.kind === "event"
          ? { ...row, event: { ...row.event, id: String(Number(row.event.id) + ++copies * 100) } }
          : row;
      return { write: (rows) => store.write(rows.map(copied)) };
    },
  },
  {
    how: "begins every page at the newest event",
    rule: "pages events by a cursor that stays right while events come in",
    breaking: eventsWithout("cursor"),
  },
  {
    how: "counts only the events of the page",
    rule: "pages events by a cursor that stays right while events come in",
    breaking: answering((service) => ({
      events: async (query) => {
        const page = await service.events(query);
        return { ...page, total: page.items.length };
      },
    })),
  },
];
