/** INVENTORY as plugins see it: the queries of the inventory and nothing that changes it. */
import type { EventDraft } from "../model/event.js";
import type { Inventory } from "../model/inventory/inventory.js";
import type { InventoryService } from "../plugin/services.js";
import { Listeners } from "./listeners.js";
import { Scans } from "./scans.js";

/**
 * @param listenerFailed gets what a subscriber throws.
 * @param ending ends what nobody waits for.
 */
export function serveInventory(
  inventory: Inventory,
  listenerFailed: (error: unknown) => void,
  ending: AbortSignal,
): InventoryService {
  const scans = new Scans();
  const listeners = new Listeners<EventDraft>(listenerFailed);
  inventory.subscribe((event) => listeners.tell(event));
  let isPreparing = false;
  // Whoever has a page goes further soon, or asks for it again. Once at a time, and behind those that are wanted now.
  const prepare = async (): Promise<void> => {
    if (isPreparing) return;
    isPreparing = true;
    // What fails here fails again for those who need it, and is told to them.
    await scans.runBehind(() => inventory.preparePvPages(), ending).catch(() => undefined);
    isPreparing = false;
  };
  return {
    counts: () => inventory.counts(),
    rates: () => inventory.rates(),
    sensors: () => inventory.sensors(),
    blind: () => inventory.blind(),
    anomalies: () => inventory.anomalies(),
    storm: () => inventory.storm(),
    listPvs: async (query, signal) => {
      const page = await scans.run(() => inventory.pvPage(query), signal);
      void prepare();
      return page;
    },
    pv: (name) => inventory.pv(name),
    pvItem: (name) => inventory.pvItem(name),
    listServers: (query) => inventory.listServers(query),
    server: (server) => inventory.server(server),
    listHosts: (query) => inventory.listHosts(query),
    host: (host) => inventory.host(host),
    hostNamed: (name) => inventory.hostNamed(name),
    hostName: (host) => inventory.hostName(host),
    listApps: (query) => inventory.listApps(query),
    app: (id) => inventory.app(id),
    listHeartbeats: (query) => inventory.listHeartbeats(query),
    heartbeat: (app) => inventory.heartbeat(app),
    heartbeatPvs: (app) => inventory.heartbeatPvs(app),
    listGroups: () => inventory.listGroups(),
    group: (id) => inventory.group(id),
    listHealth: (query) => inventory.listHealth(query),
    portHolder: (host, port) => inventory.portHolder(host, port),
    listClients: (query) => inventory.listClients(query),
    client: (client) => inventory.client(client),
    topRequests: (by, limit) => inventory.topRequests(by, limit),
    nameSlots: () => inventory.nameSlots(),
    nameAt: (slot) => inventory.nameAt(slot),
    namesOf: (server) => inventory.namesOf(server),
    subscribe: (listener) => listeners.add(listener),
  };
}
