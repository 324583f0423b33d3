/** What a site may set about the inventory (`inventory:` in the site file), all of it with defaults. */

export interface InventoryOptions {
  /** Names kept at most; further ones are refused and counted. Default 5,000,000. */
  readonly maxNames?: number;
  /** Client addresses kept at most; the one not seen for longest makes room. Default 20,000. */
  readonly maxClients?: number;
  /** Facts of site plugins kept at most; further subjects are refused. Default 100,000. */
  readonly maxSiteFacts?: number;
  /** A PV that was neither answered for nor asked for in this many days is dropped. Default 365. */
  readonly purgeAfterDays?: number;
  /** `client.appeared` is told only this long after the first observation of an empty start. Default 10. */
  readonly settleMinutes?: number;
  /** A server is lost after this many of its own measured beacon periods without a beacon. Default 3. */
  readonly lostAfterPeriods?: number;
  /** Nothing is lost for this long after a sensor was blind. Default 20. */
  readonly graceSeconds?: number;
  /** CIDR networks beacons may come from; a beacon from elsewhere is an anomaly. Default: any. */
  readonly beaconNetworks?: readonly string[];
  /** Seeds the hash of names against collision attacks: random for a running host, fixed for a replay. Default 0. */
  readonly seed?: number;
}
