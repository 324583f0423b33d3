/** What a site may set about the inventory (`inventory:` in the site file), all of it with defaults. */
import type { AppsOptions } from "../apps/apps.js";
import type { ClientsOptions } from "../clients/clients.js";
import type { HostNamesOptions } from "../hosts/host-naming.js";
import type { HostsOptions } from "../hosts/hosts.js";
import type { JournalOptions } from "../log/journal.js";
import type { PvsOptions } from "../pvs/pvs.js";
import type { ServersOptions } from "../servers/servers.js";
import type { SensorsOptions } from "../traffic/sensors.js";

export interface InventoryOptions
  extends PvsOptions,
    ServersOptions,
    SensorsOptions,
    ClientsOptions,
    AppsOptions,
    HostsOptions,
    HostNamesOptions,
    JournalOptions {
  /** Facts of site plugins kept at most; further ones are refused. Default 100,000. */
  readonly maxSiteFacts?: number;
  /** A PV that was neither answered for nor asked for in this many days is dropped. Default 365. */
  readonly purgeAfterDays?: number;
}
