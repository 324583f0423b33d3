/** INVENTORY: what is known now. */
import type { EventDraft } from "../../model/event.js";
import type {
  AnomalyView,
  AppView,
  ClientDetail,
  ClientItem,
  ClientQuery,
  Counts,
  GroupView,
  HeartbeatView,
  HostHealth,
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
  ServerQuery,
  ServerView,
  StormView,
  TopEntry,
} from "../../model/views.js";
import { token } from "../token.js";

/** The state of now. Every answer is a copy; nothing here sends a packet. */
export interface InventoryService {
  counts(): Counts;
  rates(): Rates;
  sensors(): readonly SensorView[];
  /** True when any sensor that would see a loss is blind, or was so just now. */
  blind(): boolean;
  anomalies(): readonly AnomalyView[];
  /** The storm of searches that lasts, null while there is none. */
  storm(): StormView | null;
  /**
   * Scans and sorts in slices of a few ms, so that a million names never hold up the loop. A page by offset, or a further one
   * of 500 and more, can be some seconds old.
   */
  listPvs(query: PvQuery, signal?: AbortSignal): Promise<Page<PvItem>>;
  pv(name: string): PvDetail | undefined;
  /** As in a list of PVs: without the cost of all details. */
  pvItem(name: string): PvItem | undefined;
  listServers(query: ServerQuery): Page<ServerView>;
  server(server: string): ServerView | undefined;
  /** Of a group, by its id, or all; by name. */
  listHosts(query: PageQuery & { readonly group?: string }): Page<HostView>;
  /** By any of its addresses. */
  host(host: string): HostView | undefined;
  /** By its name, case aside, or by the part before the first dot if no other host has the same. */
  hostNamed(name: string): HostView | undefined;
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
  listClients(query: ClientQuery): Page<ClientItem>;
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
