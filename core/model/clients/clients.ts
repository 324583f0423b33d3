/** All addresses that search: who they are, how much they ask for, and which of it nobody answers. */
import { formatIpv4, type Ipv4 } from "../address.js";
import type { EventDraft } from "../event.js";
import type { SearchSeen } from "../observation.js";
import type { ClientRow } from "../row.js";
import type { ClientDetail, ClientItem, Page } from "../views.js";
import { LossCount } from "./client-loss.js";
import { type ClientSelection, pageOfClients } from "./client-page.js";
import { ClientRecord } from "./client-record.js";
import {
  clientDetail,
  clientItem,
  latestNames,
  type NameLookup,
  topRequests,
} from "./client-views.js";
import { RequestRing, RingBudget } from "./request-ring.js";

export const DEFAULT_MAX_CLIENTS = 20_000;
/** Of the whole network. */
const LATEST_REQUESTS = 10_000;
/** Over the rings of all clients: 48 MB. The latest 1,000 requests of 400 clients are a tenth of it. */
const RING_ENTRIES = 4_000_000;
/** Forged source addresses must not bury the other events. */
const MAX_APPEARANCES_PER_MINUTE = 60;
const MINUTE_MS = 60_000;

export interface ClientsOptions {
  /** Client addresses kept at most; the one not seen for longest, to the second, makes room. Default 20,000. */
  readonly maxClients?: number;
  /**
   * `client.appeared` is told of addresses that were not known. When a start finds no client remembered, all are new:
   * then it is told only this long after the first one, minutes. Default 10.
   */
  readonly settleMinutes?: number;
}

export interface AskingClient {
  readonly client: Ipv4;
  readonly names: number;
  /** The source port of most of its latest names, null when no one is. */
  readonly port: number | null;
}

/** Who asked for how much in some seconds. */
export interface BusyClients {
  /** All clients that asked. */
  readonly asking: number;
  /** Those that asked for most, most first. */
  readonly top: readonly AskingClient[];
}

export interface ClientSink {
  event(draft: EventDraft): void;
  dirty(client: Ipv4): void;
}

export class Clients {
  readonly #maxClients: number;
  readonly #settleMs: number;
  readonly #names: NameLookup;
  readonly #sink: ClientSink;
  /** By {@link mapKey}, in the order of the second they were last seen in: the first is the stalest. */
  #records = new Map<number, ClientRecord>();
  /** Restored rows come in any order. */
  #ordered = true;
  readonly #ringBudget = new RingBudget(RING_ENTRIES);
  /** Who asked for what, all clients together; the marks are their addresses. Only to be read. */
  readonly latest = new RequestRing(LATEST_REQUESTS, new RingBudget(LATEST_REQUESTS));
  readonly #loss = new LossCount();
  /** When an address that was not known begins to be worth an event. */
  #settledAt: number | undefined;
  #appearances = { minute: 0, count: 0 };

  constructor(options: ClientsOptions, names: NameLookup, sink: ClientSink) {
    this.#maxClients = options.maxClients ?? DEFAULT_MAX_CLIENTS;
    this.#settleMs = (options.settleMinutes ?? 10) * MINUTE_MS;
    this.#names = names;
    this.#sink = sink;
  }

  get size(): number {
    return this.#records.size;
  }

