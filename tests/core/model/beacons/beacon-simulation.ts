/** Servers and a network to try the beacon watch on: what servers send, and what of it arrives, when and how often. */
import { parseIpv4 } from "../../../../core/model/address.js";
import type { EventDraft, EventType } from "../../../../core/model/event.js";
import type { BeaconSeen } from "../../../../core/model/observation.js";
import type { FactRow } from "../../../../core/model/row.js";
import type { ServerLookup } from "../../../../core/model/servers/server-page.js";
import {
  type ServerSink,
  Servers,
  type ServersOptions,
} from "../../../../core/model/servers/servers.js";
import type { ServerState } from "../../../../core/model/views.js";

export interface SentBeacon {
  readonly at: number;
  readonly sequence: number;
}

/** One run of a server, from its start until it dies. */
export interface Life {
  readonly startAt: number;
  readonly endAt: number;
  readonly periodMs: number;
  readonly counter: "rsrv" | "caproto" | "none";
  readonly pauses?: readonly { readonly from: number; readonly to: number }[];
  /** Counter of the first beacon. */
  readonly firstSequence?: number;
}

export function beaconsOf(life: Life): SentBeacon[] {
  const sent: SentBeacon[] = [];
  const firstGapMs = life.counter === "caproto" ? 40 : 20;
  const pauses = [...(life.pauses ?? [])];
  let gapMs = firstGapMs;
  for (let at = life.startAt, index = 0; at < life.endAt; index++) {
    const [pause] = pauses;
    if (pause !== undefined && at >= pause.from) {
      pauses.shift();
      at = pause.to;
      gapMs = firstGapMs;
      if (at >= life.endAt) break;
    }
    const count = life.counter === "rsrv" ? Math.max(0, index - 1) : index;
    const sequence = life.counter === "none" ? 0 : ((life.firstSequence ?? 0) + count) >>> 0;
    sent.push({ at, sequence });
    at += Math.min(gapMs, life.periodMs);
    gapMs = Math.min(2 * gapMs, life.periodMs);
  }
  return sent;
}

/** What the network does to one beacon. */
export interface Passage {
  readonly lost: boolean;
  readonly delayMs: number;
  /** When further copies arrive after the first, ms. */
  readonly copiesMs: readonly number[];
}

/** Never loses more than two beacons in a row. */
export function throughNetwork(
  sent: readonly SentBeacon[],
  passages: readonly Passage[],
): SentBeacon[] {
  let lostInRow = 0;
  const arrived = sent.flatMap(({ at, sequence }, index) => {
    const passage = passages[index % passages.length];
    if (passage === undefined) return [{ at, sequence }];
    lostInRow = passage.lost && lostInRow < 2 ? lostInRow + 1 : 0;
    if (lostInRow > 0) return [];
    const first = at + passage.delayMs;
    return [0, ...passage.copiesMs].map((copyMs) => ({ at: first + copyMs, sequence }));
  });
  return arrived.sort((a, b) => a.at - b.at);
}

/** 2024-01-01, a whole second. */
export const BEGIN = 1_704_067_200_000;
export const SERVER = "10.7.0.1:5064";
export const SERVER_IP = parseIpv4("10.7.0.1") ?? 0;

export function beaconSeen(beacon: Partial<BeaconSeen> & SentBeacon): BeaconSeen {
  return { type: "beacon", source: SERVER_IP, address: 0, port: 5064, minorVersion: 13, ...beacon };
}

/** Servers with everything they said, driven by the times of what is fed. */
/** Of servers, by the rest of the inventory. */
export const NOTHING_KNOWN: ServerLookup = {
  pvsOf: () => 0,
  hostNameOf: () => null,
  applicationOf: () => null,
};

export class WatchedSite {
  readonly events: EventDraft[] = [];
  readonly states: { key: number; state: ServerState; at: number }[] = [];
  readonly dirty = new Set<number>();
  /** When something was last heard of an address. */
  readonly seen = new Map<number, number>();
  readonly facts: Omit<FactRow, "kind">[] = [];
  /** The addresses of those that have several. */
  readonly hosts: (readonly number[])[] = [];
  readonly servers: Servers;
  blind = false;
  /** When any of its hosts last sent a heartbeat. */
  heartbeatAt: number | undefined;
  #secondAt: number;

  constructor(options: ServersOptions = {}, begin = BEGIN) {
    const sink: ServerSink = {
      event: (draft) => this.events.push(draft),
      lifeEvent: (draft) => this.events.push(draft),
      state: (key, state, at) => this.states.push({ key, state, at }),
      dirty: (key) => this.dirty.add(key),
      seen: (address, at) => this.seen.set(address, at),
      heartbeatAt: () => this.heartbeatAt,
      fact: (row) => this.facts.push(row),
      addressesOf: (address) => this.hosts.find((all) => all.includes(address)) ?? [address],
    };
    this.servers = new Servers(options, sink);
    this.#secondAt = begin - 1000;
    this.advance(begin);
  }

  /** Every whole second up to `at`. */
  advance(at: number): void {
    for (; this.#secondAt + 1000 <= at; ) {
      this.#secondAt += 1000;
      this.servers.tick(this.#secondAt, this.blind);
    }
  }

  feed(beacons: readonly (Partial<BeaconSeen> & SentBeacon)[]): this {
    for (const beacon of beacons) {
      this.advance(beacon.at);
      this.servers.beacon(beaconSeen(beacon));
    }
    return this;
  }

  types(): EventType[] {
    return this.events.map(({ type }) => type);
  }

  count(type: EventType): number {
    return this.types().filter((each) => each === type).length;
  }

  event(type: EventType): EventDraft {
    const found = this.events.find((event) => event.type === type);
    if (found === undefined) throw new Error(`no ${type} among ${this.types().join(", ")}`);
    return found;
  }
}
