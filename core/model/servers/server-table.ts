/** The bounded table of servers: who may come in, and who has to go. */
import type { Endpoint } from "../address.js";
import { endpointKey } from "../address.js";
import { HostServers } from "./host-servers.js";
import { createServerRecord, type ServerRecord } from "./server-record.js";

/** A lost server that had sent no more beacons than this may be given up for a new one. */
const BARELY_KNOWN_BEACONS = 16;
/** Looking for one costs a walk over the table. */
const SEARCH_EVERY_MS = 1_000;

export class ServerTable {
  readonly hosts = new HostServers();
  /** Those whose first event is still to come. */
  readonly unannounced = new Set<ServerRecord>();
  readonly #records = new Map<number, ServerRecord>();
  /** Those known by a single beacon, oldest first: the first to go, since anybody can forge one. */
  readonly #unconfirmed = new Set<ServerRecord>();
  #sorted: readonly ServerRecord[] | undefined;
  #searchedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly max: number) {}

  get size(): number {
    return this.#records.size;
  }

  get(key: number): ServerRecord | undefined {
    return this.#records.get(key);
  }

  values(): Iterable<ServerRecord> {
    return this.#records.values();
  }

  /** By address and port. */
  sorted(): readonly ServerRecord[] {
    this.#sorted ??= [...this.#records.values()].sort((a, b) => a.key - b.key);
    return this.#sorted;
  }

  /** `displaced`: somebody else had to go, or the table is full and there is no `record`. */
  admit({ ip, port }: Endpoint, at: number): { record?: ServerRecord; displaced: boolean } {
    const full = this.#records.size >= this.max;
    if (full && !this.#makeRoom(at)) return { displaced: true };
    const record = createServerRecord(endpointKey(ip, port), ip, port, at);
    this.#unconfirmed.add(record);
    this.unannounced.add(record);
    this.#insert(record);
    return { record, displaced: full };
  }

  restore(record: ServerRecord): void {
    if (this.#records.has(record.key) || this.#records.size >= this.max) return;
    this.#insert(record);
  }

  confirm(record: ServerRecord): void {
    record.confirmed = true;
    this.#unconfirmed.delete(record);
  }

  announce(record: ServerRecord): void {
    record.announced = true;
    this.unannounced.delete(record);
  }

  remove(record: ServerRecord): void {
    this.#records.delete(record.key);
    this.#unconfirmed.delete(record);
    this.unannounced.delete(record);
    this.hosts.remove(record);
    this.#sorted = undefined;
  }

  #insert(record: ServerRecord): void {
    this.#records.set(record.key, record);
    this.hosts.add(record);
    this.#sorted = undefined;
  }

  #makeRoom(at: number): boolean {
    const [oldest] = this.#unconfirmed;
    const victim = oldest ?? this.#barelyKnown(at);
    if (victim !== undefined) this.remove(victim);
    return victim !== undefined;
  }

  #barelyKnown(at: number): ServerRecord | undefined {
    if (Math.abs(at - this.#searchedAt) < SEARCH_EVERY_MS) return undefined;
    this.#searchedAt = at;
    for (const record of this.#records.values()) {
      const beacons = record.track?.beacons ?? 0;
      if (record.state === "lost" && beacons <= BARELY_KNOWN_BEACONS) return record;
    }
    return undefined;
  }
}
