/** What can be asked of the inventory. Every answer is a copy, and nothing here changes anything. */
import { endpointKey, formatIpv4, type Ipv4, parseEndpoint, parseIpv4 } from "./address.js";
import type { Apps } from "./apps.js";
import type { ClientListQuery } from "./client-page.js";
import type { Clients } from "./clients.js";
import type { HostNames } from "./host-naming.js";
import type { Hosts } from "./hosts.js";
import type { Journal } from "./journal.js";
import type { Pvs } from "./pvs.js";
import type { AppRow, ClientRow, GroupRow, HostRow, MetricsRow, PvRow, ServerRow } from "./row.js";
import type { Sensors } from "./sensors.js";
import type { Servers } from "./servers.js";
import type { Traffic } from "./traffic.js";
import type {
  AnomalyView,
  AppView,
  ClientDetail,
  ClientItem,
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
  ServerView,
} from "./views.js";

export abstract class InventoryQueries {
  protected abstract readonly pvs: Pvs;
  protected abstract readonly servers: Servers;
  protected abstract readonly sensorReports: Sensors;
  protected abstract readonly clients: Clients;
  protected abstract readonly traffic: Traffic;
  protected abstract readonly names: HostNames;
  protected abstract readonly hosts: Hosts;
  protected abstract readonly apps: Apps;
  protected abstract readonly journal: Journal;
  /** Data time, UTC ms. */
  abstract get now(): number;

  counts(): Counts {
    return {
      pvs: this.pvs.counts(),
      servers: this.servers.counts(),
      hosts: this.hosts.size,
      apps: this.apps.counts(),
      clients: this.clients.size,
    };
  }

  rates(): Rates {
    return this.traffic.rates(this.now);
  }

  sensors(): readonly SensorView[] {
    return this.sensorReports.views(this.clients.lossShare());
  }

  /** True when any sensor that would see a loss is blind, or was so just now. */
  blind(): boolean {
    return this.sensorReports.blind(this.now);
  }

  anomalies(): readonly AnomalyView[] {
    return this.servers.anomalies();
  }

  /** Yields every few thousand records, so that the caller can let others run; ends with the page. */
  pvPage(query: PvQuery): Generator<undefined, Page<PvItem>> {
    return this.pvs.page(query, (address) => this.names.addressesOf(address));
  }

  pv(name: string): PvDetail | undefined {
    const id = this.pvs.idOf(name);
    if (id < 0) return undefined;
    const detail = this.pvs.detail(id);
    return {
      ...detail,
      heartbeat: this.#listedBy(this.pvs.listedBy(id)),
      clients: detail.clients.map((each) => ({ ...each, host: this.hostName(each.client) })),
    };
  }

