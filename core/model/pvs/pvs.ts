/** All PVs: which names are asked for and by whom, which servers answer for them, and what state that puts them in. */
import { endpointKey } from "../address.js";
import { type NameHash, SOME_NAMES } from "../names/name-batch.js";
import type { InternedName } from "../names/names.js";
import type {
  AnswerSeen,
  ChannelSeen,
  PvListRead,
  SearchSeen,
  SearchUnanswered,
} from "../observation.js";
import type { PvRow } from "../row.js";
import type { Counts, Page, PvDetail, PvItem, PvQuery, PvState, ServerState } from "../views.js";
import type { AddressesOf } from "./pv-filter.js";
import { PvListings } from "./pv-listings.js";
import { PvOrders } from "./pv-orders.js";
import { NONE } from "./pv-pool.js";
import { pvRow, restorePv } from "./pv-rows.js";
import { type PvSink, PvStates, type ServerIsGone } from "./pv-states.js";
import { DEFAULT_MAX_NAMES, type PvsOptions, PvTable } from "./pv-table.js";
import { type PvSlot, pvDetail, pvItem, pvSlot } from "./pv-views.js";

export type { PvSink, ServerIsGone } from "./pv-states.js";
export type { PvsOptions } from "./pv-table.js";

/** Every id that an argument has is one of a PV; only {@link Pvs.row} and {@link Pvs.slot} take any number. */
export class Pvs {
  readonly #table: PvTable;
  readonly #states: PvStates;
  readonly #listings: PvListings;
  readonly #orders: PvOrders;
  readonly #sink: PvSink;
  #refusedAnswers = 0;

