/** Services that tests put in the place of pvmon's own and of plugins'. */
import type { Token } from "../plugin/token.js";

/** A service that takes the place of another one. */
export type Override<T = unknown> = readonly [token: Token<T>, service: T];

/** @throws TypeError for what is no pair, and for a service that is missing: many tests are plain JavaScript. */
export function checkOverrides(overrides: readonly Override[]): void {
  for (const [n, pair] of overrides.entries()) {
    const [token, service] = Array.isArray(pair) ? pair : [];
    if (typeof token?.symbol !== "symbol") {
      throw new TypeError(`override[${n}] is no pair of token and service, as in [[CLOCK, clock]]`);
    }
    if (service === undefined || service === null) {
      throw new TypeError(`override[${n}] has no service for ${token.name}`);
    }
  }
}
