/**
 * A store that remembers in memory only: for tests, and as the plainest example of what a store does. It copies all that it
 * has on every write, so that a batch is taken whole or not at all.
 */
import type {
  Change,
  ChangeList,
  ChangeReport,
  EventQuery,
  EventType,
  Fact,
  FactRow,
  HistoryService,
  Page,
  PvmonEvent,
  Row,
  Store,
  TopEntry,
  TopQuery,
  TrafficAnswer,
  TrafficRow,
} from "../index.js";
import { trafficPlan } from "../sql-store/index.js";

interface Interval {
  readonly fact: Fact;
  readonly subject: string;
  readonly value: string;
  readonly begins: number;
  readonly ends: number | null;
}

/** What survives the store. */
export class MemoryMedium {
  /** PVs and other records, by kind and key. */
  records = new Map<string, Row>();
  events = new Map<string, PvmonEvent>();
  /** By minute and series. */
  traffic = new Map<string, TrafficRow>();
  /** By fact, subject, value and beginning. */
  facts = new Map<string, Interval>();

  copy(): MemoryMedium {
    const copy = new MemoryMedium();
    copy.records = new Map(this.records);
    copy.events = new Map(this.events);
    copy.traffic = new Map(this.traffic);
    copy.facts = new Map(this.facts);
    return copy;
  }
}

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
const keyOf = (...parts: readonly (string | number)[]): string => JSON.stringify(parts);

export class MemoryStore implements Store<HistoryService> {
  readonly #medium: { current: MemoryMedium };
  #isRunning = false;

  /** @param medium shared by stores that follow one another */
  constructor(medium: { current: MemoryMedium } = { current: new MemoryMedium() }) {
    this.#medium = medium;
  }

  readonly service: HistoryService = {
    events: async (query) => this.#events(query),
    traffic: async (query) => this.#traffic(query),
    top: async (query) => this.#top(query),
    changes: async (query) => this.#changes(query),
  };

  async start(): Promise<void> {
    this.#isRunning = true;
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
  }

  async *load(): AsyncGenerator<readonly Row[]> {
    const { records, events, traffic } = this.#medium.current;
    const ordered = [...events.values()].sort((a, b) => Number(a.id) - Number(b.id));
    const restored = ordered.filter((event) => event.log === "pending" || event === ordered.at(-1));
    const latest = Math.max(...[...traffic.values()].map(({ minuteAt }) => minuteAt));
    yield [
      ...records.values(),
      ...restored.map((event): Row => ({ kind: "event", event })),
      ...[...traffic.values()].filter(({ minuteAt }) => minuteAt === latest),
    ];
  }

  async write(rows: readonly Row[]): Promise<void> {
    if (!this.#isRunning) throw new Error("the store is not running");
    const next = this.#medium.current.copy();
    for (const row of rows) if (row.kind !== "pv") write(next, row);
    for (const row of rows) if (row.kind === "pv") write(next, row);
    this.#medium.current = next;
  }

  #events(query: EventQuery): Page<PvmonEvent> {
    const found = [...this.#medium.current.events.values()]
      .filter((event) => fits(event, query))
      .sort((a, b) => Number(b.id) - Number(a.id));
    const before = Number(query.cursor ?? Number.POSITIVE_INFINITY);
    const rest = found.filter(({ id }) => Number(id) < before);
    const items = rest.slice(0, query.limit);
    const last = rest.length > query.limit ? items.at(-1) : undefined;
    return { items, total: found.length, next: last?.id ?? null };
  }

  #traffic({ series, from, to }: Parameters<HistoryService["traffic"]>[0]): TrafficAnswer {
    const plan = trafficPlan({ from, to });
    const rows = [...this.#medium.current.traffic.values()].filter(
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

  #top({ by, from, to, limit }: TopQuery): readonly TopEntry[] {
    const start = from - (from % trafficPlan({ from, to }).stepMs);
    const requests = new Map<string, number>();
    let names = 0;
    for (const { minuteAt, series, value } of this.#medium.current.traffic.values()) {
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

  #changes({ from, to, limit }: Parameters<HistoryService["changes"]>[0]): ChangeReport {
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
      const found = [...this.#medium.current.events.values()].filter(
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
    const of = [...this.#medium.current.facts.values()].filter((item) => item.fact === fact);
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

function fits(event: PvmonEvent, query: EventQuery): boolean {
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

function write(medium: MemoryMedium, row: Row): void {
  switch (row.kind) {
    case "event":
      medium.events.set(row.event.id, structuredClone(row.event));
      break;
    case "traffic":
      medium.traffic.set(keyOf(row.minuteAt, row.series), { ...row });
      break;
    case "fact":
      if (row.holds) begin(medium.facts, row);
      else end(medium.facts, row.at, (item) => isSame(item, row));
      break;
    case "pvForgotten":
      medium.records.delete(keyOf("pv", latin1(row.name)));
      end(
        medium.facts,
        row.at,
        ({ fact, subject }) => fact === "pvServer" && subject === latin1(row.name),
      );
      break;
    case "forgotten":
      medium.records.delete(keyOf(row.of, row.key));
      break;
    default:
      medium.records.set(recordKey(row), structuredClone(row));
  }
}

function recordKey(
  row: Extract<
    Row,
    { kind: "pv" | "server" | "client" | "host" | "app" | "group" | "metrics" | "site" }
  >,
): string {
  switch (row.kind) {
    case "pv":
      return keyOf(row.kind, latin1(row.name));
    case "server":
      return keyOf(row.kind, row.server);
    case "client":
      return keyOf(row.kind, row.client);
    case "host":
      return keyOf(row.kind, row.host);
    case "app":
      return keyOf(row.kind, row.app);
    case "group":
      return keyOf(row.kind, row.group);
    case "metrics":
      return keyOf(row.kind, row.source);
    case "site":
      return keyOf(row.kind, row.subject, row.name);
  }
}

const isSame = (item: Interval, { fact, subject, value }: FactRow): boolean =>
  item.fact === fact && item.subject === subject && item.value === value;

function begin(facts: Map<string, Interval>, row: FactRow): void {
  if ([...facts.values()].some((item) => isSame(item, row) && item.ends === null)) return;
  const { fact, subject, value, at } = row;
  const key = keyOf(fact, subject, value, at);
  const before = facts.get(key);
  if (before !== undefined && before.ends !== before.begins) return;
  facts.set(key, { fact, subject, value, begins: at, ends: null });
}

function end(facts: Map<string, Interval>, at: number, which: (item: Interval) => boolean): void {
  for (const [key, item] of facts) {
    if (which(item) && item.ends === null && item.begins <= at)
      facts.set(key, { ...item, ends: at });
  }
}
