/** A small site that stands still: what the services of pvmon would say about it, for tests of the API alone. */
import type {
  AnomalyView,
  ChannelInfo,
  ChannelInfoService,
  EventCountsQuery,
  EventQuery,
  HistoryService,
  HttpService,
  InventoryService,
  MetricsService,
  OperationsService,
  Page,
  PageQuery,
  ProbesService,
  PvmonEvent,
  PvQuery,
  StartupFilesService,
  StatusService,
  StormView,
  TopQuery,
} from "pvmon";
import { NoProbeError } from "pvmon";
import { createInstance, FakeAccess, FakeClock, type RecordingHost } from "pvmon/testkit";
import httpApi from "../../../plugins/http-api/index.js";
import * as hosts from "./fake-hosts.js";
import { type AskedOperations, fakeOperations } from "./fake-operations.js";
import * as views from "./fake-views.js";
import { event, NOW, pv } from "./fake-views.js";

export { event, HOSTILE, NOW, pv } from "./fake-views.js";

/** Cursors are places in the list, which is enough for a site that stands still. */
function pageOf<T>(items: readonly T[], { limit, cursor }: PageQuery): Page<T> {
  const start = cursor === undefined ? 0 : Number(cursor);
  if (!Number.isInteger(start)) throw new RangeError("not a cursor of this list");
  const end = start + limit;
  const next = end < items.length ? String(end) : null;
  return { items: items.slice(start, end), total: items.length, next };
}

/** Every service, with what tests look at or change. */
export class FakeSite implements AskedOperations {
  readonly clock = new FakeClock(NOW);
  readonly access = new FakeAccess();
  readonly pvs = new Map(
    ["SYS:a", "a/b/c", "caf\u00e9 100%\u00ff", `<script>'; DROP TABLE pv;--`].map((name) => [
      name,
      pv(name),
    ]),
  );
  readonly pvQueries: PvQuery[] = [];
  readonly eventQueries: EventQuery[] = [];
  readonly countsQueries: EventCountsQuery[] = [];
  readonly topQueries: TopQuery[] = [];
  readonly forgotten: AskedOperations["forgotten"] = [];
  readonly changes: AskedOperations["changes"] = [];
  readonly asked: string[] = [];
  readonly probed: string[] = [];
  /** Newest first. */
  events: PvmonEvent[] = [event(2), event(1)];
  anomalies: AnomalyView[] = [views.anomaly];
  storm: StormView | null = views.storm;
  hosts = [...hosts.hosts];
  /** What channels say, beside their names and servers. */
  channel: Partial<ChannelInfo> = {
    state: "connected",
    access: { read: true, write: false },
    nativeType: "DBF_DOUBLE",
    elementCount: 2,
  };
  value: ChannelInfo["value"] = [1.5, "NaN"];
  ready = true;
  health: "ok" | "failed" = "ok";
  settled: StatusService["settled"] = async () => undefined;
  readonly #listeners = new Set<(event: PvmonEvent) => void>();
  readonly #changeListeners = new Set<(event: PvmonEvent) => void>();