  listServers(
    query: PageQuery & { readonly host?: string; readonly states?: readonly string[] },
  ): Page<ServerView> {
    const { host, ...others } = query;
    const addresses = host === undefined ? {} : { addresses: this.#addressesOf(host) };
    const wanted = { ...others, ...addresses };
    const { items, ...rest } = this.servers.list(wanted, (key) => this.pvs.ownedBy(key));
    return { ...rest, items: items.map((view) => this.#completed(view)) };
  }

  server(server: string): ServerView | undefined {
    const key = keyOf(server);
    const view = key === undefined ? undefined : this.servers.view(key, this.pvs.ownedBy(key));
    return view && this.#completed(view);
  }

  listHosts(query: PageQuery & { readonly group?: string }): Page<HostView> {
    return this.hosts.list(query);
  }

  host(host: string): HostView | undefined {
    const ip = parseIpv4(host);
    return ip === undefined ? undefined : this.hosts.view(ip);
  }

  hostName(host: string): string | null {
    const ip = parseIpv4(host);
    return ip === undefined ? null : this.names.nameOf(ip);
  }

  listApps(
    query: PageQuery & { readonly host?: string; readonly running?: boolean },
  ): Page<AppView> {
    return this.apps.list(query);
  }

  app(id: string): AppView | undefined {
    return this.apps.view(id);
  }

  listHeartbeats(
    query: PageQuery & { readonly host?: string; readonly lost?: boolean },
  ): Page<HeartbeatView> {
    return this.apps.listHeartbeats(query);
  }

  heartbeat(app: string): HeartbeatView | undefined {
    return this.apps.heartbeatView(app);
  }

  heartbeatPvs(app: string): Iterable<string> {
    return this.pvs.listOf(app);
  }

  listGroups(): readonly GroupView[] {
    return this.hosts.groups();
  }

  group(id: string): GroupView | undefined {
    return this.hosts.group(id);
  }

  listHealth(query: PageQuery & { readonly lost?: boolean }): Page<HostHealth> {
    return this.hosts.listHealth(query);
  }

  portHolder(host: string, port: number): PortHolder | undefined {
    const ip = parseIpv4(host);
    return ip === undefined ? undefined : this.apps.portHolder(this.names.primaryOf(ip), port);
  }

  /** @throws CursorError for a cursor that no page gave. */
  listClients(query: ClientListQuery): Page<ClientItem> {
    const { items, ...rest } = this.clients.list(query, this.now);
    return {
      ...rest,
      items: items.map((item) => ({ ...item, name: this.hostName(item.client) })),
    };
  }

  client(client: string): ClientDetail | undefined {
    const ip = parseIpv4(client);
    const detail = ip === undefined ? undefined : this.clients.detail(ip, this.now);
    return detail && { ...detail, name: this.hostName(client) };
  }

  /** Among the latest 10,000 requests. */
  topRequests(by: "client" | "pv", limit: number): ReturnType<Clients["topRequests"]> {
    return this.clients.topRequests(by, limit);
  }

  /** {@link nameAt} takes 0 to one less than this. */
  nameSlots(): number {
    return this.pvs.slots();
  }

  nameAt(
    slot: number,
  ):
    | { readonly name: string; readonly state: PvState; readonly servers: readonly string[] }
    | undefined {
    return this.pvs.slot(slot);
  }

  /** Names whose latest owner is this server. */
  *namesOf(server: string): Generator<string> {
    const key = keyOf(server);
    if (key === undefined) return;
    for (const id of this.pvs.namesOf(key)) yield this.pvs.nameOf(id);
  }

  pvRow(id: number): PvRow | undefined {
    return this.pvs.row(id);
  }

  /** `key` is an endpointKey. */
  serverRow(key: number): ServerRow | undefined {
    return this.servers.row(key);
  }

  clientRow(client: Ipv4): ClientRow | undefined {
    return this.clients.row(client);
  }

  /** `host` is the address that stands for it. */
  hostRow(host: Ipv4): HostRow | undefined {
    return this.hosts.row(host);
  }

  appRow(id: string): AppRow | undefined {
    return this.apps.row(id);
  }

  groupRow(id: string): GroupRow | undefined {
    return this.hosts.groupRow(id);
  }

  healthRow(source: string): MetricsRow | undefined {
    return this.hosts.healthRow(source);
  }

  #listedBy(app: string | undefined): PvDetail["heartbeat"] {
    const view = app === undefined ? undefined : this.apps.heartbeatView(app);
    return view === undefined ? null : { app: view.app, host: view.host, port: view.port };
  }

  /** Of the host with this one; none for what is no address. */
  #addressesOf(host: string): readonly string[] {
    const ip = parseIpv4(host);
    return ip === undefined ? [] : this.names.addressesOf(ip).map(formatIpv4);
  }

  #completed(view: ServerView): ServerView {
    const endpoint = parseEndpoint(view.server)!;
    return {
      ...view,
      host: formatIpv4(this.names.primaryOf(endpoint.ip)),
      hostName: this.names.nameOf(endpoint.ip),
      app: this.apps.ofServer(endpointKey(endpoint.ip, endpoint.port)),
    };
  }
}

function keyOf(server: string): number | undefined {
  const endpoint = parseEndpoint(server);
  return endpoint && endpointKey(endpoint.ip, endpoint.port);
}
