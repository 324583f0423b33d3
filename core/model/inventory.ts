/** The state of now: folds observations into names, servers, clients and traffic, and says what changed. Pure and synchronous. */
import type { Ipv4 } from "./address.js";
import type { EventDraft, PvmonEvent } from "./event.js";
import type { InventoryOptions } from "./inventory-options.js";
import type { Observation } from "./observation.js";
import type {
  ClientRow,
  PvForgottenRow,
  PvRow,
  Row,
  ServerRow,
  SiteRow,
  TrafficRow,
} from "./row.js";
import type {
  AnomalyView,
  ClientDetail,
  ClientItem,
  Counts,
  HostView,
  Page,
  PageQuery,
  PvDetail,
  PvItem,
  PvQuery,
  PvState,
  Rates,
  SensorView,
  ServerView,
} from "./views.js";

/** Where the inventory puts what has to be kept for good, in the order of being noticed. */
export interface InventorySink {
  event(event: PvmonEvent): void;
  history(row: TrafficRow | PvForgottenRow | SiteRow): void;
}

export interface DirtyVisitor {
  pv(id: number): void;
  /** `key` is an endpointKey. */
  server(key: number): void;
  client(ip: Ipv4): void;
}

export interface ListServersQuery extends PageQuery {
  readonly host?: string;
  readonly states?: readonly string[];
}
export interface ListClientsQuery extends PageQuery {
  readonly sort?: "searches" | "namesPerSecond" | "client" | "lastSeen";
}

export declare class Inventory {
  constructor(options: InventoryOptions, sink: InventorySink);
  fold(observation: Observation): void;
  advance(at: number): void;
  restore(rows: readonly Row[]): void;
  record(draft: EventDraft): PvmonEvent;
  flushTraffic(): void;
  drainDirty(visit: DirtyVisitor): void;
  pvRow(id: number): PvRow | undefined;
  serverRow(key: number): ServerRow | undefined;
  clientRow(ip: Ipv4): ClientRow | undefined;
  forget(names: readonly string[]): string[];
  subscribe(listener: (event: EventDraft) => void): () => void;
  counts(): Counts;
  rates(): Rates;
  sensors(): readonly SensorView[];
  blind(): boolean;
  anomalies(): readonly AnomalyView[];
  pvPage(query: PvQuery): Generator<undefined, Page<PvItem>>;
  pv(name: string): PvDetail | undefined;
  listServers(query: ListServersQuery): Page<ServerView>;
  server(server: string): ServerView | undefined;
  listHosts(query: PageQuery): Page<HostView>;
  host(host: string): HostView | undefined;
  listClients(query: ListClientsQuery): Page<ClientItem>;
  client(client: string): ClientDetail | undefined;
  topRequests(
    by: "client" | "pv",
    limit: number,
  ): readonly { readonly name: string; readonly requests: number; readonly share: number }[];
  nameSlots(): number;
  nameAt(
    slot: number,
  ):
    | { readonly name: string; readonly state: PvState; readonly servers: readonly string[] }
    | undefined;
  namesOf(server: string): Iterable<string>;
}
