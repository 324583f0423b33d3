/**
 * Which name goes into which datagram, when: tries with back-off, several names a datagram, every datagram within the
 * budget. Pure: time comes in, datagrams go out through a callback, so that all of it is tested without a socket.
 */
import { DONT_REPLY, encodeDatagram, type Message, MINOR_VERSION } from "epics-ca";
import type { Endpoint, ProbeOutcome } from "pvmon";
import type { Budget } from "./budget.js";
import {
  BYTES_FOR_NAMES,
  type Destinations,
  type Leg,
  type Priority,
  requestBytes,
  Search,
} from "./search.js";

export interface SearcherOptions {
  readonly firstRetryMs: number;
  readonly windowMs: number;
  readonly lateMs: number;
  readonly budget: Budget;
  /** First search id and first datagram sequence number. */
  readonly seed: number;
}

export interface Answered {
  readonly name: string;
  /** Since the first try; undefined when the search had ended before. */
  readonly afterMs?: number;
}

/** Sends one datagram and says, now or later, whether it left. */
export type Send = (
  bytes: Uint8Array,
  destination: Endpoint,
  sent: (error: Error | null) => void,
) => void;

/** Names remembered for late answers. */
const MAX_LATE = 20_000;
/** Datagrams of one turn. In a longer one they would leave well after the time that the budget gave them out at, closer to the next. */
const MAX_DATAGRAMS_PER_TURN = 10;

/** A datagram on its way to each of its destinations. */
interface Job {
  begun: boolean;
  readonly bytes: Uint8Array;
  readonly searches: readonly Search[];
  left: readonly Endpoint[];
}

/** Searches that go to the same destinations, and so may share a datagram. */
interface Route {
  readonly destinations: Destinations;
  readonly ready: readonly [Set<Search>, Set<Search>, Set<Search>];
  job: Job | undefined;
}

export class Searcher {
  readonly #options: SearcherOptions;
  readonly #routes = new Map<string, Route>();
  readonly #active = new Map<number, Search>();
  /** By the length of the wait, so that each map is in order of its due times. */
  readonly #waiting = new Map<number, Map<Search, number>>();
  readonly #late = new Map<number, { readonly name: string; readonly until: number }>();
  #cid: number;
  #sequence: number;
  #leftOfTurn = 0;

  constructor(options: SearcherOptions) {
    this.#options = options;
    this.#cid = options.seed >>> 0;
    this.#sequence = options.seed >>> 0;
  }

  /** Searches that have not ended. */
  get active(): number {
    return this.#active.size;
  }

