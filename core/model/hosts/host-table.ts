/** The bounded table of hosts: who may come in, and who has to go. Anybody can forge the datagram that makes a host. */
import type { Ipv4 } from "../address.js";
import { createHostRecord, type HostRecord } from "./host-record.js";

/** A host with nothing running that was not seen for longer than this may be given up for a new one. */
const BARELY_KNOWN_MS = 600_000;
/** Looking for one costs a walk over the table. */
const SEARCH_EVERY_MS = 1_000;

/** What the table cannot know by itself. */
export interface HostUse {
  /** Whether an operator said something of it. */
  isKept(record: HostRecord): boolean;
  /** Whether there is a server, an application or health of it, running or not. */
  isUsed(record: HostRecord): boolean;
  /** Whether a server or an application of it runs. */
  isRunning(record: HostRecord): boolean;
}

export class HostTable {
  readonly #records = new Map<Ipv4, HostRecord>();
  /** Those known by a single sign, oldest first: the first to go. */
  readonly #unconfirmed = new Set<HostRecord>();
  #searchedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly max: number,
    private readonly use: HostUse,
  ) {}

  /** Without those of a single sign of which nothing is left. */
  get size(): number {
    let gone = 0;
    for (const record of this.#unconfirmed) if (!this.isThere(record)) gone++;
    return this.#records.size - gone;
  }

  /** By the address that stands for it. */
  get(ip: Ipv4): HostRecord | undefined {
    return this.#records.get(ip);
  }

  /** Those of {@link size}. */
  *values(): Iterable<HostRecord> {
    for (const record of this.#records.values()) if (this.isThere(record)) yield record;
  }

  /** A host of a single sign lasts only as long as what it told of: a server, an application, health. */
  isThere(record: HostRecord): boolean {
    return record.confirmed || this.use.isUsed(record);
  }

  /** Undefined when the table is full of hosts that may not be displaced. */
  admit(ip: Ipv4, at: number): HostRecord | undefined {
    if (this.#records.size >= this.max && !this.#makeRoom(at)) return undefined;
    const record = createHostRecord(ip, at);
    this.#records.set(ip, record);
    this.#unconfirmed.add(record);
    return record;
  }

  /** What operators said of hosts comes back however many there may be. */
  restore(record: HostRecord): void {
    if (this.#records.size < this.max || this.use.isKept(record)) {
      this.#records.set(record.ip, record);
    }
  }

  confirm(record: HostRecord): void {
    record.confirmed = true;
    this.#unconfirmed.delete(record);
  }

  remove(record: HostRecord): void {
    this.#records.delete(record.ip);
    this.#unconfirmed.delete(record);
  }

  #makeRoom(at: number): boolean {
    const [oldest] = this.#unconfirmed;
    const victim = oldest ?? this.#barelyKnown(at);
    if (victim !== undefined) this.remove(victim);
    return victim !== undefined;
  }

  #barelyKnown(at: number): HostRecord | undefined {
    if (Math.abs(at - this.#searchedAt) < SEARCH_EVERY_MS) return undefined;
    this.#searchedAt = at;
    for (const record of this.#records.values()) {
      const isBarelyKnown = record.lastSeenAt - record.firstSeenAt < BARELY_KNOWN_MS;
      if (isBarelyKnown && !this.use.isKept(record) && !this.use.isRunning(record)) return record;
    }
    return undefined;
  }
}
