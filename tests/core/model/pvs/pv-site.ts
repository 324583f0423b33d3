/** PVs for tests: observations in few words, and all that the table says, collected. */
import { endpointKey } from "../../../../core/model/address.js";
import type { EventDraft } from "../../../../core/model/event.js";
import type { NameHash } from "../../../../core/model/names/name-batch.js";
import type { ChannelSeen, SearchSeen } from "../../../../core/model/observation.js";
import { Pvs, type PvsOptions } from "../../../../core/model/pvs/pvs.js";
import type { FactRow, PvRow } from "../../../../core/model/row.js";
import type { Page, PvDetail, PvItem, PvQuery, PvState } from "../../../../core/model/views.js";

export const START = Date.UTC(2026, 0, 1);
export const A = { ip: 0x0a070001, port: 5064 };
export const B = { ip: 0x0a070002, port: 5064 };
export const C = { ip: 0x0a070002, port: 40_000 };
export const CLIENT = 0x0a070064;

export type Server = typeof A;

export const keyOf = ({ ip, port }: Server): number => endpointKey(ip, port);

export function bytesOf(name: string): Uint8Array {
  return Uint8Array.from(name, (character) => character.charCodeAt(0));
}

/** The names one after the other, without anything between them. */
export function searchFor(
  names: readonly string[],
  at: number,
  also: Partial<SearchSeen> = {},
): SearchSeen {
  const ends: number[] = [];
  for (const name of names) ends.push((ends.at(-1) ?? 0) + name.length);
  return {
    type: "searchSeen",
    at,
    client: CLIENT,
    port: 40_000,
    source: "client",
    transport: "udp",
    minorVersion: 13,
    sequence: -1,
    bytes: bytesOf(names.join("")),
    count: names.length,
    starts: Uint32Array.from([0, ...ends.slice(0, -1)]),
    ends: Uint32Array.from(ends),
    ...also,
  };
}

/** Times of its methods are milliseconds after {@link START}. */
export class WatchedPvs extends Pvs {
  readonly events: EventDraft[];
  readonly facts: Omit<FactRow, "kind">[];
  readonly dirtyIds: Set<number>;
  /** What the servers part knows: lost or stopped ones, and when one was restarted. */
  readonly gone = new Set<number>();
  readonly restartedAt = new Map<number, number>();
  /** Addresses of one server. */
  readonly same: Set<number>;

  constructor(options: PvsOptions = {}, hash?: NameHash) {
    const events: EventDraft[] = [];
    const facts: Omit<FactRow, "kind">[] = [];
    const same = new Set<number>();
    const dirtyIds = new Set<number>();
    super(
      options,
      {
        event: (event) => {
          events.push(event);
        },
        fact: (row) => {
          facts.push(row);
        },
        dirty: (id) => {
          dirtyIds.add(id);
        },
        isSameServer: (one, other) => same.has(one) && same.has(other),
      },
      hash,
    );
    this.events = events;
    this.facts = facts;
    this.same = same;
    this.dirtyIds = dirtyIds;
  }

  ask(ms: number, names: readonly string[], also: Partial<SearchSeen> = {}): number[] {
    return [...this.foldSearch(searchFor(names, START + ms, also))].slice(0, names.length);
  }

  answered(ms: number, name: string, server: Server): void {
    this.answer({
      type: "answer",
      at: START + ms,
      name,
      server,
      replier: server.ip,
      minorVersion: 13,
      asker: "seen",
    });
  }

  silence(ms: number, name: string): void {
    this.unanswered(
      { type: "unanswered", at: START + ms, name, tries: 4, waitedMs: 2000 },
      (key, since) => this.gone.has(key) || (this.restartedAt.get(key) ?? 0) > since,
    );
  }

  tcp(ms: number, name: string, server: Server, outcome: ChannelSeen["outcome"]): void {
    this.channel({ type: "channel", at: START + ms, name, server, asker: "seen", outcome });
  }

  lose(ms: number, server: Server): void {
    this.gone.add(keyOf(server));
    this.serverChanged(keyOf(server), "lost", START + ms);
  }

  bring(ms: number, server: Server): void {
    this.gone.delete(keyOf(server));
    this.serverChanged(keyOf(server), "alive", START + ms);
  }

  /** By id. */
  rows(): Map<number, PvRow> {
    const rows = new Map<number, PvRow>();
    for (let id = 0; id < this.slots(); id++) {
      const row = this.row(id);
      if (row !== undefined) rows.set(id, row);
    }
    return rows;
  }

  state(name: string): PvState {
    return this.stateOf(this.idOf(name));
  }

  show(name: string): PvDetail {
    return this.detail(this.idOf(name));
  }

  eventTypes(): string[] {
    return this.events.map(({ type }) => type);
  }

  list(query: Partial<PvQuery> = {}): Page<PvItem> {
    const scan = this.page({ limit: 1000, sort: "name", order: "asc", ...query });
    for (;;) {
      const step = scan.next();
      if (step.done === true) return step.value;
    }
  }
}
