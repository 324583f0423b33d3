/**
 * What answers, their absence and the fate of servers mean for the state of a PV. Silence alone never makes a PV lost: it
 * takes a second witness against every server that has it.
 */
import type { EventDraft } from "../event.js";
import type { FactRow } from "../row.js";
import type { ServerState } from "../views.js";
import * as events from "./pv-events.js";
import { OWNER_FLAG, type PvOwners } from "./pv-owners.js";
import { NONE } from "./pv-pool.js";
import { PV_DOUBLE, PV_FLAG, type PvRecords } from "./pv-record.js";
import type { ServingServer } from "./pv-servers.js";
import type { PvTable } from "./pv-table.js";

export interface PvSink {
  event(draft: EventDraft): void;
  /** A server came into service of a name, or went out of it for other reasons than its own end. */
  fact(row: Omit<FactRow, "kind">): void;
  /** The row of this PV has changed. */
  dirty(id: number): void;
  /** Whether two addresses and ports, endpointKeys, lead to one server. */
  isSameServer(one: number, other: number): boolean;
}

/** Whether a server is lost or stopped, or was restarted after `since`. */
export type ServerIsGone = (key: number, since: number) => boolean;

/** Answers for one name that are no further apart belong to one round of searching: retries take their time. */
const ROUND_MS = 5000;
/** A search is no second witness of the one before when it comes earlier. */
const SECOND_ROUND_MS = 60_000;

/** What besides silence speaks against a server. */
type Witness = "serverGone" | "serverRestarted" | "channelRefused" | "secondRound";

export class PvStates {
  readonly #table: PvTable;
  readonly #records: PvRecords;
  readonly #owners: PvOwners;
  readonly #sink: PvSink;

  constructor(table: PvTable, sink: PvSink) {
    this.#table = table;
    this.#records = table.records;
    this.#owners = table.owners;
    this.#sink = sink;
  }

  /** A server has the name: it answered a search, or created the channel. False when there are too many servers. */
  answered(id: number, key: number, at: number): boolean {
    if (this.#isServedOnlyBy(id, key)) return this.#noteAnswer(id, key, at) !== undefined;
    const before = this.#inService(id);
    const wasLost = this.#records.state(id) === "lost";
    const isFirst = this.#owners.latest(id) === NONE;
    const owner = this.#noteAnswer(id, key, at);
    if (owner === undefined) return false;
    if (isFirst) this.#owners.setFlag(owner, OWNER_FLAG.settled, true);
    this.#records.setState(id, "online");
    if (this.#records.is(id, PV_FLAG.lostAlone)) {
      this.#records.setFlag(id, PV_FLAG.lostAlone, false);
      this.#sink.event(events.returned(this.#nameOf(id), key, at));
    }
    this.#judgeOthers(id, owner, at);
    // What was restored as lost may have been told to be out of service: beginning twice does no harm.
    this.#tellService(id, wasLost ? before.filter((each) => each !== key) : before, at);
    return true;
  }

  /** Then an answer changes nothing but times, as nearly all do. */
  #isServedOnlyBy(id: number, key: number): boolean {
    const isOnline = this.#records.state(id) === "online";
    return (
      isOnline && !this.#records.is(id, PV_FLAG.lostAlone) && this.#owners.isServedOnlyBy(id, key)
    );
  }

