/** Rows for tests of stores and of what feeds them. */
import type { EventRow, FactRow, PvmonEvent, PvRow, Row, TrafficRow } from "../index.js";

/** The instant that the rows here are about: a Friday, in the middle of a minute. */
export const ROW_AT = Date.UTC(2026, 0, 2, 3, 4, 5);

/** A PV row with every member filled; `changes` on top. */
export function pvRow(name: string, changes: Partial<PvRow> = {}): PvRow {
  return {
    kind: "pv",
    name: Uint8Array.from(name, (letter) => letter.charCodeAt(0)),
    state: "online",
    duplicate: false,
    firstSeenAt: ROW_AT - 1000,
    lastRequestedAt: ROW_AT,
    lastSeenAt: ROW_AT,
    requests: 3,
    requesters: [{ client: 0x0a070001, port: 40001, count: 3, lastAt: ROW_AT }],
    owners: [{ server: { ip: 0x0a070002, port: 5064 }, firstAt: ROW_AT - 500, lastAt: ROW_AT }],
    ...changes,
  };
}

/** An event with an id as the inventory gives them. */
export function eventRow(id: number, changes: Partial<PvmonEvent> = {}): EventRow {
  return {
    kind: "event",
    event: {
      id: String(ROW_AT * 1000 + id),
      at: ROW_AT + id,
      type: "server.started",
      severity: "info",
      subject: "10.7.0.2:5064",
      text: "started",
      evidence: { sequence: 0 },
      server: "10.7.0.2:5064",
      host: "10.7.0.2",
      ...changes,
    },
  };
}

/** The value of a series in one minute. */
export function trafficRow(minuteAt: number, value: number, series = "searchNames"): TrafficRow {
  return { kind: "traffic", minuteAt, series, value };
}

/** A name is a server's from `at` on, or no longer. */
export function pvServer(name: string, server: string, at: number, holds = true): FactRow {
  return { kind: "fact", fact: "pvServer", subject: name, value: server, at, holds };
}

/** One of each kind of record but PVs, every member filled, with the row that forgets it. */
export const RECORDS: readonly { readonly row: Row; readonly forgotten?: Row }[] = [
  {
    row: {
      kind: "server",
      server: "10.7.0.2:5064",
      state: "alive",
      firstSeenAt: ROW_AT,
      lastSeenAt: ROW_AT + 5,
      track: { sequence: 7, periodMs: 15000.5, gaps: [1, 2], source: null },
    },
    forgotten: { kind: "forgotten", of: "server", key: "10.7.0.2:5064" },
  },
  {
    row: {
      kind: "client",
      client: 0xff_ff_ff_fe,
      firstSeenAt: ROW_AT,
      lastSeenAt: ROW_AT,
      searches: 2 ** 40,
      datagrams: 7,
    },
  },
  {
    row: {
      kind: "host",
      host: "10.7.0.2",
      firstSeenAt: ROW_AT,
      lastSeenAt: ROW_AT + 5,
      description: "magnets, <b>'rack'</b> 7 \u00e9\u{1f600}",
      options: {
        development: true,
        maintenance: false,
        newAppsCritical: true,
        monitorAppCount: false,
        hidden: false,
        decommissioned: false,
      },
      expectedPorts: [5064, 40_001],
      expectedApps: null,
    },
    forgotten: { kind: "forgotten", of: "host", key: "10.7.0.2" },
  },
  {
    row: {
      kind: "app",
      app: "00ff00ff00ff00ff",
      host: "10.7.0.2",
      command: "st.cmd'; DROP TABLE app; --",
      directory: "/iocs/\u00fc",
      commandLine: "x".repeat(100_000),
      name: null,
      critical: "critical",
      firstSeenAt: ROW_AT,
      lastSeenAt: ROW_AT,
      port: 5064,
      heartbeat: { sequence: 4, lostAt: null, periodMs: 30_000.25, isLost: false, version: "3.0" },
    },
    forgotten: { kind: "forgotten", of: "app", key: "00ff00ff00ff00ff" },
  },
  {
    row: { kind: "group", group: "g1", name: "Linac", hosts: ["10.7.0.2", "10.7.0.3"] },
    forgotten: { kind: "forgotten", of: "group", key: "g1" },
  },
  {
    row: {
      kind: "metrics",
      source: "LINUX:ioc7",
      host: "10.7.0.2",
      at: ROW_AT,
      values: { load: 0.25, kernel: "6.1" },
      clockOffsetSeconds: -0.125,
      upSeconds: null,
    },
    forgotten: { kind: "forgotten", of: "metrics", key: "LINUX:ioc7" },
  },
  {
    row: {
      kind: "site",
      subject: "host",
      name: "a".repeat(1000),
      at: ROW_AT,
      fields: { rack: "R1", spare: null },
    },
  },
];
