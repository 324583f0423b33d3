/** The packets that may still be sent: one bucket per destination address and one for all together. */
import type { Endpoint, Ipv4 } from "pvmon";
import { TokenBucket } from "./token-bucket.js";

/** Buckets that have filled up again are dropped beyond this many. */
const MAX_BUCKETS = 4096;

export class Budget {
  readonly #perDestination: number;
  readonly #total: TokenBucket;
  readonly #buckets = new Map<Ipv4, TokenBucket>();

  /** @param now monotonic ms, as in all members. */
  constructor(perDestinationPerSecond: number, totalPerSecond: number, now: number) {
    this.#perDestination = perDestinationPerSecond;
    this.#total = new TokenBucket(totalPerSecond, now);
  }

  /** Milliseconds until a datagram may go to the destination, 0 for now. */
  waitMs(destination: Endpoint, now: number): number {
    return Math.max(this.#bucket(destination, now).waitMs(now), this.#total.waitMs(now));
  }

  /** Books the datagram. Call only after {@link waitMs} said 0. */
  spend(destination: Endpoint, now: number): void {
    this.#bucket(destination, now).take(now);
    this.#total.take(now);
  }

  #bucket(destination: Endpoint, now: number): TokenBucket {
    const key = destination.ip;
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      if (this.#buckets.size >= MAX_BUCKETS) this.#dropFull(now);
      bucket = new TokenBucket(this.#perDestination, now);
      this.#buckets.set(key, bucket);
    }
    return bucket;
  }

  #dropFull(now: number): void {
    for (const [key, bucket] of this.#buckets) {
      if (bucket.full(now)) this.#buckets.delete(key);
    }
  }
}
