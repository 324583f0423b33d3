/** How much is searched for, by the second, and what of it is usual. */
import { RateWindow } from "../traffic/traffic-rate.js";

export const SECOND_MS = 1000;
const WINDOW_SECONDS = 16;

/** In a second, or as the mean of some. */
export interface Rate {
  readonly names: number;
  readonly datagrams: number;
}

/** The latest 16 seconds, each by the time of its data. */
export class SearchRates {
  readonly #names = new RateWindow(SECOND_MS, WINDOW_SECONDS);
  readonly #datagrams = new RateWindow(SECOND_MS, WINDOW_SECONDS);

  /** One datagram. */
  add(at: number, names: number): void {
    this.#names.add(at, names);
    this.#datagrams.add(at, 1);
  }

  /** All in [from, to), whole seconds. */
  between(from: number, to: number): Rate {
    return { names: this.#names.between(from, to), datagrams: this.#datagrams.between(from, to) };
  }

  clockSet(at: number): void {
    this.#names.clockSet(at);
    this.#datagrams.clockSet(at);
  }
}

/** Per second. 0 of none. */
export function meanOf(seconds: readonly Rate[]): Rate {
  const sum = { names: 0, datagrams: 0 };
  for (const { names, datagrams } of seconds) {
    sum.names += names;
    sum.datagrams += datagrams;
  }
  const length = Math.max(1, seconds.length);
  return { names: sum.names / length, datagrams: sum.datagrams / length };
}