  readonly inventory: InventoryService = {
    counts: () => views.counts,
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
    storm: () => this.storm,
    listPvs: async (query) => {
      this.pvQueries.push(query);
      const items = [...this.pvs.values()]
        .filter(({ name }) => query.accept?.(name) ?? true)
        .map(({ servers, clients, duplicates, heartbeat, nameBytes, diagnosis, ...item }) => item);
      return { items: items.slice(0, query.limit), total: items.length, next: null };
    },
    pv: (name) => this.pvs.get(name),
    pvItem: (name) => this.pvs.get(name),
    listServers: ({ host, states, ...page }) =>
      pageOf(
        views.servers.filter(
          (server) =>
            (host ?? server.host) === server.host && (states?.includes(server.state) ?? true),
        ),
        page,
      ),
    server: (name) => views.servers.find(({ server }) => server === name),
    listHosts: ({ group, ...page }) =>
      pageOf(
        this.hosts.filter(({ groups }) => group === undefined || groups.includes(group)),
        page,
      ),
    host: (address) => this.hosts.find(({ addresses }) => addresses.includes(address)),
    hostNamed: (text) => {
      const wanted = text.toLowerCase();
      const nameOf = ({ name }: { readonly name: string | null }) => name?.toLowerCase() ?? "";
      const [similar, ...others] = this.hosts.filter(
        (host) => nameOf(host).split(".", 1)[0] === wanted,
      );
      const unique = others.length === 0 ? similar : undefined;
      return this.hosts.find((host) => nameOf(host) === wanted) ?? unique;
    },
    hostName: (address) => (address === "10.7.0.9" ? "console.site.example" : null),
    listApps: ({ host, running, ...page }) =>
      pageOf(
        hosts.apps.filter(
          (app) => (host ?? app.host) === app.host && (running ?? app.running) === app.running,
        ),
        page,
      ),
    app: (id) => hosts.apps.find((app) => app.id === id),
    listHeartbeats: ({ host, lost, ...page }) =>
      pageOf(
        hosts.heartbeats.filter(
          (beat) => (host ?? beat.host) === beat.host && (lost ?? beat.lost) === beat.lost,
        ),
        page,
      ),
    heartbeat: (app) => hosts.heartbeats.find((heartbeat) => heartbeat.app === app),
    heartbeatPvs: (app) => (app === views.APP ? hosts.heartbeatPvs : []),
    listGroups: () => hosts.groups,
    group: (id) => hosts.groups.find((group) => group.id === id),
    listHealth: ({ lost, ...page }) =>
      pageOf(
        hosts.health.filter((health) => (lost ?? health.lost) === health.lost),
        page,
      ),
    portHolder: (host, port) =>
      host === "10.7.0.1" && port === views.portHolder.port ? views.portHolder : undefined,
    listClients: ({ cursor }) => {
      const { top, latest, ...item } = views.client;
      return { items: [item], total: 1, next: cursor === undefined ? "more" : null };
    },
    client: (address) => (address === views.client.client ? views.client : undefined),
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
    plugins: () => [views.plugin],
    outboxes: () => [
      {
        store: "db",
        records: 1,
        history: 2,
        dropped: 0,
        behindMs: 0,
        spooledBytes: 0,
        refused: 0,
        spoolError: null,
        lastWrittenAt: null,
        error: null,
      },
    ],
    status: () => this.health,
    configuration: () => ({ file: "site.yml", yaml: "name: Test site\n" }),
    subscribe: (listener) => {
      this.#listeners.add(listener);
      return () => this.#listeners.delete(listener);
    },
    subscribeChanges: (listener) => {
      this.#changeListeners.add(listener);
      return () => this.#changeListeners.delete(listener);
    },
    settled: () => this.settled(),
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

  readonly operations: OperationsService = fakeOperations(this);

  probes: ProbesService = {
    purposes: () => ["search", "health"],
    run: async (purpose, targets) => {
      this.probed.push(...targets.map(({ name }) => `${purpose} ${name}`));
      return targets.map(({ name }) => ({
        name,
        answers: [{ server: "10.7.0.1:5064", afterMs: 1.25 }],
        tries: 2,
        waitedMs: 64,
      }));
    },
  };

  history: HistoryService | undefined = {
    events: async (query) => {
      this.eventQueries.push(query);
      return pageOf(this.events, query);
    },
    eventCounts: async (query) => {
      this.countsQueries.push(query);
      const { from, to, stepMs } = query;
      const points = [{ at: from, info: 1, warning: 0, alarm: 2 }];
      return { from, to, stepMs, total: 3, points, types: [{ type: "server.lost", count: 3 }] };
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
    top: async (query) => {
      this.topQueries.push(query);
      return [{ name: query.by === "pv" ? "SYS:a" : "10.7.0.9", requests: 5, share: 0.5 }];
    },
    changes: async ({ from, to }) => views.changeReport(from, to),
  };

  channelInfo: ChannelInfoService | undefined = {
    info: async ({ name, server }, { value }) => {
      this.asked.push(`${name} ${server}`);
      return {
        name,
        server,
        host: "ioc.site.example",
        state: "connected",
        ...this.channel,
        ...(value === true && this.value !== undefined && { value: this.value }),
        timeMs: 3.5,
      };
    },
  };

  startupFiles: StartupFilesService | undefined = {
    filesOf: (name) => (name === "SYS:a" ? ["/ioc/one/st.cmd"] : []),
  };

  publish(event: PvmonEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  change(event: PvmonEvent): void {
    for (const listener of this.#changeListeners) listener(event);
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