  /** `ids` are those of the search's names. */
  foldSearch(search: SearchSeen, ids: Uint32Array): void {
    if (!this.#ordered) this.#order();
    const key = mapKey(search.client);
    let record = this.#records.get(key);
    if (record === undefined) {
      record = this.#add(search);
    } else if (secondOf(search.at) > secondOf(record.lastSeenAt)) {
      this.#records.delete(key);
      this.#records.set(key, record);
    }
    record.count(search, ids, this.#loss);
    this.latest.push(ids, search.count, search.client);
    this.#sink.dirty(search.client);
  }

  /** None was seen later than now, whatever the clock said. */
  clockSet(at: number): void {
    for (const record of this.#records.values()) record.clockSet(at);
  }

  /** Takes names that were forgotten out of the latest requests, before their ids get a new meaning. */
  forgetNames(ids: ReadonlySet<number>): void {
    this.latest.forget(ids);
    for (const record of this.#records.values()) record.latest.forget(ids);
  }

  /** Share of the clients' datagrams that never reached us, 0..1; null when it cannot be told. */
  lossShare(): number | null {
    return this.#loss.share();
  }

  list(query: ClientSelection, now: number): Page<ClientItem> {
    return pageOfClients(this.#records.values(), query, {
      namesPerSecond: (record) => record.namesPerSecond(now),
      latestNames: (record) => latestNames(record, this.#names),
      show: (record) => clientItem(record, now, this.#names),
    });
  }

  detail(client: Ipv4, now: number): ClientDetail | undefined {
    const record = this.#records.get(mapKey(client));
    return record && clientDetail(record, now, this.#names);
  }

  /** Among the latest 10,000 requests of all clients. */
  topRequests(by: "client" | "pv", limit: number): ReturnType<typeof topRequests> {
    return topRequests(this.latest, by, limit, this.#names);
  }

  /** In [from, to), whole seconds of the latest 16. It looks at all clients, which takes some 15 ms when 100,000 ask. */
  busiest(from: number, to: number, limit: number): BusyClients {
    const top: AskingClient[] = [];
    let asking = 0;
    for (const record of this.#records.values()) {
      if (record.lastSeenAt < from) continue;
      const names = record.namesBetween(from, to);
      if (names === 0) continue;
      asking++;
      const { client } = record;
      // Most are out here: none but the few at the top gets an object.
      if (top.length === limit && !isBefore(names, client, top[limit - 1]!)) continue;
      top.push({ names, client, port: record.busiestPort() });
      top.sort((a, b) => (isBefore(a.names, a.client, b) ? -1 : 1));
      if (top.length > limit) top.pop();
    }
    return { asking, top };
  }

  row(client: Ipv4): ClientRow | undefined {
    return this.#records.get(mapKey(client))?.row();
  }

  /** Makes no event, and nothing dirty but what a row only adds to. Of too many, those seen last stay. */
  restore(row: ClientRow): void {
    const key = mapKey(row.client);
    const known = this.#records.get(key);
    if (known === undefined) this.#records.set(key, ClientRecord.restored(row, this.#ringBudget));
    else if (known.merge(row)) this.#sink.dirty(row.client);
    this.#ordered = false;
    this.#settledAt = 0;
    if (this.#records.size >= 2 * this.#maxClients) this.#order();
  }

  #order(): void {
    const records = [...this.#records.values()].sort((a, b) => a.lastSeenAt - b.lastSeenAt);
    this.#records = new Map(
      records.slice(-this.#maxClients).map((record) => [mapKey(record.client), record]),
    );
    this.#ordered = true;
  }

  #add({ client, at, port, source }: SearchSeen): ClientRecord {
    if (this.#records.size >= this.#maxClients) this.#evictStalest();
    const record = new ClientRecord(client, at, this.#ringBudget);
    this.#records.set(mapKey(client), record);
    this.#settledAt ??= at + this.#settleMs;
    if (at >= this.#settledAt && this.#mayAppear(at)) {
      const address = formatIpv4(client);
      this.#sink.event({
        at,
        type: "client.appeared",
        severity: "info",
        subject: address,
        client: address,
        text: `${address} searches for the first time.`,
        evidence: { port, source },
      });
    }
    return record;
  }

  #evictStalest(): void {
    for (const [key, stalest] of this.#records) {
      stalest.latest.release();
      this.#records.delete(key);
      return;
    }
  }

  #mayAppear(at: number): boolean {
    const minute = Math.floor(at / MINUTE_MS);
    if (minute !== this.#appearances.minute) this.#appearances = { minute, count: 0 };
    this.#appearances.count++;
    return this.#appearances.count <= MAX_APPEARANCES_PER_MINUTE;
  }
}

/** It asks for more, or is the lower address of two that ask for as much. */
function isBefore(names: number, client: Ipv4, other: AskingClient): boolean {
  return names > other.names || (names === other.names && client < other.client);
}

/** As int32, which V8 keeps in a map without a box. */
function mapKey(client: Ipv4): number {
  return client | 0;
}

function secondOf(at: number): number {
  return Math.floor(at / 1000);
}
