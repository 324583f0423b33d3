/** The services that plugins may need or provide, and their tokens. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { EventDraft, PvmonEvent } from "../model/event.js";
import type {
  AnomalyView,
  AppView,
  ChangeReport,
  ClientDetail,
  ClientItem,
  Counts,
  Criticality,
  EventQuery,
  GroupView,
  HeartbeatView,
  HostHealth,
  HostOptions,
  HostView,
  Page,
  PageQuery,
  PortHolder,
  PvDetail,
  PvItem,
  PvQuery,
  PvState,
  Rates,
  SensorView,
  ServerView,
  TopEntry,
  TopQuery,
  TrafficAnswer,
} from "../model/views.js";
import type { PluginKind, ProbeOutcome, ProbeTarget } from "./plugin.js";
import { token } from "./token.js";

/** The only source of time for everything whose behaviour depends on it. */
export interface Clock {
  /** UTC ms. */
  now(): number;
  /** Monotonic ms, for intervals. */
  elapsed(): number;
  /** Calls once after `ms`; the answer cancels. Never keeps the process alive. */
  after(ms: number, call: () => void): () => void;
  /** Calls every `ms`; the answer cancels. Never keeps the process alive. */
  every(ms: number, call: () => void): () => void;
  /** Resolves after `ms`, rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
export const CLOCK = token<Clock>("CLOCK");

/** The state of now. Every answer is a copy; nothing here sends a packet. */
export interface InventoryService {
  counts(): Counts;
  rates(): Rates;
  sensors(): readonly SensorView[];
  /** True when any sensor that would see a loss is blind, or was so just now. */
  blind(): boolean;
  anomalies(): readonly AnomalyView[];
  /** Scans in slices of a few ms, so that a million names never hold up the loop. */
  listPvs(query: PvQuery, signal?: AbortSignal): Promise<Page<PvItem>>;
  pv(name: string): PvDetail | undefined;
  listServers(
    query: PageQuery & { readonly host?: string; readonly states?: readonly string[] },
  ): Page<ServerView>;
  server(server: string): ServerView | undefined;
  /** Of a group, by its id, or all; by name. */
  listHosts(query: PageQuery & { readonly group?: string }): Page<HostView>;
  /** By any of its addresses. */
  host(host: string): HostView | undefined;
  /** The name of an address, as far as it is known. */
  hostName(host: string): string | null;
  listApps(
    query: PageQuery & { readonly host?: string; readonly running?: boolean },
  ): Page<AppView>;
  app(id: string): AppView | undefined;
  listHeartbeats(
    query: PageQuery & { readonly host?: string; readonly lost?: boolean },
  ): Page<HeartbeatView>;
  /** Of the application with this id. */
  heartbeat(app: string): HeartbeatView | undefined;
  /** Names that an application lists, in any order, in slices. */
  heartbeatPvs(app: string): Iterable<string>;
  /** Fixed ones first, then by name. */
  listGroups(): readonly GroupView[];
  group(id: string): GroupView | undefined;
  /** What the hosts' own monitors say, by name. */
  listHealth(query: PageQuery & { readonly lost?: boolean }): Page<HostHealth>;
  /** Which process holds a TCP or UDP port of a host, by its latest process map. */
  portHolder(host: string, port: number): PortHolder | undefined;
  listClients(
    query: PageQuery & { readonly sort?: "searches" | "namesPerSecond" | "client" | "lastSeen" },
  ): Page<ClientItem>;
  client(client: string): ClientDetail | undefined;
  /** Who asked most, or what was asked for most, among the latest 10,000 requests. */
  topRequests(by: "client" | "pv", limit: number): readonly TopEntry[];
  /** How many names there are; with {@link nameAt}, a walk over all that needs no copy. */
  nameSlots(): number;
  /** The name in a slot, undefined for an empty one (forgotten, or not a PV that can be searched). */
  nameAt(
    slot: number,
  ):
    | { readonly name: string; readonly state: PvState; readonly servers: readonly string[] }
    | undefined;
  /** Names whose latest owner is this server, in slices. */
  namesOf(server: string): Iterable<string>;
  /** Server and PV state changes, as they are noticed; the answer ends it. Listeners must not throw and must be quick. */
  subscribe(listener: (event: EventDraft) => void): () => void;
}
export const INVENTORY = token<InventoryService>("INVENTORY");

/** Asks a probe now, within that probe's own budget. */
export interface ProbesService {
  purposes(): readonly string[];
  /** Rejects with {@link NoProbeError} when no probe has the purpose, or when `signal` aborts. */
  run(
    purpose: string,
    targets: readonly ProbeTarget[],
    signal: AbortSignal,
  ): Promise<readonly ProbeOutcome[]>;
}
export const PROBES = token<ProbesService>("PROBES");

/** What happened before, from a store. */
export interface HistoryService {
  /** Newest first. */
  events(query: EventQuery): Promise<Page<PvmonEvent>>;
  /** At most 1,000 points a series; `from` and `to` in UTC ms. */
  traffic(query: {
    readonly series: readonly string[];
    readonly from: number;
    readonly to: number;
  }): Promise<TrafficAnswer>;
  /**
   * Most first; of busy minutes only the busiest 50 of each kind are kept. Shares are of all names that others than pvmon
   * asked for: the series `clientNames`, `archiverNames` and `gatewayNames`. `from` is widened to a whole step.
   */
  top(query: TopQuery): Promise<readonly TopEntry[]>;
  /** At most `limit` items in each list; new clients and duplicates are those of events in (`from`, `to`]. */
  changes(query: {
    readonly from: number;
    readonly to: number;
    readonly limit: number;
  }): Promise<ChangeReport>;
}
export const HISTORY = token<HistoryService>("HISTORY");

/** One channel of one server, as `cainfo` shows it. */
export interface ChannelInfo {
  readonly name: string;
  readonly server: string;
  /** `connected`; `refused`: the server does not have the name; `unreachable`: no circuit; `timeout`: no answer on one. */
  readonly state: "connected" | "refused" | "unreachable" | "timeout";
  /** For people, when it is not connected or a value could not be read. */
  readonly reason?: string;
  readonly access?: { readonly read: boolean; readonly write: boolean };
  /** As EPICS names it: `DBF_DOUBLE`, `DBF_STRING`, … */
  readonly nativeType?: string;
  readonly elementCount?: number;
  /** Of the server: its name as far as it is known, otherwise its address. */
  readonly host: string;
  readonly value?: string | number | readonly (string | number)[];
  /** From the first packet to the answer. */
  readonly timeMs: number;
}

export interface ChannelInfoService {
  /** Never rejects for what the network does. `value`: also read it. */
  info(
    target: { readonly name: string; readonly server: string },
    options: { readonly value?: boolean; readonly signal: AbortSignal },
  ): Promise<ChannelInfo>;
}
export const CHANNEL_INFO = token<ChannelInfoService>("CHANNEL_INFO");

/** Where pages and endpoints are mounted. */
export interface HttpService {
  /** Requests whose path is `path` or below it; the built-in API keeps `/api`, `/healthz`, `/readyz`. The answer unmounts. */
  mount(
    path: string,
    handle: (request: IncomingMessage, response: ServerResponse) => void,
  ): () => void;
  /** Where it listens, once started: `http://127.0.0.1:5073`. */
  address(): string | undefined;
}
export const HTTP = token<HttpService>("HTTP");

export interface MetricSample {
  readonly plugin: string;
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge";
  readonly value: number;
}
export interface MetricsService {
  samples(): readonly MetricSample[];
}
export const METRICS = token<MetricsService>("METRICS");

/** Which start-up files mention a PV, by an index that something else makes. */
export interface StartupFilesService {
  /** Paths; the name counts up to its first `.`. */
  filesOf(name: string): readonly string[];
}
export const STARTUP_FILES = token<StartupFilesService>("STARTUP_FILES");

/** Who changes something, and why. */
export interface By {
  readonly who: string;
  readonly why?: string;
}

/** Fields that are left out stay as they are. */
export interface HostChange {
  readonly description?: string;
  readonly options?: Partial<HostOptions>;
  readonly expectedPorts?: readonly number[];
  readonly expectedApps?: number | null;
}

/** Log entries: some by their ids, those of a host, or all. */
export type LogSelection =
  | { readonly ids: readonly string[] }
  | { readonly host: string }
  | { readonly all: true };

/**
 * Everything an operator may change, each kept as an `operator.changed` event. What is forgotten comes back, with defaults,
 * when it is seen again. Undefined and empty answers: there was no such thing, and nothing was changed.
 */
export interface OperationsService {
  /** Removes names and all that is known of them; answers which were there. */
  forgetPvs(names: readonly string[], by: By): readonly string[];
  setHost(host: string, change: HostChange, by: By): HostView | undefined;
  /** With its servers, applications, log entries and memberships. */
  forgetHost(host: string, by: By): boolean;
  forgetServer(server: string, by: By): boolean;
  setApp(
    id: string,
    change: { readonly critical?: Criticality; readonly name?: string | null },
    by: By,
  ): AppView | undefined;
  forgetApp(id: string, by: By): boolean;
  /** By the source of a host's health. */
  forgetHealth(source: string, by: By): boolean;
  /** @throws OperationError where the name is empty, too long or taken. */
  createGroup(name: string, hosts: readonly string[], by: By): GroupView;
  /** @throws OperationError for a fixed group and for a bad name. */
  setGroup(
    id: string,
    change: { readonly name?: string; readonly hosts?: readonly string[] },
    by: By,
  ): GroupView | undefined;
  /** @throws OperationError for a fixed group. */
  deleteGroup(id: string, by: By): boolean;
  /**
   * A note in the log, of a host or of the whole site. `pending`: somebody has to acknowledge it.
   * @throws OperationError for an unknown host, and for a text that is empty or too long.
   */
  note(
    note: { readonly text: string; readonly host?: string; readonly pending?: boolean },
    by: By,
  ): PvmonEvent;
  /** How many were pending and now are acknowledged. */
  acknowledge(selection: LogSelection, by: By): number;
  /** Takes entries that are not pending any more out of the log, pending ones acknowledged; answers how many. */
  forgetLogs(ids: readonly string[], by: By): Promise<number>;
}
export const OPERATIONS = token<OperationsService>("OPERATIONS");

export type HealthState = "starting" | "ok" | "degraded" | "failed" | "stopping" | "stopped";

export interface PluginHealth {
  readonly id: string;
  readonly use: string;
  readonly kind: PluginKind;
  readonly status: HealthState;
  readonly reason: string | null;
  readonly since: number;
  /** False when the configuration says that pvmon can do without it. */
  readonly required: boolean;
}

export interface OutboxView {
  /** The store's plugin id. */
  readonly store: string;
  /** Records whose newest state is not stored yet. */
  readonly records: number;
  /** Rows of history that wait, in memory and on disk. */
  readonly history: number;
  /** Rows of history given up because there was no room. */
  readonly dropped: number;
  /** Bytes of history on disk, because the store cannot take it now. */
  readonly spooledBytes: number;
  /** Why history cannot be kept on disk, so that it waits in memory only; null when it can. */
  readonly spoolError: string | null;
  readonly lastWrittenAt: number | null;
  /** Why the last write failed, null when it did not. */
  readonly error: string | null;
}

/** How pvmon itself is. */
export interface StatusService {
  readonly name: string;
  readonly version: string;
  readonly startedAt: number;
  /** True once the stores have been loaded. */
  ready(): boolean;
  plugins(): readonly PluginHealth[];
  outboxes(): readonly OutboxView[];
  /** The worst of the required plugins. */
  status(): "ok" | "degraded" | "failed";
  /** Events as they become safe to show: stored, or the store cannot; the answer ends it. */
  subscribe(listener: (event: PvmonEvent) => void): () => void;
}
export const STATUS = token<StatusService>("STATUS");
