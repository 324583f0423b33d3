/** Stores that each break one rule of the contract, which the conformance suite has to name. */
import type { HistoryService, PvmonEvent, Row, Store } from "pvmon";
import { type MemoryStore, ROW_AT } from "pvmon/testkit";

type Breaking = (store: MemoryStore) => Partial<Store<HistoryService>>;

export interface BrokenStore {
  /** How it is broken. */
  readonly how: string;
  /** The rule that has to catch it. */
  readonly rule: string;
  /** What is different from the sound store. */
  readonly breaking: Breaking;
}

const writing =
  (change: (rows: readonly Row[]) => readonly Row[]): Breaking =>
  (store) => ({ write: (rows) => store.write(change(rows)) });

const loading =
  (change: (rows: readonly Row[]) => readonly Row[]): Breaking =>
  (store) => ({
    async *load() {
      for await (const rows of store.load()) yield change(rows);
    },
  });

const answering =
  (change: (service: HistoryService) => Partial<HistoryService>): Breaking =>
  ({ service }) => ({ service: { ...service, ...change(service) } });

const each = (change: (row: Row) => Row): Breaking => writing((rows) => rows.map(change));

const eventsWithout = (member: string): Breaking =>
  answering((service) => ({
    events: (query) => {
      const { [member as never]: _left, ...rest } = query;
      return service.events(rest);
    },
  }));

const named = (name: Uint8Array): string => String.fromCharCode(...name);
const bytes = (name: string): Uint8Array => Uint8Array.from(name, (c) => c.charCodeAt(0));

const FILTERS = "finds events by each of their members and by time, the end excluded, newest first";
const MEMBERS = "gives events back with all their members, and without those that they lack";