  /** Begins a search; `done` is called once, from {@link run} or {@link cancel}. */
  begin(
    name: string,
    priority: Priority,
    legs: readonly Leg[],
    done: (outcome: ProbeOutcome) => void,
  ): Search {
    do this.#cid = (this.#cid + 1) >>> 0;
    while (this.#active.has(this.#cid) || this.#late.has(this.#cid));
    const search = new Search(name, this.#cid, priority, legs, done);
    this.#active.set(search.cid, search);
    if (!this.#enqueue(search)) this.cancel(search, 0, "there is no address to search at");
    return search;
  }

  /** Ends a search that nobody waits for any more. */
  cancel(search: Search, now: number, reason: string): void {
    if (!this.#active.delete(search.cid)) return;
    this.#unschedule(search);
    search.finish(now, reason);
  }

  cancelAll(now: number, reason: string): void {
    for (const search of [...this.#active.values()]) this.cancel(search, now, reason);
    this.#routes.clear();
  }

  /**
   * Does what is due at `now` (monotonic ms).
   * @returns ms until there is something to do again, Infinity when nothing waits.
   */
  run(now: number, send: Send): number {
    this.#wake(now);
    this.#leftOfTurn = MAX_DATAGRAMS_PER_TURN;
    let nextMs = this.#nextWakeMs(now);
    for (const [key, route] of this.#routes) {
      const waitMs = this.#drain(route, now, send);
      if (waitMs === undefined) this.#routes.delete(key);
      else nextMs = Math.min(nextMs, waitMs);
    }
    return Math.min(nextMs, this.#nextWakeMs(now));
  }

  /** A reply came. Undefined when nobody asked, or this server has answered for it already. */
  answer(cid: number, server: Endpoint, now: number): Answered | undefined {
    const search = this.#active.get(cid);
    if (search === undefined) {
      const late = this.#late.get(cid);
      return late === undefined || late.until < now ? undefined : { name: late.name };
    }
    const first = !search.answered;
    if (search.tries === 0 || !search.answer(server, now)) return undefined;
    if (first) {
      this.#unschedule(search);
      this.#wait(search, this.#options.windowMs, now);
    }
    return { name: search.name, afterMs: search.ageMs(now) };
  }

  /** Ends what waited long enough, and queues the next try of the others. */
  #wake(now: number): void {
    for (const queue of this.#waiting.values()) {
      for (const [search, dueAt] of queue) {
        if (dueAt > now) break;
        this.#unschedule(search);
        if (search.answered || !this.#enqueue(search)) this.#end(search, now);
      }
    }
    for (const [cid, { until }] of this.#late) {
      if (until >= now && this.#late.size <= MAX_LATE) break;
      this.#late.delete(cid);
    }
  }

  #nextWakeMs(now: number): number {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const queue of this.#waiting.values()) {
      for (const dueAt of queue.values()) {
        nextMs = Math.min(nextMs, Math.max(0, dueAt - now));
        break;
      }
    }
    return nextMs;
  }

  /** Sends what the budget allows; ms until it allows more, undefined when the route is empty. */
  #drain(route: Route, now: number, send: Send): number | undefined {
    while (route.job !== undefined || route.ready.some(({ size }) => size > 0)) {
      const next = route.job?.left[0] ?? route.destinations[0];
      const waitMs = this.#options.budget.waitMs(next, now);
      if (waitMs > 0 || this.#leftOfTurn === 0) return waitMs;
      // Packed only now that it can leave: until then, something more urgent may have come.
      route.job ??= this.#pack(route);
      this.#send(route.job, now, send);
      if (route.job.left.length > 0) continue;
      const { searches } = route.job;
      route.job = undefined;
      for (const search of searches) this.#afterTry(search, now);
    }
    return undefined;
  }

  #send(job: Job, now: number, send: Send): void {
    const [next, ...left] = job.left;
    if (next === undefined) return;
    if (!job.begun) for (const search of job.searches) search.sent(now);
    job.begun = true;
    job.left = left;
    this.#options.budget.spend(next, now);
    this.#leftOfTurn -= 1;
    send(job.bytes, next, (error) => {
      for (const search of job.searches) search.left(error);
    });
  }

  #afterTry(search: Search, now: number): void {
    // It may have been cancelled, or answered and put to wait, before the last destination could be afforded.
    if (!this.#active.has(search.cid) || search.answered) return;
    const more = search.next() !== undefined;
    const backOffMs = this.#options.firstRetryMs * 2 ** Math.max(0, search.triesInLeg - 1);
    this.#wait(search, more ? backOffMs : this.#options.windowMs, now);
  }

  /** The next datagram of a route: as many names as fit, the most urgent first. */
  #pack(route: Route): Job {
    const messages: Message[] = [];
    const searches: Search[] = [];
    let bytes = 0;
    for (const ready of route.ready) {
      for (const search of ready) {
        const size = requestBytes(search.name);
        if (bytes + size > BYTES_FOR_NAMES) break;
        bytes += size;
        this.#unschedule(search);
        searches.push(search);
        messages.push({
          type: "search",
          name: search.name,
          cid: search.cid,
          replyFlag: DONT_REPLY,
          minorVersion: MINOR_VERSION,
        });
      }
    }
    this.#sequence = (this.#sequence + 1) >>> 0;
    const version: Message = {
      type: "version",
      priority: 0,
      minorVersion: MINOR_VERSION,
      sequence: this.#sequence,
    };
    return {
      begun: false,
      bytes: encodeDatagram([version, ...messages]),
      searches,
      left: route.destinations,
    };
  }

  /** False when the search has no try left. */
  #enqueue(search: Search): boolean {
    const destinations = search.next();
    if (destinations === undefined) return false;
    const key = destinations.map(({ ip, port }) => `${ip}:${port}`).join();
    let route = this.#routes.get(key);
    if (route === undefined) {
      route = { destinations, ready: [new Set(), new Set(), new Set()], job: undefined };
      this.#routes.set(key, route);
    }
    const ready = route.ready[search.priority];
    ready.add(search);
    search.place = ready;
    return true;
  }

  #wait(search: Search, ms: number, now: number): void {
    let queue = this.#waiting.get(ms);
    if (queue === undefined) {
      queue = new Map();
      this.#waiting.set(ms, queue);
    }
    queue.set(search, now + ms);
    search.place = queue;
  }

  #unschedule(search: Search): void {
    search.place?.delete(search);
    search.place = undefined;
  }

  #end(search: Search, now: number): void {
    this.#active.delete(search.cid);
    this.#late.set(search.cid, { name: search.name, until: now + this.#options.lateMs });
    search.finish(now);
  }
}
