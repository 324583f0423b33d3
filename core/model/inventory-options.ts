/** What a site may set about the inventory (`inventory:` in the site file), all of it with defaults. */
import type { ClientsOptions } from "./clients.js";
import type { SensorsOptions } from "./sensors.js";
import type { ServersOptions } from "./servers.js";

export interface InventoryOptions extends ServersOptions, SensorsOptions, ClientsOptions {
  /** Names kept at most; further ones are refused and counted. Default 5,000,000. */
  readonly maxNames?: number;
  /** Seeds the hash of names against collision attacks: random for a running host, fixed for a replay. Default 0. */
  readonly seed?: number;
  /** Facts of site plugins kept at most; further ones are refused. Default 100,000. */
  readonly maxSiteFacts?: number;
  /** A PV that was neither answered for nor asked for in this many days is dropped. Default 365. */
  readonly purgeAfterDays?: number;
}
