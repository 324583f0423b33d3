/** What can be asked of the inventory. Every answer is a copy, and nothing here changes anything. */
import {
  endpointKey,
  formatEndpoint,
  formatIpv4,
  type Ipv4,
  keyEndpoint,
  parseEndpoint,
  parseIpv4,
} from "../address.js";
import type { Clients } from "../clients/clients.js";
import { byRecency } from "../servers/anomalies.js";
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
} from "../views.js";
import { InventoryRows } from "./inventory-rows.js";

export abstract class InventoryQueries extends InventoryRows {
  /** Data time, UTC ms. */
  get now(): number {
    return this.parts.now;
  }

  counts(): Counts {
    return {
      pvs: this.parts.pvs.counts(),
      servers: this.parts.servers.counts(),
      hosts: this.parts.hosts.size,
      apps: this.parts.apps.counts(),
      clients: this.parts.clients.size,
    };
  }

  rates(): Rates {
    return this.parts.traffic.rates(this.now);
  }

  sensors(): readonly SensorView[] {
    return this.parts.sensors.views(this.parts.clients.lossShare());
  }

  /** True when any sensor that would see a loss is blind, or was so just now. */
  blind(): boolean {
    return this.parts.blind();
  }

  anomalies(): readonly AnomalyView[] {
    return byRecency([...this.parts.servers.anomalies(), ...this.parts.storms.findings()]);
  }

  storm(): StormView | null {
    return this.parts.storms.current();
  }

  /** Yields every few thousand records, so that the caller can let others run; ends with the page. */
  pvPage(query: PvQuery): Generator<undefined, Page<PvItem>> {
    return this.parts.pvs.page(
      query,
      (address) => this.parts.names.addressesOf(address),
      () => this.now,
    );
  }

  /** Does in as small steps what would make the next {@link pvPage} slow, unless it was done. */
  preparePvPages(): Generator<undefined, void> {
    return this.parts.pvs.preparePages();
  }

  pv(name: string): PvDetail | undefined {
    const id = this.parts.pvs.idOf(name);
    if (id < 0) return undefined;
    const detail = this.parts.pvs.detail(id);
    return {
      ...detail,
      heartbeat: this.#listedBy(this.parts.pvs.listedBy(id)),
      clients: detail.clients.map((each) => ({ ...each, host: this.hostName(each.client) })),
    };
  }

  pvItem(name: string): PvItem | undefined {
    const id = this.parts.pvs.idOf(name);
    return id < 0 ? undefined : this.parts.pvs.item(id);
  }

