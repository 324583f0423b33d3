/** A small site that stands still: what the services of pvmon would say about it, for tests of the API alone. */
import type {
  AnomalyView,
  ChannelInfoService,
  ClientDetail,
  Counts,
  EventQuery,
  HistoryService,
  HostView,
  HttpService,
  InventoryService,
  MetricsService,
  OperationsService,
  PluginHealth,
  ProbesService,
  PvDetail,
  PvmonEvent,
  PvQuery,
  ServerView,
  StatusService,
} from "pvmon";
import { NoProbeError } from "pvmon";
import { createInstance, FakeClock, type RecordingHost } from "pvmon/testkit";
import httpApi from "../../../plugins/http-api/index.js";

export const NOW = Date.UTC(2026, 0, 1);
const evidence = { periods: 3, lastBeaconAt: NOW - 45_000, seen: [1, "a"], sure: true, note: null };

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
    heartbeat: null,
    nameBytes: Buffer.from(name, "latin1").toString("hex"),
    diagnosis: { cause: "severalOwners", text: "two servers answer", evidence },
  };
}

const anomaly: AnomalyView = {
  type: "duplicateIdentity",
  subject: "10.7.0.1:5064",
  text: "two servers say that they are this one",
  openedAt: NOW - 5000,
  closedAt: null,
  lastSeenAt: NOW - 100,
  count: 3,
  evidence,
};

const server: ServerView = {
  server: "10.7.0.1:5064",
  host: "10.7.0.1",
  hostName: null,
  protocol: "ca",
  state: "alive",
  firstSeenAt: NOW - 90_000,
  lastSeenAt: NOW - 1000,
  lastBeaconAt: NOW - 1000,
  sequence: 12,
  periodMs: 15_001.5,
  startedAt: { at: NOW - 80_000, errorSeconds: 0.5, source: "counter" },
  restarts: 0,
  minorVersion: 13,
  pvs: 2,
  app: null,
  anomalies: [anomaly],
};

const host: HostView = {
  host: "10.7.0.1",
  name: null,
  state: "alive",
  firstSeenAt: NOW - 90_000,
  lastSeenAt: NOW - 1000,
  servers: ["10.7.0.1:5064"],
};

const client: ClientDetail = {
  client: "10.7.0.9",
  name: null,
  source: "client",
  searches: 100,
  datagrams: 10,
  names: 2,
  namesPerSecond: 1.5,
  unanswered: 1,
  unansweredShare: 0.5,
  firstSeenAt: NOW - 90_000,
  lastSeenAt: NOW - 1000,
  library: "libca",
  lossEstimate: null,
  top: [{ name: "SYS:a", requests: 7, state: "online" }],
  latest: [{ name: "SYS:a", at: NOW - 1000 }],
};

const counts: Counts = {
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
  hosts: 1,
  apps: { running: 0, down: 0 },
  clients: 1,
};

