/**
 * One server that is heard under two addresses: of a host with several networks, or by two routes. Its beacons go out
 * everywhere at once with one counter (CA specification, beacons), which two servers do not share for long.
 */
import type { EventDraft } from "../event.js";
import { duplicateRoute } from "./server-events.js";
import type { ServerRecord } from "./server-record.js";

/** The pair that was found first gives way to a further one, and may be told again. */
const MAX_PAIRS = 1_000;

export class ServerRoutes {
  readonly #pairs = new Set<string>();

  constructor(private readonly event: (draft: EventDraft) => void) {}

  /** What was found holds while one of the two is not heard, until their counters differ. The ports have to be equal. */
  isSame(one: ServerRecord, other: ServerRecord, at: number): boolean {
    const pair = one.key < other.key ? `${one.key} ${other.key}` : `${other.key} ${one.key}`;
    const agree = other.track && one.track?.isHeardAs(other.track);
    if (agree === undefined) return this.#pairs.has(pair);
    if (!agree) {
      this.#pairs.delete(pair);
    } else if (!this.#pairs.has(pair)) {
      this.#add(pair);
      this.event(duplicateRoute(one, other, at));
    }
    return agree;
  }

  #add(pair: string): void {
    const [first] = this.#pairs;
    if (first !== undefined && this.#pairs.size >= MAX_PAIRS) this.#pairs.delete(first);
    this.#pairs.add(pair);
  }
}
