/** One name that is being searched: where, how often so far, and who has answered. */
import { MAX_SEARCH_DATAGRAM_BYTES } from "epics-ca";
import type { Endpoint, ProbeOutcome } from "pvmon";
import { formatEndpoint } from "pvmon";

/** Who wants to know; the lower goes first. */
export const Priority = { asked: 0, changed: 1, verification: 2 } as const;
export type Priority = (typeof Priority)[keyof typeof Priority];

/** At least one. */
export type Destinations = readonly [Endpoint, ...Endpoint[]];

/** One stretch of a search: so many tries at these destinations; without any it is left out. */
export interface Leg {
  readonly destinations: readonly Endpoint[];
  readonly tries: number;
}

const HEADER_BYTES = 16;
/** What a datagram has for names: all but the VERSION that it begins with. */
export const BYTES_FOR_NAMES = MAX_SEARCH_DATAGRAM_BYTES - HEADER_BYTES;

/** What a name takes of a datagram: a header, then the name with its NUL, padded to eight bytes (CA specification, search). */
export function requestBytes(name: string): number {
  return HEADER_BYTES + ((name.length + 8) & ~7);
}

/** Distinct servers kept for one name: more than a few is a fault of the site, or an attack. */
const MAX_ANSWERS = 32;

export class Search {
  readonly name: string;
  /** Search id, u32: the server's reply repeats it. */
  readonly cid: number;
  readonly priority: Priority;
  readonly #legs: readonly Leg[];
  readonly #done: (outcome: ProbeOutcome) => void;
  readonly #answers = new Map<string, number>();
  #leg = 0;
  #triesInLeg = 0;
  /** Datagrams with the name that have left. */
  tries = 0;
  /** The queue it stands in now; none while its datagram is being sent. */
  place: { delete(search: Search): boolean } | undefined;
  #firstSentAt: number | undefined;
  /** Whether any of its datagrams has really left, and why one has not. */
  #hasLeft = false;
  #sendError: string | undefined;

  constructor(
    name: string,
    cid: number,
    priority: Priority,
    legs: readonly Leg[],
    done: (outcome: ProbeOutcome) => void,
  ) {
    this.name = name;
    this.cid = cid;
    this.priority = priority;
    this.#legs = legs;
    this.#done = done;
  }

  get answered(): boolean {
    return this.#answers.size > 0;
  }

  /** Tries since the destinations last changed, for the back-off. */
  get triesInLeg(): number {
    return this.#triesInLeg;
  }

  /** Where the next try goes; undefined when there are none left. */
  next(): Destinations | undefined {
    for (let leg = this.#legs[this.#leg]; leg !== undefined; leg = this.#legs[this.#leg]) {
      const [first, ...others] = leg.destinations;
      if (first !== undefined && this.#triesInLeg < leg.tries) return [first, ...others];
      this.#leg += 1;
      this.#triesInLeg = 0;
    }
    return undefined;
  }

  /** A datagram with the name has left. */
  sent(now: number): void {
    this.#firstSentAt ??= now;
    this.tries += 1;
    this.#triesInLeg += 1;
  }

  /** What the network said to one of its datagrams. */
  left(error: Error | null): void {
    if (error === null) this.#hasLeft = true;
    else this.#sendError = error.message;
  }

  /** Milliseconds since the first try, 0 before it; to the tenth. */
  ageMs(now: number): number {
    return this.#firstSentAt === undefined ? 0 : Math.round((now - this.#firstSentAt) * 10) / 10;
  }

  /** True when this server has not answered before. */
  answer(server: Endpoint, now: number): boolean {
    const key = formatEndpoint(server);
    if (this.#answers.has(key) || this.#answers.size >= MAX_ANSWERS) return false;
    this.#answers.set(key, this.ageMs(now));
    return true;
  }

  /** @param error why it ends before its time; without one, a search that never left the machine says why. */
  finish(now: number, error = this.#hasLeft ? undefined : this.#sendError): void {
    this.#done({
      name: this.name,
      answers: Array.from(this.#answers, ([server, afterMs]) => ({ server, afterMs })),
      tries: this.tries,
      waitedMs: this.ageMs(now),
      ...(error === undefined ? {} : { error }),
    });
  }
}

/** 1..499 latin-1 characters without NUL: what fits a search and no sane server refuses. */
export function isSearchable(name: string): boolean {
  if (name.length === 0 || name.length >= 500) return false;
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at);
    if (code === 0 || code > 0xff) return false;
  }
  return true;
}