const plugin: PluginHealth = {
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

/** Every service, with what tests look at or change. */
export class FakeSite {
  readonly clock = new FakeClock(NOW);
  readonly pvs = new Map(
    ["SYS:a", "a/b/c", "caf\u00e9 100%\u00ff", `<script>'; DROP TABLE pv;--`].map((name) => [
      name,
      pv(name),
    ]),
  );
  readonly pvQueries: PvQuery[] = [];
  readonly eventQueries: EventQuery[] = [];
  readonly forgotten: { names: readonly string[]; who: string; why?: string }[] = [];
  readonly asked: string[] = [];
  /** Newest first. */
  events: PvmonEvent[] = [event(2), event(1)];
  anomalies: AnomalyView[] = [anomaly];
  ready = true;
  health: "ok" | "failed" = "ok";
  readonly #listeners = new Set<(event: PvmonEvent) => void>();

  readonly inventory: InventoryService = {
    counts: () => counts,
    rates: () => ({ searchNamesPerSecond: 1.5, searchDatagramsPerSecond: 0.1 }),
    sensors: () => [
      {
        id: "sniffer",
        status: "ok",
        reason: null,
        lastPacketAt: NOW,
        packets: 10,
        bytes: 1000,
        dropped: { kernel: 0, queue: 0 },
        ignored: 1,
        decodeErrors: { truncated: 1 },
        lossEstimate: 0.25,
      },
    ],
    blind: () => false,
    anomalies: () => this.anomalies,
    listPvs: async (query) => {
      this.pvQueries.push(query);
      const items = [...this.pvs.values()]
        .filter(({ name }) => query.accept?.(name) ?? true)
        .map(({ servers, clients, duplicates, heartbeat, nameBytes, diagnosis, ...item }) => item);
      return { items: items.slice(0, query.limit), total: items.length, next: null };
    },
    pv: (name) => this.pvs.get(name),
    listServers: () => ({ items: [server], total: 1, next: null }),
    server: (name) => (name === server.server ? server : undefined),
    listHosts: () => ({ items: [host], total: 1, next: null }),
    host: (address) => (address === host.host ? host : undefined),
    listClients: () => {
      const { top, latest, ...item } = client;
      return { items: [item], total: 1, next: "more" };
    },
    client: (address) => (address === client.client ? client : undefined),
    topRequests: () => [{ name: "10.7.0.9", requests: 100, share: 1 }],
    nameSlots: () => 0,
    nameAt: () => undefined,
    namesOf: () => [],
    subscribe: () => () => undefined,
  };

  readonly status: StatusService = {
    name: "Test site",
    version: "0.0.0",
    startedAt: NOW - 3500,
    ready: () => this.ready,
    plugins: () => [plugin],
    outboxes: () => [
      { store: "db", records: 1, history: 2, dropped: 0, lastWrittenAt: null, error: null },
    ],
    status: () => this.health,
    subscribe: (listener) => {
      this.#listeners.add(listener);
      return () => this.#listeners.delete(listener);
    },
  };

  readonly metrics: MetricsService = {
    samples: () => [
      {
        plugin: "http-api",
        name: "requests_total",
        help: "HTTP requests.",
        type: "counter",
        value: 3,
      },
    ],
  };

  readonly operations: OperationsService = {
    forgetPvs: (names, by) => {
      this.forgotten.push({ names, ...by });
      return names.filter((name) => this.pvs.has(name));
    },
  };

  probes: ProbesService = {
    purposes: () => ["search"],
    run: async (_purpose, targets) =>
      targets.map(({ name }) => ({
        name,
        answers: [{ server: "10.7.0.1:5064", afterMs: 1.25 }],
        tries: 2,
        waitedMs: 64,
      })),
  };

  history: HistoryService | undefined = {
    events: async (query) => {
      this.eventQueries.push(query);
      const start = query.cursor === undefined ? 0 : Number(query.cursor);
      const end = start + query.limit;
      const next = end < this.events.length ? String(end) : null;
      return { items: this.events.slice(start, end), total: this.events.length, next };
    },
    traffic: async ({ series, from, to }) => ({
      stepMs: 60_000,
      series: series.map((name) => ({
        name,
        points: [
          { at: from, value: 1 },
          { at: to, value: 2.5 },
        ],
      })),
    }),
  };

  channelInfo: ChannelInfoService | undefined = {
    info: async ({ name, server }, { value }) => {
      this.asked.push(`${name} ${server}`);
      return {
        name,
        server,
        host: server,
        state: "connected",
        access: { read: true, write: false },
        nativeType: "DBF_DOUBLE",
        elementCount: 2,
        ...(value === true && { value: [1.5, "NaN"] }),
        timeMs: 3.5,
      };
    },
  };

  publish(event: PvmonEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

export const noProbes: ProbesService = {
  purposes: () => [],
  run: (purpose) => Promise.reject(new NoProbeError(purpose)),
};

export interface RunningApi {
  readonly url: string;
  readonly http: HttpService;
  readonly host: RecordingHost;
  stop(): Promise<void>;
}

/** Starts the plugin on a free port; the caller stops it. */
export async function startApi(site: FakeSite, config: object = {}): Promise<RunningApi> {
  const { instance, host } = createInstance(httpApi, { port: 0, ...config }, { ...site });
  await instance.start();
  const http = instance.service as HttpService;
  return { url: http.address() ?? "", http, host, stop: () => instance.stop() };
}
