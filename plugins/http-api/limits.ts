/** Bounds on what requests may cost: how many of a kind run at one time, and how many a second. */
import ipaddr from "ipaddr.js";
import type { Clock } from "pvmon";
import { ApiError } from "./errors.js";

/** Runs at most `active` at one time; at most `waiting` wait their turn, the rest is turned away. */
export class ConcurrencyLimit {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(
    readonly what: string,
    active: number,
    readonly waiting: number,
  ) {
    this.#free = active;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    await this.#enter();
    try {
      return await task();
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    if (this.#waiting.length >= this.waiting) {
      throw new ApiError("busy", `too many ${this.what} at one time: try again`);
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}

/** A token bucket: `perSecond` on average, one second's worth at once (but at least one). */
export class RateLimit {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt: number;

  constructor(
    clock: Clock,
    readonly what: string,
    perSecond: number,
  ) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#burst = Math.max(1, perSecond);
    this.#tokens = this.#burst;
    this.#filledAt = clock.elapsed();
  }

  /** Throws `tooManyRequests` when nothing is left. */
  take(): void {
    const now = this.#clock.elapsed();
    const earned = ((now - this.#filledAt) / 1000) * this.#perSecond;
    this.#tokens = Math.min(this.#burst, this.#tokens + earned);
    this.#filledAt = now;
    if (this.#tokens < 1) {
      throw new ApiError(
        "tooManyRequests",
        `${this.what} are limited to ${this.#perSecond} a second: try again`,
      );
    }
    this.#tokens -= 1;
  }
}

/** Of whom an address is: whoever has an IPv6 address has a /64 of them. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed.kind() === "ipv4"
    ? parsed.toString()
    : ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/64`).toString();
}