  /** @returns the owner, undefined when there are too many servers. */
  #noteAnswer(id: number, key: number, at: number): number | undefined {
    const owner = this.#owners.answered(id, key, at);
    if (owner === undefined) return undefined;
    this.#owners.server(owner).lastAnswerAt = at;
    this.#records.setDouble(id, PV_DOUBLE.unansweredSinceAt, 0);
    this.#sink.dirty(id);
    return owner;
  }

  /** The PV is about to be dropped. */
  forgotten(id: number, at: number): void {
    const name = this.#nameOf(id);
    for (const key of this.#inService(id)) this.#sink.fact(events.inService(name, key, at, false));
  }

  /** A server said on a circuit that it does not have the name. */
  refused(id: number, key: number): void {
    const owner = this.#owners.current(id).find((one) => this.#owners.server(one).key === key);
    if (owner !== undefined) this.#owners.setFlag(owner, OWNER_FLAG.refused, true);
  }

  /** Some client asked so often and so long that nobody can have answered it. */
  askedInVain(id: number): void {
    if (this.#records.state(id) !== "unverified" || this.#owners.latest(id) !== NONE) return;
    this.#records.setState(id, "neverAnswered");
    this.#sink.dirty(id);
  }

  /** Our own search was not answered, after all its retries. */
  unanswered(id: number, at: number, serverIsGone: ServerIsGone): void {
    const since = this.#records.double(id, PV_DOUBLE.unansweredSinceAt);
    if (since === 0 || since > at) this.#records.setDouble(id, PV_DOUBLE.unansweredSinceAt, at);
    if (this.#owners.latest(id) === NONE) {
      this.#records.setState(id, "neverAnswered");
      this.#sink.dirty(id);
    } else if (this.#records.state(id) !== "lost") {
      const witnesses = this.#owners
        .current(id)
        .map((owner) => this.#witness(owner, since, at, serverIsGone));
      if (!witnesses.includes(undefined)) this.#lose(id, witnesses, at);
    }
  }

  /** PVs follow their servers, without events of their own: that of the server speaks for all of them. */
  serverChanged(key: number, state: ServerState, at: number): void {
    const server = this.#owners.servers.get(key);
    if (server === undefined) return;
    const mayHaveBeenGone = server.isGone || server.state === undefined;
    const wasGone = server.isGone;
    server.state = state;
    if (server.isGone && !wasGone) {
      for (const id of this.#owners.pvsOf(server)) this.#serverWent(id, at);
    } else if (!server.isGone && mayHaveBeenGone) {
      for (const id of this.#owners.pvsOf(server)) this.#serverCame(id);
    }
  }

  /**
   * A store gave the PV back after its servers were observed: what was told of them meanwhile holds for it, too.
   * @param stateOf that of a server, by endpointKey.
   */
  recalled(id: number, stateOf: (key: number) => ServerState | undefined): void {
    if (this.#records.is(id, PV_FLAG.lostAlone)) return;
    const servers = this.#owners.current(id).map((owner) => this.#owners.server(owner));
    for (const server of servers) server.state ??= stateOf(server.key);
    const told = servers.filter(({ state }) => state !== undefined);
    const isLost = this.#records.state(id) === "lost";
    if (isLost && told.some(({ isGone }) => !isGone)) this.#records.setState(id, "online");
    const isOnline = this.#records.state(id) === "online";
    if (isOnline && servers.every(({ isGone }) => isGone)) this.#records.setState(id, "lost");
  }

  #serverWent(id: number, at: number): void {
    const before = this.#inService(id);
    if (this.#records.state(id) === "lost") {
      this.#records.setFlag(id, PV_FLAG.lostAlone, true);
      this.#tellService(id, before, at);
      return;
    }
    const current = this.#owners.current(id);
    const gone = current.filter((owner) => this.#owners.server(owner).isGone);
    if (gone.length === current.length) {
      this.#records.setState(id, "lost");
      this.#sink.dirty(id);
    } else if (!this.#records.is(id, PV_FLAG.duplicate)) {
      this.#settle(id, gone, at);
      this.#tellService(id, before, at);
    }
  }

  #serverCame(id: number): void {
    if (this.#records.state(id) !== "lost" || this.#records.is(id, PV_FLAG.lostAlone)) return;
    this.#records.setState(id, "online");
    this.#sink.dirty(id);
  }

  /** What an answer of one server says about the others that have served the PV until now. */
  #judgeOthers(id: number, answerer: number, at: number): void {
    const others = this.#owners.current(id).filter((owner) => owner !== answerer);
    if (others.length === 0) return;
    const owners = this.#owners;
    const over: number[] = [];
    let together = false;
    for (const other of others) {
      const silentMs = at - owners.lastAt(other);
      const silentAfterMs = owners.silentAfterMs(other);
      if (owners.server(other).isGone || owners.is(other, OWNER_FLAG.refused)) over.push(other);
      else if (this.#isSame(answerer, other)) continue;
      // Below zero, the clock was set back: how long it was silent cannot be told.
      else if (Math.abs(silentMs) <= ROUND_MS) together = true;
      else if (silentMs < 0) owners.setLastAt(other, at - ROUND_MS - 1);
      else if (silentAfterMs === 0) owners.setSilentAfterMs(other, silentMs);
      else if (silentMs > silentAfterMs + ROUND_MS) over.push(other);
    }
    if (together) this.#duplicate(id, at);
    else this.#unite(id, answerer, at);
    this.#settle(id, over, at);
  }

  /** A PV that was called a duplicate before it was known that its servers are one. */
  #unite(id: number, answerer: number, at: number): void {
    if (!this.#records.is(id, PV_FLAG.duplicate)) return;
    const others = this.#owners.current(id).filter((owner) => owner !== answerer);
    if (!others.every((other) => this.#isSame(answerer, other))) return;
    this.#records.setFlag(id, PV_FLAG.duplicate, false);
    const keys = others.map(this.#keyOf);
    this.#sink.event(events.united(this.#nameOf(id), this.#keyOf(answerer), keys, at));
  }

  #isSame(one: number, other: number): boolean {
    return this.#sink.isSameServer(this.#keyOf(one), this.#keyOf(other));
  }

  #duplicate(id: number, at: number): void {
    if (this.#records.is(id, PV_FLAG.duplicate)) return;
    this.#records.setFlag(id, PV_FLAG.duplicate, true);
    const current = this.#owners.current(id);
    for (const owner of current) this.#owners.setFlag(owner, OWNER_FLAG.settled, true);
    this.#sink.event(events.duplicated(this.#nameOf(id), current.map(this.#keyOf), at));
  }

  /** Takes owners out of service; when one is left, tells what became of the others. */
  #settle(id: number, over: readonly number[], at: number): void {
    const owners = this.#owners;
    const from = over.find((owner) => owners.is(owner, OWNER_FLAG.settled));
    for (const owner of over) {
      owners.setFlag(owner, OWNER_FLAG.current, false);
      owners.setFlag(owner, OWNER_FLAG.settled, false);
    }
    const [owner, ...rest] = owners.current(id);
    if (owner === undefined || rest.length > 0) return;
    const key = this.#keyOf(owner);
    if (this.#records.is(id, PV_FLAG.duplicate)) {
      this.#records.setFlag(id, PV_FLAG.duplicate, false);
      this.#sink.event(events.deduplicated(this.#nameOf(id), key, over.map(this.#keyOf), at));
    } else if (from !== undefined && !owners.is(owner, OWNER_FLAG.settled)) {
      if (!this.#isSame(from, owner)) {
        this.#sink.event(events.moved(this.#nameOf(id), this.#keyOf(from), key, at));
      }
    }
    owners.setFlag(owner, OWNER_FLAG.settled, true);
    this.#sink.dirty(id);
  }

  #lose(id: number, witnesses: readonly (Witness | undefined)[], at: number): void {
    this.#records.setState(id, "lost");
    this.#sink.dirty(id);
    if (witnesses.every((witness) => witness === "serverGone")) return;
    const before = this.#inService(id);
    this.#records.setFlag(id, PV_FLAG.lostAlone, true);
    this.#tellService(id, before, at);
    const current = this.#owners.current(id);
    const evidence = {
      servers: current.map((owner) => events.serverName(this.#keyOf(owner))),
      witnesses: witnesses.filter((witness) => witness !== undefined),
      lastSeenAt: this.#table.lastSeenAt(id),
      unansweredSinceAt: this.#records.double(id, PV_DOUBLE.unansweredSinceAt),
    };
    this.#sink.event(events.lost(this.#nameOf(id), this.#keyOf(current[0]!), at, evidence));
  }

  /** @param since when own searches for the PV began to stay unanswered, 0 when this one is the first. */
  #witness(
    owner: number,
    since: number,
    at: number,
    serverIsGone: ServerIsGone,
  ): Witness | undefined {
    const server: ServingServer = this.#owners.server(owner);
    if (serverIsGone(server.key, Number.POSITIVE_INFINITY)) return "serverGone";
    if (serverIsGone(server.key, this.#owners.lastAt(owner))) return "serverRestarted";
    if (this.#owners.is(owner, OWNER_FLAG.refused)) return "channelRefused";
    const isSecondRound = since > 0 && at - since >= SECOND_ROUND_MS;
    const hasAnswered = server.lastAnswerAt > since && server.lastAnswerAt <= at;
    return isSecondRound && hasAnswered ? "secondRound" : undefined;
  }

  /** Servers that have the name as far as we know: while one is lost, that is said of the server alone. */
  #inService(id: number): number[] {
    return this.#records.is(id, PV_FLAG.lostAlone) ? [] : this.#owners.current(id).map(this.#keyOf);
  }

  /** @param before what {@link #inService} was. */
  #tellService(id: number, before: readonly number[], at: number): void {
    const after = this.#inService(id);
    const gone = before.filter((key) => !after.includes(key));
    const come = after.filter((key) => !before.includes(key));
    if (gone.length + come.length === 0) return;
    const name = this.#nameOf(id);
    for (const key of gone) this.#sink.fact(events.inService(name, key, at, false));
    for (const key of come) this.#sink.fact(events.inService(name, key, at, true));
  }

  readonly #keyOf = (owner: number): number => this.#owners.server(owner).key;

  #nameOf(id: number): string {
    return this.#table.names.textOf(id);
  }
}
