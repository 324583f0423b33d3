/** What is kept of all PVs, put together: everything that answers, counts or judges works on one of these. */
import type { NameHash } from "../names/name-batch.js";
import type { NameRules } from "../names/name-validity.js";
import { Names } from "../names/names.js";
import { NameTests } from "./name-tests.js";
import { PvOwners } from "./pv-owners.js";
import { NONE } from "./pv-pool.js";
import { PV_DOUBLE, PvRecords } from "./pv-record.js";
import { PvRequesters } from "./pv-requesters.js";

export const DEFAULT_MAX_NAMES = 6_000_000;
/** However few names may be kept. */
const MIN_POOL = 10_000;

export interface PvsOptions {
  /** Names kept at most; further ones are refused and counted. Default 6,000,000. */
  readonly maxNames?: number;
  /** Seeds the hash of names against collision attacks, an integer of 0..2^53-1. Default 0. */
  readonly seed?: number;
  /** Which names break the site's naming rules; they are kept and shown as invalid. */
  readonly names?: NameRules;
}

export class PvTable {
  readonly records = new PvRecords();
  readonly names: Names;
  readonly nameTests: NameTests;
  readonly requesters: PvRequesters;
  readonly owners: PvOwners;

  /** @param hash in the place of the keyed hash of names, to provoke collisions. */
  constructor(
    { maxNames = DEFAULT_MAX_NAMES, seed = 0, names: rules = {} }: PvsOptions,
    hash?: NameHash,
  ) {
    this.names = new Names({ maxNames, seed, rules, ...(hash && { hash }) }, this.records);
    this.nameTests = new NameTests(this.names, this.records);
    const maxRecords = Math.max(2 * maxNames, MIN_POOL);
    this.requesters = new PvRequesters(this.records, maxRecords);
    this.owners = new PvOwners(this.records, maxRecords);
  }

  /** Removes a PV and all that is known of it. */
  forget(id: number): void {
    this.requesters.clear(id);
    this.owners.clear(id);
    this.nameTests.forget(id);
    this.names.forget(id);
  }

  /** When a server last answered for it, 0 for never. */
  lastSeenAt(id: number): number {
    const owner = this.owners.latest(id);
    return owner === NONE ? 0 : this.owners.lastAt(owner);
  }

  /** When it was last asked for, answered for, or first seen. */
  lastUsedAt(id: number): number {
    return Math.max(
      this.records.double(id, PV_DOUBLE.firstSeenAt),
      this.records.double(id, PV_DOUBLE.lastRequestedAt),
      this.lastSeenAt(id),
    );
  }
}