export const BROKEN: readonly BrokenStore[] = [
  {
    how: "makes up a record",
    rule: "loads nothing from an empty medium",
    breaking: loading((rows) => [
      ...rows,
      { kind: "group", group: "g", name: "Made up", hosts: [] },
    ]),
  },
  {
    how: "loses a member of a record",
    rule: "gives every record back after a restart, with all its members",
    breaking: each((row) => (row.kind === "app" ? { ...row, heartbeat: null } : row)),
  },
  {
    how: "does not know a kind of record",
    rule: "gives every record back after a restart, with all its members",
    breaking: writing((rows) => rows.filter(({ kind }) => kind !== "metrics")),
  },
  {
    how: "keeps the oldest state of a PV",
    rule: "gives the newest state of a record back",
    breaking: (store) => {
      const seen = new Set<string>();
      return {
        write: (rows) =>
          store.write(
            rows.filter((row) => {
              if (row.kind !== "pv" || !seen.has(named(row.name))) {
                if (row.kind === "pv") seen.add(named(row.name));
                return true;
              }
              return false;
            }),
          ),
      };
    },
  },
  {
    how: "takes names of any case for the same",
    rule: "tells keys apart that differ in case, in an accent or in a space at the end",
    breaking: each((row) =>
      row.kind === "pv" ? { ...row, name: bytes(named(row.name).toLowerCase()) } : row,
    ),
  },
  {
    how: "drops the space at the end of a key",
    rule: "tells keys apart that differ in case, in an accent or in a space at the end",
    breaking: each((row) => (row.kind === "group" ? { ...row, group: row.group.trimEnd() } : row)),
  },
  {
    how: "does not forget PVs",
    rule: "drops a forgotten PV, and keeps one that was forgotten and came back in the same batch",
    breaking: writing((rows) => rows.filter(({ kind }) => kind !== "pvForgotten")),
  },
  {
    how: "forgets PVs after it has written the others",
    rule: "drops a forgotten PV, and keeps one that was forgotten and came back in the same batch",
    breaking: (store) => ({
      write: async (rows) => {
        await store.write(rows.filter(({ kind }) => kind !== "pvForgotten"));
        await store.write(rows.filter(({ kind }) => kind === "pvForgotten"));
      },
    }),
  },
  {
    how: "does not forget groups",
    rule: "drops the forgotten record of a kind and a key, and no other",
    breaking: writing((rows) =>
      rows.filter((row) => row.kind !== "forgotten" || row.of !== "group"),
    ),
  },
  {
    how: "forgets the records of every kind that have the key",
    rule: "drops the forgotten record of a kind and a key, and no other",
    breaking: writing((rows) =>
      rows.flatMap((row) =>
        row.kind === "forgotten"
          ? (["server", "host", "app", "group", "metrics"] as const).map((of) => ({ ...row, of }))
          : [row],
      ),
    ),
  },
  {
    how: "forgets records before it writes the others",
    rule: "keeps the order of forgetting and coming back within a batch",
    breaking: writing((rows) => [
      ...rows.filter(({ kind }) => kind === "forgotten"),
      ...rows.filter(({ kind }) => kind !== "forgotten"),
    ]),
  },
  {
    how: "loads no event",
    rule: "loads the latest event, so that numbering goes on",
    breaking: loading((rows) => rows.filter(({ kind }) => kind !== "event")),
  },
  {
    how: "loads only the latest event",
    rule: "loads the events that wait to be acknowledged, and no others, oldest first",
    breaking: loading((rows) => [
      ...rows.filter(({ kind }) => kind !== "event"),
      ...rows.filter(({ kind }) => kind === "event").slice(-1),
    ]),
  },
  {
    how: "loads the pending events newest first",
    rule: "loads the events that wait to be acknowledged, and no others, oldest first",
    breaking: loading((rows) => rows.toReversed()),
  },
  {
    how: "does not load traffic",
    rule: "loads the traffic of the latest minute, so that a restart within it goes on counting",
    breaking: loading((rows) => rows.filter(({ kind }) => kind !== "traffic")),
  },
  {
    how: "takes a hundred rows of a batch",
    rule: "takes a thousand rows of a kind in one batch",
    breaking: writing((rows) => rows.slice(0, 100)),
  },
  {
    how: "writes the rows before a bad one",
    rule: "writes all of a batch or nothing",
    breaking: (store) => ({
      write: async (rows) => {
        for (const row of rows) await store.write([row]);
      },
    }),
  },
  {
    how: "takes a bad row for none",
    rule: "writes all of a batch or nothing",
    breaking: (store) => ({ write: (rows) => store.write(rows).catch(() => undefined) }),
  },
  {
    how: "cannot be stopped before it was started",
    rule: "stops before it was started, and twice",
    breaking: (store) => {
      let started = false;
      return {
        start: async () => {
          started = true;
          await store.start();
        },
        stop: async () => {
          if (!started) throw new Error("it does not run");
          await store.stop();
        },
      };
    },
  },
  {
    how: "writes when it is stopped",
    rule: "refuses to write when it is stopped",
    breaking: (store) => ({ stop: async () => void store }),
  },
  ...["types", "severity", "host", "server", "client", "pv", "app", "log", "from", "to"].map(
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
  {
    how: "adds up a minute that comes again",
    rule: "counts a minute once, however often it is written, with its latest value",
    breaking: (store) => {
      const sums = new Map<string, number>();
      const added = (row: Row): Row => {
        if (row.kind !== "traffic") return row;
        const key = `${row.minuteAt} ${row.series}`;
        sums.set(key, (sums.get(key) ?? 0) + row.value);
        return { ...row, value: sums.get(key) ?? 0 };
      };
      return { write: (rows) => store.write(rows.map(added)) };
    },
  },
  {
    how: "takes the minutes that a series lacks for unwatched",
    rule: "takes the mean over the minutes that were watched, whether or not the series has all of them",
    breaking: answering((service) => ({
      traffic: async (query) => {
        const [series = ""] = query.series;
        const answer = await service.traffic(query);
        if (!series.startsWith("client:")) return answer;
        return {
          ...answer,
          series: answer.series.map((one) => ({
            ...one,
            points: one.points.map((point) => ({ ...point, value: point.value * 2 })),
          })),
        };
      },
    })),
  },
  {
    how: "answers years by the hour",
    rule: "answers two years of traffic by the day, as means per minute, the running day included",
    breaking: answering((service) => ({
      traffic: (query) =>
        service.traffic({ ...query, from: Math.max(query.from, query.to - 30 * 86_400_000) }),
    })),
  },
  {
    how: "answers the minute after the hour too",
    rule: "answers an hour of traffic by the minute, the end excluded",
    breaking: answering((service) => ({
      traffic: (query) => service.traffic({ ...query, to: query.to + 1 }),
    })),
  },
  {
    how: "answers minutes of any span",
    rule: "never has more than 1,000 points of a series",
    breaking: answering((service) => ({
      traffic: async (query) => {
        const half = query.from + (query.to - query.from) / 2;
        const [a, b] = await Promise.all([
          service.traffic({ ...query, to: half }),
          service.traffic({ ...query, from: half }),
        ]);
        return {
          ...a,
          series: a.series.map((one, n) => ({
            ...one,
            points: [...one.points, ...(b.series[n]?.points ?? [])],
          })),
        };
      },
    })),
  },
  {
    how: "counts what all time has of the top",
    rule: "says who asked most in a range, as shares of all that others than pvmon asked for",
    breaking: answering((service) => ({ top: (query) => service.top({ ...query, from: 0 }) })),
  },
  {
    how: "takes pvmon's own names into the shares",
    rule: "says who asked most in a range, as shares of all that others than pvmon asked for",
    breaking: each((row) =>
      row.kind === "traffic" && row.series === "ownNames"
        ? { ...row, series: "gatewayNames" }
        : row,
    ),
  },
  {
    how: "takes the applications of servers for names",
    rule: "tells servers and applications apart from names",
    breaking: each((row) =>
      row.kind === "fact" && row.fact === "serverApp" ? { ...row, fact: "pvServer" } : row,
    ),
  },
  {
    how: "has a name gone when its server is down",
    rule: "tells servers and applications apart from names",
    breaking: writing((rows) =>
      rows.flatMap((row): readonly Row[] =>
        row.kind === "fact" && row.fact === "serverUp" && !row.holds
          ? [row, { ...row, fact: "pvServer", subject: "x", value: row.subject }]
          : [row],
      ),
    ),
  },
  {
    how: "calls a name with a second server new",
    rule: "says which names appeared, are gone, and moved between two instants, and what they had",
    breaking: answering((service) => ({
      changes: async (query) => {
        const report = await service.changes(query);
        const { appeared, gone, moved } = report.pvs;
        return { ...report, pvs: { appeared: moved, moved: appeared, gone } };
      },
    })),
  },
  {
    how: "holds a fact at the instant of its end",
    rule: "holds a fact from its beginning up to, not including, its end",
    breaking: each((row) => (row.kind === "fact" && !row.holds ? { ...row, at: row.at + 1 } : row)),
  },
  {
    how: "begins what holds anew",
    rule: "changes nothing when what holds begins, and when what does not hold ends",
    breaking: writing((rows) =>
      rows.flatMap((row) =>
        row.kind === "fact" && row.holds ? [{ ...row, holds: false }, row] : [row],
      ),
    ),
  },
  {
    how: "ends a fact before its beginning",
    rule: "does not end a fact before its beginning",
    breaking: each((row) =>
      row.kind === "fact" && !row.holds && row.at < ROW_AT + 10 ? { ...row, at: ROW_AT + 10 } : row,
    ),
  },
  {
    how: "begins a fact at each repetition",
    rule: "takes a batch of facts twice, in parts too, without a difference",
    breaking: (store) => {
      let writes = 0;
      const later = (row: Row): Row =>
        row.kind === "fact" && row.holds ? { ...row, at: row.at + writes } : row;
      return {
        write: async (rows) => {
          await store.write(rows.map(later));
          writes++;
        },
      };
    },
  },
  {
    how: "leaves a forgotten PV its servers",
    rule: "ends what a forgotten PV still had, and nothing else",
    breaking: each((row) => (row.kind === "pvForgotten" ? { ...row, at: 0 } : row)),
  },
  {
    how: "counts only the changes that it lists",
    rule: "counts all that differs and lists the first by subject",
    breaking: answering((service) => ({
      changes: async (query) => {
        const report = await service.changes(query);
        const { appeared } = report.pvs;
        const counted = { ...appeared, total: appeared.items.length };
        return { ...report, pvs: { ...report.pvs, appeared: counted } };
      },
    })),
  },
  {
    how: "lists new clients of all time",
    rule: "lists the clients and the duplicates that are new in between",
    breaking: answering((service) => ({
      changes: async (query) => {
        const { newClients } = await service.changes({ ...query, from: 0 });
        return { ...(await service.changes(query)), newClients };
      },
    })),
  },
];

/** A sound store but for what is broken. */
export function broken(store: MemoryStore, breaking: Breaking): Store<HistoryService> {
  const sound: Store<HistoryService> = {
    service: store.service,
    start: () => store.start(),
    stop: () => store.stop(),
    load: () => store.load(),
    write: (rows) => store.write(rows),
  };
  return { ...sound, ...breaking(store) };
}