  listServers({ host, match, ...others }: ServerQuery): Page<ServerView> {
    const wanted = {
      ...others,
      ...(host !== undefined && { addresses: this.#addressesOf(host) }),
      ...(match !== undefined && { accept: this.#serverHas(match) }),
    };
    const { items, ...rest } = this.parts.servers.list(wanted, {
      pvsOf: (key) => this.parts.pvs.ownedBy(key),
      hostNameOf: (key) => this.parts.names.nameOf(keyEndpoint(key).ip),
      applicationOf: (key) => {
        const app = this.parts.apps.ofServer(key);
        return app === null ? null : app.directory || app.command;
      },
    });
    return { ...rest, items: items.map((view) => this.#completed(view)) };
  }

  server(server: string): ServerView | undefined {
    const key = keyOf(server);
    const view =
      key === undefined ? undefined : this.parts.servers.view(key, this.parts.pvs.ownedBy(key));
    return view && this.#completed(view);
  }

  listHosts(query: PageQuery & { readonly group?: string }): Page<HostView> {
    return this.parts.hosts.list(query);
  }

  host(host: string): HostView | undefined {
    const ip = parseIpv4(host);
    return ip === undefined ? undefined : this.parts.hosts.view(ip);
  }

  /** By its name, case aside, or by the part before the first dot if no other host has the same. */
  hostNamed(name: string): HostView | undefined {
    return this.parts.hosts.named(name);
  }

  hostName(host: string): string | null {
    const ip = parseIpv4(host);
    return ip === undefined ? null : this.parts.names.nameOf(ip);
  }

  listApps(
    query: PageQuery & { readonly host?: string; readonly running?: boolean },
  ): Page<AppView> {
    return this.parts.apps.list(query);
  }

  app(id: string): AppView | undefined {
    return this.parts.apps.view(id);
  }

  listHeartbeats(
    query: PageQuery & { readonly host?: string; readonly lost?: boolean },
  ): Page<HeartbeatView> {
    return this.parts.apps.listHeartbeats(query);
  }

  heartbeat(app: string): HeartbeatView | undefined {
    return this.parts.apps.heartbeatView(app);
  }

  heartbeatPvs(app: string): Iterable<string> {
    return this.parts.pvs.listOf(app);
  }

  listGroups(): readonly GroupView[] {
    return this.parts.hosts.groups();
  }

  group(id: string): GroupView | undefined {
    return this.parts.hosts.group(id);
  }

  listHealth(query: PageQuery & { readonly lost?: boolean }): Page<HostHealth> {
    return this.parts.hosts.listHealth(query);
  }

  portHolder(host: string, port: number): PortHolder | undefined {
    const ip = parseIpv4(host);
    return ip === undefined
      ? undefined
      : this.parts.apps.portHolder(this.parts.names.primaryOf(ip), port);
  }

  /** @throws CursorError for a cursor that no page gave. */
  listClients({ match, ...others }: ClientQuery): Page<ClientItem> {
    const wanted = {
      ...others,
      nameOf: (client: Ipv4) => this.parts.names.nameOf(client),
      ...(match !== undefined && { accept: this.#clientHas(match) }),
    };
    const { items, ...rest } = this.parts.clients.list(wanted, this.now);
    return {
      ...rest,
      items: items.map((item) => ({ ...item, name: this.hostName(item.client) })),
    };
  }

  client(client: string): ClientDetail | undefined {
    const ip = parseIpv4(client);
    const detail = ip === undefined ? undefined : this.parts.clients.detail(ip, this.now);
    return detail && { ...detail, name: this.hostName(client) };
  }

  /** Among the latest 10,000 requests. */
  topRequests(by: "client" | "pv", limit: number): ReturnType<Clients["topRequests"]> {
    return this.parts.clients.topRequests(by, limit);
  }

  /** {@link nameAt} takes 0 to one less than this. */
  nameSlots(): number {
    return this.parts.pvs.slots();
  }

  nameAt(
    slot: number,
  ):
    | { readonly name: string; readonly state: PvState; readonly servers: readonly string[] }
    | undefined {
    return this.parts.pvs.slot(slot);
  }

  /** Names whose latest owner is this server. */
  *namesOf(server: string): Generator<string> {
    const key = keyOf(server);
    if (key === undefined) return;
    for (const id of this.parts.pvs.namesOf(key)) yield this.parts.pvs.nameOf(id);
  }

  #listedBy(app: string | undefined): PvDetail["heartbeat"] {
    const view = app === undefined ? undefined : this.parts.apps.heartbeatView(app);
    return view === undefined ? null : { app: view.app, host: view.host, port: view.port };
  }

  /** Of the host with this one; none for what is no address. */
  #addressesOf(host: string): readonly string[] {
    const ip = parseIpv4(host);
    return ip === undefined ? [] : this.parts.names.addressesOf(ip).map(formatIpv4);
  }

  #serverHas(part: string): (key: number) => boolean {
    return (key) => {
      const endpoint = keyEndpoint(key);
      const app = this.parts.apps.ofServer(key);
      return isIn(part, [
        formatEndpoint(endpoint),
        this.parts.names.nameOf(endpoint.ip),
        app?.command,
        app?.directory,
      ]);
    };
  }

  #clientHas(part: string): (client: Ipv4) => boolean {
    return (client) => isIn(part, [formatIpv4(client), this.parts.names.nameOf(client)]);
  }

  #completed(view: ServerView): ServerView {
    const endpoint = parseEndpoint(view.server)!;
    return {
      ...view,
      host: formatIpv4(this.parts.names.primaryOf(endpoint.ip)),
      hostName: this.parts.names.nameOf(endpoint.ip),
      app: this.parts.apps.ofServer(endpointKey(endpoint.ip, endpoint.port)),
    };
  }
}

function keyOf(server: string): number | undefined {
  const endpoint = parseEndpoint(server);
  return endpoint && endpointKey(endpoint.ip, endpoint.port);
}

/** In any of the texts, whatever the case. */
function isIn(part: string, texts: readonly (string | null | undefined)[]): boolean {
  const wanted = part.toLowerCase();
  return texts.some((text) => text?.toLowerCase().includes(wanted));
}
