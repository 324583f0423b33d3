/** What a site may set about the inventory (`inventory:` in the site file), all of it with defaults. */
import type { AppsOptions } from "./apps.js";
import type { ClientsOptions } from "./clients.js";
import type { HostNamesOptions } from "./host-naming.js";
import type { HostsOptions } from "./hosts.js";
import type { PvsOptions } from "./pvs.js";
import type { SensorsOptions } from "./sensors.js";
import type { ServersOptions } from "./servers.js";

export interface InventoryOptions
  extends PvsOptions,
    ServersOptions,
    SensorsOptions,
    ClientsOptions,
    AppsOptions,
    HostsOptions,
    HostNamesOptions {
  /** Facts of site plugins kept at most; further ones are refused. Default 100,000. */
  readonly maxSiteFacts?: number;
  /** A PV that was neither answered for nor asked for in this many days is dropped. Default 365. */
  readonly purgeAfterDays?: number;
}
