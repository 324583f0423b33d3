/** Stores that each break one rule about records and batches, which the conformance suite has to name. */
import type { Row } from "pvmon";
import { type BrokenStore, bytes, each, loading, named, writing } from "./broken-store.js";

export const BROKEN_RECORDS: readonly BrokenStore[] = [
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
      rows.flatMap((row): readonly Row[] =>
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
    how: "loads no storm that went before other events",
    rule: "loads the latest event of a storm, which may go on",
    breaking: loading((rows) =>
      rows.filter((row) => row.kind !== "event" || !row.event.type.startsWith("storm.")),
    ),
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
    how: "writes when it is stopped",
    rule: "refuses to write when it is stopped",
    breaking: (store) => ({ stop: async () => void store }),
  },
  {
    how: "does not tell a row that it refuses from trouble of its own",
    rule: "says of a row that it can never take that it is the row, so that the others are written",
    breaking: (store) => ({
      write: (rows) =>
        store.write(rows).catch((error: Error) => Promise.reject(new Error(error.message))),
    }),
  },
];
