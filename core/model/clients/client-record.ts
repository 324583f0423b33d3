/** What is known of one client address: counters, its latest requests, how it numbers its datagrams. */
import type { Ipv4 } from "../address.js";
import type { SearchSeen } from "../observation.js";
import type { ClientRow } from "../row.js";
import { RateWindow } from "../traffic/traffic-rate.js";
import { LossCount, NOTHING_NEW, SequenceGaps } from "./client-loss.js";
import { RequestRing, type RingBudget } from "./request-ring.js";

/** Requests kept per client. */
export const LATEST_REQUESTS = 1000;

/** A minute. Both windows have at most 16 buckets: V8 keeps the memory of longer arrays elsewhere, which takes twice as much. */
const RATE_BUCKET_MS = 5000;
const RATE_BUCKETS = 12;
const LATEST_SECONDS = 16;
/** Names after which a port that asks for most of them stands out, and one that does so no longer does not. */
const PORT_VOTES = 1000;
/** CA minor version since which caproto and CAJ speak; an older one without numbers may be an old libca. */
const MODERN_MINOR_VERSION = 11;

export class ClientRecord {
  lastSeenAt: number;
  searches = 0;
  datagrams = 0;
  /** `unknown` when only a store remembers it. */
  source = "unknown";
  /** Changed since the last time that somebody asked what did. */
  dirty = false;
  readonly latest: RequestRing;
  readonly loss = new LossCount();
  readonly #rate = new RateWindow(RATE_BUCKET_MS, RATE_BUCKETS);
  readonly #seconds = new RateWindow(1000, LATEST_SECONDS);
  readonly #gaps = new SequenceGaps();
  /** The port that most names of late came from, if one did: each name votes for its port, or against the one that leads. */
  #port = 0;
  #portVotes = 0;
  #numbersDatagrams = false;
  #modernWithoutNumbers = false;

  constructor(
    readonly client: Ipv4,
    public firstSeenAt: number,
    ringBudget: RingBudget,
  ) {
    this.lastSeenAt = firstSeenAt;
    this.latest = new RequestRing(LATEST_REQUESTS, ringBudget);
  }

  static restored(row: ClientRow, ringBudget: RingBudget): ClientRecord {
    const record = new ClientRecord(row.client, row.firstSeenAt, ringBudget);
    record.lastSeenAt = row.lastSeenAt;
    record.searches = row.searches;
    record.datagrams = row.datagrams;
    return record;
  }

  /** Of one that was counted before its row could be read; false when there is nothing older in it than is known. */
  merge(row: ClientRow): boolean {
    if (row.firstSeenAt >= this.firstSeenAt) return false;
    const isBefore = row.lastSeenAt < this.firstSeenAt;
    const add = (a: number, b: number): number => (isBefore ? a + b : Math.max(a, b));
    this.firstSeenAt = row.firstSeenAt;
    this.lastSeenAt = Math.max(this.lastSeenAt, row.lastSeenAt);
    this.searches = add(this.searches, row.searches);
    this.datagrams = add(this.datagrams, row.datagrams);
    return true;
  }

  /** Counts one datagram (or TCP read); `ids` are those of its names. `siteLoss` gets what it says about loss. */
  count(search: SearchSeen, ids: Uint32Array, siteLoss: LossCount): void {
    const { at, count, port, sequence } = search;
    if (at > this.lastSeenAt) this.lastSeenAt = at;
    this.searches += count;
    this.datagrams++;
    this.source = search.source;
    this.#rate.add(at, count);
    this.#seconds.add(at, count);
    this.#vote(port, count);
    this.latest.push(ids, count, at);
    if (search.transport !== "udp") return;
    if (sequence < 0) {
      this.#modernWithoutNumbers ||= search.minorVersion >= MODERN_MINOR_VERSION;
      return;
    }
    this.#numbersDatagrams = true;
    const lost = this.#gaps.seen(port, sequence);
    if (lost === NOTHING_NEW) return;
    this.loss.count(lost);
    siteLoss.count(lost);
  }

  /** Names asked for, over the last minute. */
  namesPerSecond(now: number): number {
    return this.#rate.perSecond(now);
  }

  /** Names asked for in [from, to), whole seconds, as far as they are of the latest 16. */
  namesBetween(from: number, to: number): number {
    return this.#seconds.between(from, to);
  }

  /** It was not seen later than now, whatever the clock said. */
  clockSet(at: number): void {
    this.firstSeenAt = Math.min(this.firstSeenAt, at);
    this.lastSeenAt = Math.min(this.lastSeenAt, at);
    this.#rate.clockSet(at);
    this.#seconds.clockSet(at);
  }

  /** The source port that most of its latest names came from, null when no one does: many processes, or short-lived ones. */
  busiestPort(): number | null {
    return this.#portVotes < PORT_VOTES / 2 ? null : this.#port;
  }

  /** A guess from the way it searches: only libca numbers its datagrams (CA specification, VERSION). */
  library(): string {
    if (this.#numbersDatagrams) return "libca";
    return this.#modernWithoutNumbers ? "caproto or CAJ" : "unknown";
  }

  row(): ClientRow {
    const { client, firstSeenAt, lastSeenAt, searches, datagrams } = this;
    return { kind: "client", client, firstSeenAt, lastSeenAt, searches, datagrams };
  }

  #vote(port: number, names: number): void {
    if (port === this.#port) {
      this.#portVotes = Math.min(PORT_VOTES, this.#portVotes + names);
      return;
    }
    this.#portVotes -= names;
    if (this.#portVotes >= 0) return;
    this.#port = port;
    this.#portVotes = Math.min(PORT_VOTES, -this.#portVotes);
  }
}
