/**
 * When to search for which name again, and in which datagrams: libca's rhythm as a function of time, without a timer
 * and without a socket (CA specification, searching strategy; libca `searchTimer.cpp`).
 */
import { DONT_REPLY, MAX_SEARCH_DATAGRAM_BYTES, MINOR_VERSION } from "./constants.js";
import { encodeMessage, joinBytes } from "./encode.js";

export interface PacingOptions {
  /** Wait after the first try; each further wait is twice as long. libca's first guess of a round trip, 32 ms. */
  readonly firstRetryMs?: number;
  /** Longest wait, and the one for ever after. EPICS_CA_MAX_SEARCH_PERIOD, 300,000 ms. */
  readonly maxRetryMs?: number;
  /** Wait of slow names once {@link SearchPacer.hasten} is called. libca's beaconAnomalySearchPeriod, 5,000 ms. */
  readonly hastenedRetryMs?: number;
  /** Largest datagram, 1,024 bytes by default, at least 536 so that the longest name fits. */
  readonly datagramBytes?: number;
  /** Sequence number of the first datagram. */
  readonly firstSequence?: number;
}

export interface SearchDatagram {
  readonly bytes: Uint8Array;
  /** Servers repeat it in their reply. */
  readonly sequence: number;
  /** The names in it, by id. */
  readonly cids: readonly number[];
}

interface Entry {
  readonly cid: number;
  /** The encoded request. */
  readonly request: Uint8Array;
  dueAt: number;
  /** Index of the queue it waits in: how often it was tried, up to the longest wait. */
  level: number;
}

/** VERSION and the longest name that is reasonable. */
const MIN_DATAGRAM_BYTES = 16 + 16 + 504;
const VERSION_BYTES = 16;

/** Times are milliseconds of any one clock that does not go back. */
export class SearchPacer {
  readonly #datagramBytes: number;
  readonly #hastenedRetryMs: number;
  /** How long names of each level wait; those of level 0 are new. */
  readonly #waitsMs: readonly number[];
  /** By level. All names of a queue wait equally long, so that they are due in the order they came in. */
  readonly #queues: readonly Map<number, Entry>[];
  readonly #entries = new Map<number, Entry>();
  #sequence: number;

  constructor({
    firstRetryMs = 32,
    maxRetryMs = 300_000,
    hastenedRetryMs = 5000,
    datagramBytes = MAX_SEARCH_DATAGRAM_BYTES,
    firstSequence = 0,
  }: PacingOptions = {}) {
    if (!(firstRetryMs > 0 && maxRetryMs >= firstRetryMs && Number.isFinite(maxRetryMs))) {
      throw new RangeError(`cannot wait from ${firstRetryMs} to ${maxRetryMs} ms`);
    }
    if (datagramBytes < MIN_DATAGRAM_BYTES) {
      throw new RangeError(`${datagramBytes} bytes are too few for a search datagram`);
    }
    this.#datagramBytes = datagramBytes;
    this.#hastenedRetryMs = hastenedRetryMs;
    this.#waitsMs = [0, ...retryWaitsMs(firstRetryMs, maxRetryMs)];
    this.#queues = this.#waitsMs.map(() => new Map());
    this.#sequence = firstSequence >>> 0;
  }

  /** Names that are searched for. */
  get size(): number {
    return this.#entries.size;
  }

  /** When {@link take} has something to give next, Infinity when nothing is searched for. */
  get dueAt(): number {
    let dueAt = Number.POSITIVE_INFINITY;
    for (const queue of this.#queues) {
      for (const entry of queue.values()) {
        dueAt = Math.min(dueAt, entry.dueAt);
        break;
      }
    }
    return dueAt;
  }

  /**
   * Searches for a name from now on, until it is removed.
   * @throws RangeError for a name that cannot be sent, and for an id in use.
   */
  add(cid: number, name: string, now: number): void {
    if (this.#entries.has(cid)) throw new RangeError(`id ${cid} is in use`);
    const request = encodeMessage({
      type: "search",
      name,
      cid,
      replyFlag: DONT_REPLY,
      minorVersion: MINOR_VERSION,
    });
    const entry: Entry = { cid, request, dueAt: now, level: 0 };
    this.#entries.set(cid, entry);
    this.#queues[0]!.set(cid, entry);
  }

  /** False when there was no such name. */
  remove(cid: number): boolean {
    const entry = this.#entries.get(cid);
    if (entry === undefined) return false;
    this.#entries.delete(cid);
    return this.#queues[entry.level]!.delete(cid);
  }

  /**
   * The datagrams that are due, each with VERSION first. They count as sent at `now`; names that `maxDatagrams` leaves
   * out stay due. New names come first.
   */
  take(now: number, maxDatagrams = Number.POSITIVE_INFINITY): SearchDatagram[] {
    const datagrams: SearchDatagram[] = [];
    let batch: Entry[] = [];
    let size = VERSION_BYTES;
    for (const entry of this.#due(now)) {
      if (size + entry.request.length > this.#datagramBytes) {
        datagrams.push(this.#send(batch, now));
        batch = [];
        size = VERSION_BYTES;
      }
      if (datagrams.length >= maxDatagrams) return datagrams;
      batch.push(entry);
      size += entry.request.length;
    }
    if (batch.length > 0) datagrams.push(this.#send(batch, now));
    return datagrams;
  }

  /**
   * A server started or came back (a beacon anomaly): names that would have waited longer are searched for again after
   * the hastened wait, and then ever more slowly again.
   */
  hasten(now: number): void {
    const level = this.#waitsMs.findIndex((waitMs) => waitMs >= this.#hastenedRetryMs);
    if (level < 0) return;
    for (const queue of this.#queues.slice(level + 1)) {
      for (const entry of queue.values()) {
        if (entry.dueAt > now + this.#waitsMs[level]!) this.#move(entry, level, now);
      }
    }
  }

  /** The names that are due, as they are before any of them is sent. */
  *#due(now: number): Generator<Entry> {
    for (const queue of this.#queues) {
      for (const entry of queue.values()) {
        if (entry.dueAt > now) break;
        yield entry;
      }
    }
  }

  #send(batch: readonly Entry[], now: number): SearchDatagram {
    const sequence = this.#sequence;
    this.#sequence = (sequence + 1) >>> 0;
    const version = encodeMessage({
      type: "version",
      priority: 0,
      minorVersion: MINOR_VERSION,
      sequence,
    });
    for (const entry of batch) {
      this.#move(entry, Math.min(entry.level + 1, this.#queues.length - 1), now);
    }
    return {
      bytes: joinBytes([version, ...batch.map(({ request }) => request)]),
      sequence,
      cids: batch.map(({ cid }) => cid),
    };
  }

  #move(entry: Entry, level: number, now: number): void {
    this.#queues[entry.level]!.delete(entry.cid);
    entry.level = level;
    entry.dueAt = now + this.#waitsMs[level]!;
    this.#queues[level]!.set(entry.cid, entry);
  }
}

/** The waits after the first, second, ... try; the last one holds for all further tries. */
export function retryWaitsMs(firstRetryMs: number, maxRetryMs: number): number[] {
  const waits: number[] = [];
  for (let waitMs = firstRetryMs; waitMs < maxRetryMs; waitMs *= 2) waits.push(waitMs);
  return [...waits, maxRetryMs];
}
