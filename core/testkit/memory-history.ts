/** HISTORY of a store in memory, by the plainest means: it looks at everything it has for every answer. */
import type {
  Change,
  ChangeList,
  ChangeReport,
  EventCounts,
  EventCountsQuery,
  EventCriteria,
  EventQuery,
  EventType,
  Fact,
  HistoryService,
  Page,
  PvmonEvent,
  Severity,
  TopEntry,
  TopQuery,
  TrafficAnswer,
} from "../index.js";
import { trafficPlan } from "../sql-store/index.js";
import { keyOf, type MemoryMedium } from "./memory-medium.js";

export class MemoryHistory implements HistoryService {
  constructor(private readonly medium: () => MemoryMedium) {}

  async events(query: EventQuery): Promise<Page<PvmonEvent>> {
    const found = [...this.medium().events.values()]
      .filter((event) => fits(event, query))
      .sort((a, b) => Number(b.id) - Number(a.id));
    const before = Number(query.cursor ?? Number.POSITIVE_INFINITY);
    const rest = found.filter(({ id }) => Number(id) < before);
    const items = rest.slice(0, query.limit);
    const next = rest.length > query.limit ? (items.at(-1)?.id ?? null) : null;
    return { items, total: found.length, next };
  }

  async eventCounts(query: EventCountsQuery): Promise<EventCounts> {
    const { from, to, stepMs } = query;
    const found = [...this.medium().events.values()].filter((event) => fits(event, query));
    const beginnings = Array.from(
      { length: Math.ceil((to - from) / stepMs) },
      (_, step) => from + step * stepMs,
    );
    const types = [...new Set(found.map(({ type }) => type))].sort();
    return {
      from,
      to,
      stepMs,
      total: found.length,
      points: beginnings.map((begins) => {
        const events = found.filter(({ at }) => at >= begins && at < begins + stepMs);
        const of = (severity: Severity): number =>
          events.filter((event) => event.severity === severity).length;
        return { at: begins, info: of("info"), warning: of("warning"), alarm: of("alarm") };
      }),
      types: types
        .map((type) => ({ type, count: found.filter((event) => event.type === type).length }))
        .sort((a, b) => b.count - a.count),
    };
  }

  async traffic({
    series,
    from,
    to,
  }: Parameters<HistoryService["traffic"]>[0]): Promise<TrafficAnswer> {
    const plan = trafficPlan({ from, to });
    const rows = [...this.medium().traffic.values()].filter(
      ({ minuteAt }) => minuteAt >= plan.from && minuteAt < to,
    );
    const sums = (name: string): Map<number, { total: number; minutes: number }> => {
      const points = new Map<number, { total: number; minutes: number }>();
      for (const row of rows) {
        if (row.series !== name) continue;
        const at = row.minuteAt - (row.minuteAt % plan.widthMs);
        const { total, minutes } = points.get(at) ?? { total: 0, minutes: 0 };
        points.set(at, { total: total + row.value, minutes: minutes + 1 });
      }
      return points;
    };
    const watched = sums("searchNames");
    return {
      stepMs: plan.widthMs,
      series: series.map((name) => ({
        name,
        points: [...sums(name)]
          .sort(([a], [b]) => a - b)
          .map(([at, { total, minutes }]) => ({
            at,
            value: total / Math.max(minutes, watched.get(at)?.minutes ?? 0),
          })),
      })),
    };
  }

  async top({ by, from, to, limit }: TopQuery): Promise<readonly TopEntry[]> {
    const start = from - (from % trafficPlan({ from, to }).stepMs);
    const requests = new Map<string, number>();
    let names = 0;
    for (const { minuteAt, series, value } of this.medium().traffic.values()) {
      if (minuteAt < start || minuteAt >= to) continue;
      if (["clientNames", "archiverNames", "gatewayNames"].includes(series)) names += value;
      if (series.startsWith(`${by}:`)) requests.set(series, (requests.get(series) ?? 0) + value);
    }
    return [...requests]
      .filter(([, count]) => count > 0)
      .sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1))
      .slice(0, limit)
      .map(([series, count]) => ({
        name: series.slice(by.length + 1),
        requests: count,
        share: names > 0 ? Math.min(1, count / names) : 0,
      }));
  }

  async changes({
    from,
    to,
    limit,
  }: Parameters<HistoryService["changes"]>[0]): Promise<ChangeReport> {
    const list = (fact: Fact, wanted: "appeared" | "gone" | "moved"): ChangeList => {
      const all = this.#differing(fact, from, to).filter(({ before, after }) =>
        wanted === "appeared"
          ? before.length === 0
          : wanted === "gone"
            ? after.length === 0
            : before.length > 0 && after.length > 0,
      );
      return { total: all.length, items: all.slice(0, limit) };
    };
    const newOnes = (type: EventType) => {
      const found = [...this.medium().events.values()].filter(
        (event) => event.type === type && event.at > from && event.at <= to,
      );
      const items = [...new Set(found.map(({ subject }) => subject))].sort();
      return { total: items.length, items: items.slice(0, limit) };
    };
    return {
      from,
      to,
      pvs: {
        appeared: list("pvServer", "appeared"),
        gone: list("pvServer", "gone"),
        moved: list("pvServer", "moved"),
      },
      servers: { appeared: list("serverUp", "appeared"), gone: list("serverUp", "gone") },
      apps: {
        appeared: list("serverApp", "appeared"),
        gone: list("serverApp", "gone"),
        moved: list("serverApp", "moved"),
      },
      newClients: newOnes("client.appeared"),
      newDuplicates: newOnes("pv.duplicated"),
    };
  }

  #differing(fact: Fact, from: number, to: number): readonly Change[] {
    const of = [...this.medium().facts.values()].filter((item) => item.fact === fact);
    const valuesAt = (subject: string, at: number): string[] => {
      const held = of.filter(
        (item) => item.subject === subject && item.begins <= at && (item.ends ?? at + 1) > at,
      );
      return [...new Set(held.map(({ value }) => value))].sort();
    };
    return [...new Set(of.map(({ subject }) => subject))]
      .sort()
      .map((subject) => ({
        subject,
        before: valuesAt(subject, from),
        after: valuesAt(subject, to),
      }))
      .filter(({ before, after }) => keyOf(...before) !== keyOf(...after));
  }
}

function fits(event: PvmonEvent, query: EventCriteria): boolean {
  const members = ["severity", "host", "server", "client", "pv", "app"] as const;
  return (
    event.at >= (query.from ?? event.at) &&
    event.at < (query.to ?? event.at + 1) &&
    (query.ids?.includes(event.id) ?? true) &&
    (query.types?.includes(event.type) ?? true) &&
    (query.log === undefined || (event.log !== undefined && query.log.includes(event.log))) &&
    members.every((member) => query[member] === undefined || query[member] === event[member])
  );
}