  /** @param hash in the place of the keyed hash of names, to provoke collisions in tests. */
  constructor(options: PvsOptions, sink: PvSink, hash?: NameHash) {
    this.#table = new PvTable(options, hash);
    this.#states = new PvStates(this.#table, sink);
    this.#listings = new PvListings(
      this.#table,
      this.#states,
      sink,
      options.maxNames ?? DEFAULT_MAX_NAMES,
    );
    this.#orders = new PvOrders(this.#table);
    this.#sink = sink;
  }

  /** Names refused since the start: the table was full, or they were empty or of 500 bytes and more. */
  get refused(): number {
    return this.#table.names.refused;
  }

  /** Answers left out since the start because they named more servers than any site has. */
  get refusedAnswers(): number {
    return this.#refusedAnswers;
  }

  /**
   * The ids of a datagram's names, 0xFFFFFFFF for one that is refused; valid until the next call. Names that are new are
   * taken up. Only searches of source `client` count as demand.
   */
  foldSearch(search: SearchSeen): Uint32Array {
    const { source, client, port, at, count } = search;
    const { names, records, requesters } = this.#table;
    const isDemand = source === "client";
    const known = records.pool.used;
    const ids = names.intern(search);
    if (!isDemand && records.pool.used === known) return ids;
    for (let index = 0; index < count; index++) {
      const id = ids[index]!;
      if (id === NONE) continue;
      if (isDemand && requesters.count(id, client, port, at)) this.#states.askedInVain(id);
      this.#sink.dirty(id);
    }
    return ids;
  }

  answer({ name, server, at }: AnswerSeen): void {
    const id = this.#table.names.internOne(name, at);
    if (id === NONE) return;
    const isTaken = this.#states.answered(id, endpointKey(server.ip, server.port), at);
    if (!isTaken) this.#refusedAnswers++;
  }

  /** Names that are not known (any more) stay so. */
  unanswered({ name, at }: SearchUnanswered, serverIsGone: ServerIsGone): void {
    const id = this.#table.names.idOf(name);
    if (id !== NONE) this.#states.unanswered(id, at, serverIsGone);
  }

  /** A channel created is as good as an answer; one refused is a witness; one unreachable says nothing of the name. */
  channel(channel: ChannelSeen): void {
    const { name, server, at, outcome } = channel;
    const key = endpointKey(server.ip, server.port);
    if (outcome === "created") {
      const id = this.#table.names.internOne(name, at);
      if (id !== NONE && !this.#states.answered(id, key, at)) this.#refusedAnswers++;
    } else if (outcome === "refused") {
      const id = this.#table.names.idOf(name);
      if (id !== NONE) this.#states.refused(id, key);
    }
  }

  /** The PVs of a server are lost with it and return with it. The cost is that of its PVs, not of all. */
  serverChanged(key: number, state: ServerState, at: number): void {
    this.#states.serverChanged(key, state, at);
  }

  /**
   * An application names its PVs; answers how many it has now, undefined while parts of the list are still to come.
   * @param servesCa whether the list's port is that of a CA server, which then has the PVs.
   */
  listed(
    app: string,
    list: PvListRead,
    servesCa: boolean,
    serverIsGone: ServerIsGone,
  ): number | undefined {
    const key = servesCa ? endpointKey(list.source, list.serverPort) : undefined;
    const isUp = key !== undefined && !serverIsGone(key, Number.POSITIVE_INFINITY);
    return this.#listings.take(app, list, key, isUp);
  }

  /** The application has no list any more. */
  unlist(app: string): void {
    this.#listings.drop(app);
  }

  /** The application that lists the PV as its own. */
  listedBy(id: number): string | undefined {
    return this.#listings.lists.listedBy(id);
  }

  /** The names that an application lists, in no particular order; those that leave the list on the way are left out. */
  *listOf(app: string): Generator<string> {
    const { lists } = this.#listings;
    for (const id of lists.idsOf(app)) if (lists.listedBy(id) === app) yield this.nameOf(id);
  }

  /** -1 when there is no such name. */
  idOf(name: string | Uint8Array): number {
    const id = this.#table.names.idOf(name);
    return id === NONE ? -1 : id;
  }

  /** Latin-1 of its bytes. */
  nameOf(id: number): string {
    return this.#table.names.textOf(id);
  }

  stateOf(id: number): PvState {
    return this.#table.records.state(id);
  }

  counts(): Counts["pvs"] {
    return this.#table.records.counts();
  }

  item(id: number): PvItem {
    return pvItem(this.#table, id);
  }

  detail(id: number): PvDetail {
    return pvDetail(this.#table, id);
  }

  row(id: number): PvRow | undefined {
    return this.#table.records.has(id) ? pvRow(this.#table, id) : undefined;
  }

  /**
   * Makes no events, and nothing dirty but what a row only adds to.
   * @param stateOf servers as they were observed before the row came, by endpointKey; left out before anything was.
   */
  restore(rows: readonly PvRow[], stateOf?: (key: number) => ServerState | undefined): void {
    for (let begin = 0; begin < rows.length; begin += SOME_NAMES) {
      const some = rows.slice(begin, begin + SOME_NAMES);
      const interned = this.#table.names.internSome(some);
      for (const [n, row] of some.entries()) this.#restore(row, interned[n]!, stateOf);
    }
  }

  /** Its id may be that of the next new name. */
  forget(id: number, at: number): void {
    this.#listings.forget(id);
    this.#states.forgotten(id, at);
    this.#orders.forget(id);
    this.#table.forget(id);
  }

  /**
   * Ids of the PVs that this server serves: it is the latest owner, or one of a duplicate's. One that it ceases to serve
   * meanwhile is left out, one that comes meanwhile too.
   */
  *namesOf(key: number): Generator<number> {
    const { owners, records } = this.#table;
    const server = owners.servers.get(key);
    if (server === undefined) return;
    for (const id of owners.pvsOf(server)) {
      if (!records.has(id)) continue;
      if (owners.current(id).some((owner) => owners.server(owner) === server)) yield id;
    }
  }

  /** How many {@link namesOf} has. */
  ownedBy(key: number): number {
    return this.#table.owners.servers.get(key)?.pvs ?? 0;
  }

  /** Ids run from 0 to one less than this; some may be free. */
  slots(): number {
    return this.#table.records.pool.slots;
  }

  /** For walks over all: undefined for a free id. */
  slot(id: number): PvSlot | undefined {
    return this.#table.records.has(id) ? pvSlot(this.#table, id) : undefined;
  }

  /** When it was last asked for, answered for, or first seen; undefined for a free id. */
  lastUsedAt(id: number): number | undefined {
    return this.#table.records.has(id) ? this.#table.lastUsedAt(id) : undefined;
  }

  /**
   * Yields every few thousand PVs, so that the caller may let others run; what changes in between may be on the page or not.
   * @param now UTC ms: orders are kept for some seconds of it.
   * @throws CursorError for a cursor that no page with this sort and order gave.
   */
  page(
    query: PvQuery,
    addressesOf?: AddressesOf,
    now: () => number = () => 0,
  ): Generator<undefined, Page<PvItem>> {
    return this.#orders.page(query, now, addressesOf);
  }

  preparePages(): Generator<undefined, void> {
    return this.#orders.prepare();
  }

  #restore(
    row: PvRow,
    interned: InternedName,
    stateOf?: (key: number) => ServerState | undefined,
  ): void {
    const restored = restorePv(this.#table, row, interned);
    if (restored === undefined) return;
    if (stateOf !== undefined) this.#states.recalled(restored.id, stateOf);
    const isAsStored = this.#table.records.state(restored.id) === row.state;
    if (restored.merged || !isAsStored) this.#sink.dirty(restored.id);
  }
}
