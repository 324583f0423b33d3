/** How many events there were since the start, of each type and severity. */
import { EVENT_TYPES, type PvmonEvent, SEVERITIES } from "pvmon";

export class EventTally {
  /** All there can be, from the start on: a rate sees the first event of a kind only if there was a 0 before it. */
  readonly #counts = new Map<string, Map<string, number>>(
    EVENT_TYPES.map((type) => [type, new Map(SEVERITIES.map((severity) => [severity, 0]))]),
  );

  add({ type, severity }: PvmonEvent): void {
    const counts = this.#counts.get(type);
    const count = counts?.get(severity);
    if (count !== undefined) counts?.set(severity, count + 1);
  }

  *[Symbol.iterator](): Generator<readonly [count: number, type: string, severity: string]> {
    for (const [type, counts] of this.#counts)
      for (const [severity, count] of counts) yield [count, type, severity];
  }
}
