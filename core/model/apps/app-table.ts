/** The bounded table of applications, by identity and by host: who may come in, and who has to go. */
import type { Ipv4 } from "../address.js";
import { type AppRecord, processId } from "./app-record.js";

/** A lost application with no more heartbeats than this, and nothing else that speaks for it, may make room. */
const BARELY_KNOWN_BEATS = 16;
/** Looking for one costs a walk over the table. */
const SEARCH_EVERY_MS = 1_000;
/** No machine runs so many: more come from a forger. */
const MAX_PER_HOST = 1_000;

export class AppTable {
  readonly #records = new Map<string, AppRecord>();
  /** By the identity that their process alone gives them, where it is another. */
  readonly #byProcess = new Map<string, AppRecord>();
  readonly #byHost = new Map<Ipv4, Set<AppRecord>>();
  /** Known by a single heartbeat, oldest first: the first to go, since anybody can forge one. */
  readonly #unconfirmed = new Set<AppRecord>();
  #searchedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly max: number,
    /** Takes back what others know of one that has to go, and then removes it. */
    private readonly giveUp: (record: AppRecord) => void,
  ) {}

  get(id: string): AppRecord | undefined {
    return this.#records.get(id);
  }

  /** Also by the identity that its process gives it. */
  find(id: string): AppRecord | undefined {
    return this.#records.get(id) ?? this.#byProcess.get(id);
  }

  values(): Iterable<AppRecord> {
    return this.#records.values();
  }

  hosts(): Iterable<Ipv4> {
    return this.#byHost.keys();
  }

  ofHost(host: Ipv4): Iterable<AppRecord> {
    return this.#byHost.get(host) ?? [];
  }

  /** False when there is no room for it. */
  add(record: AppRecord, at: number): boolean {
    if (this.#records.has(record.id)) return false;
    if ((this.#byHost.get(record.host)?.size ?? 0) >= MAX_PER_HOST) return false;
    if (this.#records.size >= this.max && !this.#makeRoom(at)) return false;
    this.#records.set(record.id, record);
    const ofHost = this.#byHost.get(record.host);
    if (ofHost === undefined) this.#byHost.set(record.host, new Set([record]));
    else ofHost.add(record);
    if (!record.confirmed) this.#unconfirmed.add(record);
    this.indexProcess(record);
    return true;
  }

  confirm(record: AppRecord): void {
    record.confirmed = true;
    this.#unconfirmed.delete(record);
  }

  /** After its process was set. */
  indexProcess(record: AppRecord): void {
    const id = processId(record);
    if (id !== undefined && id !== record.id) this.#byProcess.set(id, record);
  }

  /** Before its process is set to another. */
  unindexProcess(record: AppRecord): void {
    const id = processId(record);
    if (id !== undefined && this.#byProcess.get(id) === record) this.#byProcess.delete(id);
  }

  remove(record: AppRecord): void {
    this.unindexProcess(record);
    this.#records.delete(record.id);
    this.#unconfirmed.delete(record);
    const ofHost = this.#byHost.get(record.host);
    ofHost?.delete(record);
    if (ofHost?.size === 0) this.#byHost.delete(record.host);
  }

  #makeRoom(at: number): boolean {
    const [oldest] = this.#unconfirmed;
    const victim = oldest ?? this.#barelyKnown(at);
    if (victim !== undefined) this.giveUp(victim);
    return victim !== undefined;
  }

  #barelyKnown(at: number): AppRecord | undefined {
    if (Math.abs(at - this.#searchedAt) < SEARCH_EVERY_MS) return undefined;
    this.#searchedAt = at;
    for (const record of this.#records.values()) {
      if (isBarelyKnown(record)) return record;
    }
    return undefined;
  }
}

/** Heard a few times only and lost, or seen as a process that has left its servers; and nobody has named it. */
function isBarelyKnown({ heartbeat, process, ports, name }: AppRecord): boolean {
  if (name !== null) return false;
  if (heartbeat === undefined) return ports.size === 0;
  const isLost = heartbeat.lostAt !== null;
  return isLost && process === undefined && heartbeat.track.beats <= BARELY_KNOWN_BEATS;
}
