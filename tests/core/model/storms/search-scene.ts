/** Searches as they flow on a network: each source at its rate, from a list of names that it goes round in. */

import type { PvmonEvent } from "../../../../core/model/event.js";
import type { Observation, SearchSeen } from "../../../../core/model/observation.js";
import {
  CLIENT,
  START,
  searchSeen,
  sensorReport,
  WatchedInventory,
} from "../inventory/inventory-site.js";

export const SECOND = 1000;
export const MINUTE = 60_000;
const NAMES_PER_DATAGRAM = 30;

export interface Source {
  readonly client?: number;
  readonly port?: number;
  readonly source?: SearchSeen["source"];
  /** names/s; a function of the seconds since it began to ask. */
  readonly perSecond: number | ((second: number) => number);
  readonly names: readonly string[];
}

export function namesOf(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${prefix}:${n}`);
}

/** What a site of 200 names/s asks for all day. */
export const USUAL: Source = { client: 0x0a070201, perSecond: 200, names: namesOf("usual", 600) };

/** All that some sources send in [from, to), in the order of its times; each datagram is an object of its own. */
export function searches(sources: readonly Source[], from: number, to: number): SearchSeen[] {
  const all: SearchSeen[] = [];
  for (const { client = CLIENT, perSecond, names, ...also } of sources) {
    let owed = 0;
    let next = 0;
    for (let at = from; at < to; at += 10) {
      const second = (at - from) / SECOND;
      owed += (typeof perSecond === "number" ? perSecond : perSecond(second)) / 100;
      for (; owed >= NAMES_PER_DATAGRAM; owed -= NAMES_PER_DATAGRAM) {
        const batch = Array.from(
          { length: NAMES_PER_DATAGRAM },
          () => names[next++ % names.length]!,
        );
        all.push(searchSeen(at, batch, { client, ...also }));
      }
    }
  }
  return all.sort((a, b) => a.at - b.at);
}

/** A sensor that sees all of it, second by second. */
export function withReports(
  observations: readonly Observation[],
  from: number,
  to: number,
): Observation[] {
  const reports: Observation[] = [];
  for (let at = from; at < to; at += SECOND) reports.push(sensorReport(at));
  return [...observations, ...reports].sort((a, b) => a.at - b.at);
}

export class SearchScene {
  readonly inventory: WatchedInventory;
  now = START;

  constructor(inventory = new WatchedInventory()) {
    this.inventory = inventory;
  }

  /** They ask for so long, and nobody else does. */
  flow(sources: readonly Source[], lengthMs: number): void {
    const to = this.now + lengthMs;
    for (const each of withReports(searches(sources, this.now, to), this.now, to)) {
      this.inventory.fold(each);
    }
    this.inventory.advance(to);
    this.now = to;
  }

  get storms(): readonly PvmonEvent[] {
    return this.inventory.events.filter(({ type }) => type.startsWith("storm."));
  }

  get types(): readonly string[] {
    return this.storms.map(({ type }) => type);
  }
}
