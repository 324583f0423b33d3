/** What can be asked of the inventory. Every answer is a copy, and nothing here changes anything. */
import { endpointKey, type Ipv4, parseEndpoint, parseIpv4 } from "./address.js";
import type { ClientListQuery } from "./client-page.js";
import type { Clients } from "./clients.js";
import type { Pvs } from "./pvs.js";
import type { ClientRow, PvRow, ServerRow } from "./row.js";
import type { Sensors } from "./sensors.js";
import type { Servers } from "./servers.js";
import type { Traffic } from "./traffic.js";
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

export abstract class InventoryQueries {
  protected abstract readonly pvs: Pvs;
  protected abstract readonly servers: Servers;
  protected abstract readonly sensorReports: Sensors;
  protected abstract readonly clients: Clients;
  protected abstract readonly traffic: Traffic;
  /** Data time, UTC ms. */
  abstract get now(): number;

  counts(): Counts {
    return {
      pvs: this.pvs.counts(),
      ...this.servers.counts(),
      apps: { running: 0, down: 0 },
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
    return this.pvs.page(query);
  }

  pv(name: string): PvDetail | undefined {
    const id = this.pvs.idOf(name);
    return id < 0 ? undefined : this.pvs.detail(id);
  }

  listServers(
    query: PageQuery & { readonly host?: string; readonly states?: readonly string[] },
  ): Page<ServerView> {
    return this.servers.list(query, (key) => this.pvs.ownedBy(key));
  }

  server(server: string): ServerView | undefined {
    const key = keyOf(server);
    return key === undefined ? undefined : this.servers.view(key, this.pvs.ownedBy(key));
  }

  listHosts(query: PageQuery): Page<HostView> {
    return this.servers.listHosts(query);
  }

  host(host: string): HostView | undefined {
    const ip = parseIpv4(host);
    return ip === undefined ? undefined : this.servers.host(ip);
  }

  /** @throws CursorError for a cursor that no page gave. */
  listClients(query: ClientListQuery): Page<ClientItem> {
    return this.clients.list(query, this.now);
  }

  client(client: string): ClientDetail | undefined {
    const ip = parseIpv4(client);
    return ip === undefined ? undefined : this.clients.detail(ip, this.now);
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
}

function keyOf(server: string): number | undefined {
  const endpoint = parseEndpoint(server);
  return endpoint && endpointKey(endpoint.ip, endpoint.port);
}
