/** Stores that each break one rule about traffic or facts, which the conformance suite has to name. */
import type { Row } from "pvmon";
import { ROW_AT } from "pvmon/testkit";
import { answering, type BrokenStore, each, writing } from "./broken-store.js";

const isBeginning = (row: Row): boolean => row.kind === "fact" && row.holds;

export const BROKEN_SERIES: readonly BrokenStore[] = [
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
    how: "looks for changes among the first names only",
    rule: "finds the few that differ among many that do not, or much that differs",
    breaking: answering((service) => ({
      changes: async (query) => {
        const report = await service.changes(query);
        const { appeared } = report.pvs;
        const total = Math.min(appeared.total, 100);
        return { ...report, pvs: { ...report.pvs, appeared: { ...appeared, total } } };
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
      rows.filter(
        (row, n) => !(isBeginning(row) && rows.slice(n + 1).some((later) => isBeginning(later))),
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
