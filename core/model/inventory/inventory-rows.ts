/** The records of the inventory as stores keep them, each by its key; undefined for what is not there. */
import type { Ipv4 } from "../address.js";
import type { AppRow, ClientRow, GroupRow, HostRow, MetricsRow, PvRow, ServerRow } from "../row.js";
import type { InventoryParts } from "./inventory-parts.js";

export abstract class InventoryRows {
  constructor(protected readonly parts: InventoryParts) {}

  pvRow(id: number): PvRow | undefined {
    return this.parts.pvs.row(id);
  }

  /** `key` is an endpointKey. */
  serverRow(key: number): ServerRow | undefined {
    return this.parts.servers.row(key);
  }

  clientRow(client: Ipv4): ClientRow | undefined {
    return this.parts.clients.row(client);
  }

  /** `host` is the address that stands for it. */
  hostRow(host: Ipv4): HostRow | undefined {
    return this.parts.hosts.row(host);
  }

  appRow(id: string): AppRow | undefined {
    return this.parts.apps.row(id);
  }

  groupRow(id: string): GroupRow | undefined {
    return this.parts.hosts.groupRow(id);
  }

  healthRow(source: string): MetricsRow | undefined {
    return this.parts.hosts.healthRow(source);
  }
}
