/** Servers, clients, PVs and events of the small site of the tests. */
import type {
  AnomalyView,
  ChangeReport,
  ClientDetail,
  Counts,
  PluginHealth,
  PortHolder,
  PvDetail,
  PvmonEvent,
  ServerView,
  StormView,
} from "pvmon";

export const NOW = Date.UTC(2026, 0, 1);
const evidence = { periods: 3, lastBeaconAt: NOW - 45_000, seen: [1, "a"], sure: true, note: null };
export const seen = { firstSeenAt: NOW - 90_000, lastSeenAt: NOW - 1000 };

/** Markup, SQL, quotes, Latin-1 and more: text that anybody on the network can send. */
export const HOSTILE = `<img src=x onerror=alert(1)>'"; DROP TABLE apps;-- caf\u00e9 \u2028 ${"x".repeat(500)}`;

export function pv(name: string): PvDetail {
  return {
    name,
    state: "online",
    duplicate: true,
    invalid: false,
    requests: 7,
    lastRequestedAt: NOW - 1000,
    lastClient: "10.7.0.9",
    server: "10.7.0.1:5064",
    lastSeenAt: null,
    firstSeenAt: NOW - 90_000,
    servers: [
      { server: "10.7.0.1:5064", host: "10.7.0.1", firstSeenAt: NOW - 900, lastSeenAt: NOW - 90 },
      { server: "10.7.0.2:5064", host: "10.7.0.2", firstSeenAt: NOW - 800, lastSeenAt: NOW - 80 },
    ],
    clients: [
      { client: "10.7.0.9", port: 4000, host: null, requests: 7, lastRequestedAt: NOW - 1000 },
    ],
    duplicates: ["10.7.0.1:5064", "10.7.0.2:5064"],
    heartbeat: { app: APP, host: "10.7.0.1", port: 5064 },
    nameBytes: Buffer.from(name, "latin1").toString("hex"),
    diagnosis: { cause: "severalOwners", text: "two servers answer", evidence },
  };
}

export const anomaly: AnomalyView = {
  type: "duplicateIdentity",
  subject: "10.7.0.1:5064",
  text: "two servers say that they are this one",
  openedAt: NOW - 5000,
  closedAt: null,
  lastSeenAt: NOW - 100,
  count: 3,
  evidence,
};

export const storm: StormView = {
  startedAt: NOW - 20_000,
  subject: "10.7.0.9",
  client: "10.7.0.9",
  text: "10.7.0.9 floods the network with searches",
  usualNamesPerSecond: 200,
  peakNamesPerSecond: 5300,
  evidence,
};

export const APP = "00ffee0000c0ffee";
export const OTHER_APP = "ffffffffffffffff";

export const servers: readonly ServerView[] = [
  {
    server: "10.7.0.1:5064",
    host: "10.7.0.1",
    hostName: null,
    protocol: "ca",
    state: "alive",
    ...seen,
    lastBeaconAt: NOW - 1000,
    sequence: 12,
    periodMs: 15_001.5,
    startedAt: { at: NOW - 80_000, errorSeconds: 0.5, source: "counter" },
    restarts: 0,
    minorVersion: 13,
    pvs: 2,
    app: { id: APP, command: HOSTILE, directory: "/ioc/one", confirmed: true },
    anomalies: [anomaly],
  },
  {
    server: "10.7.0.2:5064",
    host: "10.7.0.2",
    hostName: null,
    protocol: "ca",
    state: "lost",
    ...seen,
    lastBeaconAt: NOW - 60_000,
    sequence: null,
    periodMs: null,
    startedAt: null,
    restarts: 0,
    minorVersion: null,
    pvs: 0,
    app: null,
    anomalies: [],
  },
];

export const portHolder: PortHolder = {
  host: "10.7.0.1",
  port: 41_234,
  pid: 99,
  commandLine: HOSTILE,
  directory: "/home/operator",
  at: NOW - 5000,
};

export const client: ClientDetail = {
  client: "10.7.0.9",
  name: null,
  source: "client",
  searches: 100,
  datagrams: 10,
  names: 2,
  namesPerSecond: 1.5,
  unanswered: 1,
  unansweredShare: 0.5,
  ...seen,
  library: "libca",
  lossEstimate: null,
  top: [{ name: "SYS:a", requests: 7, share: 0.5, state: "online" }],
  latest: [{ name: "SYS:a", at: NOW - 1000 }],
};

export const counts: Counts = {
  pvs: {
    total: 3,
    online: 3,
    lost: 0,
    neverAnswered: 0,
    unverified: 0,
    duplicate: 3,
    invalid: 0,
  },
  servers: { alive: 1, lost: 0 },
  hosts: 3,
  apps: { running: 1, down: 1 },
  clients: 1,
};

export const plugin: PluginHealth = {
  id: "http-api",
  use: "http-api",
  kind: "output",
  status: "ok",
  reason: null,
  since: NOW - 1000,
  required: true,
};

export function event(sequence: number): PvmonEvent {
  return {
    id: String(NOW * 1000 + sequence),
    at: NOW,
    type: "server.lost",
    severity: "alarm",
    subject: "10.7.0.1:5064",
    text: "10.7.0.1:5064 is lost",
    evidence,
    server: "10.7.0.1:5064",
  };
}

const change = (subject: string, before: readonly string[], after: readonly string[]) => ({
  total: 1,
  items: [{ subject, before, after }],
});
export function changeReport(from: number, to: number): ChangeReport {
  return {
    from,
    to,
    pvs: {
      appeared: change("SYS:new", [], ["10.7.0.1:5064"]),
      gone: { total: 0, items: [] },
      moved: change(HOSTILE, ["10.7.0.1:5064"], ["10.7.0.2:5064"]),
    },
    servers: { appeared: { total: 0, items: [] }, gone: change("10.7.0.2:5064", ["up"], []) },
    apps: {
      appeared: { total: 0, items: [] },
      gone: { total: 0, items: [] },
      moved: change("10.7.0.1:5064", [OTHER_APP], [APP]),
    },
    newClients: { total: 1, items: ["10.7.0.9"] },
    newDuplicates: { total: 1, items: ["SYS:a"] },
  };
}
