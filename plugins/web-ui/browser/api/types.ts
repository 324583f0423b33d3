/** What the API answers: the views of pvmon with times as text, and the answers that only HTTP has. */
import type {
  AnomalyView,
  AppView,
  ChangeReport,
  ChannelInfo,
  ClientDetail as ClientDetailView,
  ClientItem as ClientItemView,
  Counts,
  EventType,
  GroupView,
  HeartbeatView,
  HostHealth,
  HostView,
  IsoTimes,
  LogState,
  MetricSample,
  OutboxView,
  PluginHealth,
  PvDetail as PvDetailView,
  PvItem as PvItemView,
  PvState,
  Rates,
  SensorView,
  ServerView,
  Severity,
  StormView,
  TopEntry,
  TrafficAnswer,
} from "pvmon";

export type Anomaly = IsoTimes<AnomalyView>;
export type Application = IsoTimes<AppView>;
export type Changes = IsoTimes<ChangeReport>;
export type Client = IsoTimes<ClientItemView>;
export type ClientDetail = IsoTimes<ClientDetailView>;
export type Group = GroupView;
export type Health = IsoTimes<HostHealth>;
export type Heartbeat = IsoTimes<HeartbeatView>;
export type Host = IsoTimes<HostView>;
export type Metric = MetricSample;
export type Outbox = IsoTimes<OutboxView>;
export type Plugin = IsoTimes<PluginHealth>;
export type Pv = IsoTimes<PvItemView>;
export type PvDetail = IsoTimes<PvDetailView> & { readonly startupFiles: readonly string[] | null };
export type Sensor = IsoTimes<SensorView>;
export type Server = IsoTimes<ServerView>;
export type Storm = IsoTimes<StormView>;
export type Traffic = IsoTimes<TrafficAnswer>;
export type { ChannelInfo, Counts, EventType, PvState, Rates, Severity };

export type TopRequests = TopEntry & { readonly hostName: string | null };

export interface Page<T> {
  readonly items: readonly T[];
  readonly total: number;
  readonly next: string | null;
}

type Evidence = Readonly<
  Record<string, string | number | boolean | null | readonly (string | number)[]>
>;

export interface Happening {
  readonly id: string;
  readonly at: string;
  readonly type: EventType;
  readonly severity: Severity;
  readonly subject: string;
  readonly text: string;
  readonly evidence: Evidence;
  readonly host: string | null;
  readonly server: string | null;
  readonly client: string | null;
  readonly pv: string | null;
  readonly app: string | null;
  readonly log: LogState | null;
  readonly acknowledged: boolean;
  readonly acknowledgedAt: string | null;
  readonly acknowledgedBy: string | null;
}

export interface EventCounts {
  readonly from: string;
  readonly to: string;
  readonly stepMs: number;
  readonly total: number;
  readonly points: readonly ({ readonly at: string } & Readonly<Record<Severity, number>>)[];
  readonly types: readonly { readonly type: EventType; readonly count: number }[];
}

export interface Configuration {
  /** The name of the site file. */
  readonly file: string;
  /** Every option with its value, secrets left out. */
  readonly yaml: string;
}

export interface LogEntry {
  readonly id: string;
  readonly at: string;
  readonly type: EventType;
  readonly severity: Severity;
  readonly host: string | null;
  readonly hostName: string | null;
  readonly app: string | null;
  readonly text: string;
  readonly evidence: Evidence;
  /** Null when nobody did it. */
  readonly who: string | null;
  readonly needsAcknowledgement: boolean;
  readonly acknowledged: boolean;
  readonly acknowledgedAt: string | null;
  readonly acknowledgedBy: string | null;
}

export interface Status {
  readonly name: string;
  readonly version: string;
  readonly startedAt: string;
  readonly uptimeSeconds: number;
  readonly status: "ok" | "degraded" | "failed";
  readonly ready: boolean;
  readonly blind: boolean;
  readonly plugins: readonly Plugin[];
  readonly sensors: readonly Sensor[];
  readonly counts: Counts;
  readonly rates: Rates;
  readonly storm: Storm | null;
  readonly outboxes: readonly Outbox[];
  readonly metrics: readonly Metric[];
}

/** What the stream says every few seconds. */
export interface Counters {
  readonly at: string;
  readonly blind: boolean;
  readonly counts: Counts;
  readonly rates: Rates;
}

export type Role = "viewer" | "operator" | "admin";

export interface Session {
  readonly who: string | null;
  readonly role: Role | null;
  readonly source: "user" | "token" | "proxy" | "loopback" | "anonymous";
  readonly canLogIn: boolean;
  readonly csrfToken: string | null;
  readonly expiresAt: string | null;
}

export interface SearchAnswer {
  readonly answered: readonly { readonly server: string; readonly afterMs: number }[];
  readonly tries: number;
  readonly waitedMs: number;
}

export interface PortHolder {
  readonly host: string;
  readonly port: number;
  readonly pid: number;
  readonly commandLine: string;
  readonly directory: string;
  readonly at: string;
}
