/** The probe: takes names from those who ask and from verification, runs the searcher, and says what came of it. */
import { randomInt } from "node:crypto";
import type {
  Clock,
  Emitter,
  Endpoint,
  Host,
  InventoryService,
  NetworkService,
  Probe,
  ProbeOutcome,
  ProbeTarget,
  UdpSocket,
} from "pvmon";
import { readKernelDrops } from "pvmon/network";
import { Budget } from "./budget.js";
import type { Config } from "./config.js";
import { type SearchCounters, searchCounters } from "./counters.js";
import { DeafServers } from "./deaf-servers.js";
import { Destinations } from "./destinations.js";
import { OwnAccord } from "./own-accord.js";
import { OwnSockets } from "./own-sockets.js";
import { type Reply, readReplies } from "./reply.js";
import { isSearchable, type Leg, Priority, type Search } from "./search.js";
import { Searcher } from "./searcher.js";
import { SendingHealth } from "./sending-health.js";
import type { Target } from "./verification.js";

/** Names in flight of pvmon's own accord; those asked for come on top. */
const MAX_OWN_ACTIVE = 4000;
/** Names in flight in all: beyond, a request is refused. */
const MAX_ACTIVE = 20_000;
/** Tries at the last owner's host before everybody is asked. */
const OWNER_TRIES = 2;
const TARGETS_PER_TURN = 500;
/** Longest pause between two looks, ms: the budget's and the searches' own times are shorter. */
const MAX_PAUSE_MS = 1000;
/** What the kernel dropped is counted as often. */
const DROPS_PERIOD_MS = 5000;

export interface SearchServices {
  readonly inventory: InventoryService;
  readonly clock: Clock;
  readonly network: NetworkService;
}

export class SearchProbe implements Probe {
  readonly purpose = "search";
  readonly #config: Config;
  readonly #inventory: InventoryService;
  readonly #clock: Clock;
  readonly #network: NetworkService;
  readonly #host: Host;
  readonly #emitter: Emitter;
  readonly #destinations: Destinations;
  readonly #own: OwnSockets;
  readonly #counters: SearchCounters;
  readonly #ownAccord: OwnAccord;
  readonly #sending: SendingHealth;
  readonly #deaf = new DeafServers();
  #searcher: Searcher | undefined;
  #socket: UdpSocket | undefined;
  #hasRoom = true;
  #cancelTurn: () => void = () => undefined;
  #cancelCount: () => void = () => undefined;
  #stops = 0;

  constructor(config: Config, services: SearchServices, host: Host, emitter: Emitter) {
    const { inventory, clock, network } = services;
    this.#config = config;
    this.#inventory = inventory;
    this.#clock = clock;
    this.#network = network;
    this.#host = host;
    this.#emitter = emitter;
    this.#destinations = new Destinations(config.destinations, config.port, network, clock);
    this.#own = new OwnSockets(this.#destinations, clock, (socket) => this.#emit(socket));
    this.#counters = searchCounters(host.metrics);
    this.#sending = new SendingHealth(this.#counters, host.status);
    this.#ownAccord = new OwnAccord(config.verification, inventory, clock, host.log, () =>
      this.#turnAfter(0),
    );
    host.metrics.gauge(
      "searches_active",
      "Names being searched",
      () => this.#searcher?.active ?? 0,
    );
  }

  async start(): Promise<void> {
    const stops = this.#stops;
    const socket = await this.#network.openUdp({
      datagram: (bytes, from) => this.#receive(bytes, from),
      failed: (error) => this.#host.status.failed(`the search socket failed: ${error.message}`),
    });
    if (this.#stops !== stops) {
      socket.close();
      throw new Error("stopped while it started");
    }
    this.#socket = socket;
    this.#cancelCount = this.#clock.every(DROPS_PERIOD_MS, () =>
      this.#counters.dropped.add(socket.newDrops(readKernelDrops())),
    );
    const { datagramsPerSecond, totalDatagramsPerSecond, lateSeconds, ...options } = this.#config;
    const budget = new Budget(datagramsPerSecond, totalDatagramsPerSecond, this.#clock.elapsed());
    // The start is random so that the searches of two pvmons are told apart (CA specification, search identifiers).
    const seed = randomInt(2 ** 32);
    this.#searcher = new Searcher({ ...options, lateMs: lateSeconds * 1000, budget, seed });
    this.#own.announce(socket.local.port);
    this.#ownAccord.start();
  }

  async stop(): Promise<void> {
    this.#stops += 1;
    this.#ownAccord.stop();
    this.#cancelTurn();
    this.#cancelCount();
    this.#searcher?.cancelAll(this.#clock.elapsed(), "pvmon is stopping");
    this.#searcher = undefined;
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) return;
    this.#own.withdraw(socket.local.port);
    socket.close();
  }

  async probe(
    targets: readonly ProbeTarget[],
    signal: AbortSignal,
  ): Promise<readonly ProbeOutcome[]> {
    signal.throwIfAborted();
    const searches: Search[] = [];
    const abort = (): void => {
      for (const search of searches)
        this.#searcher?.cancel(search, this.#clock.elapsed(), "cancelled");
    };
    signal.addEventListener("abort", abort, { once: true });
    try {
      const outcomes = await Promise.all(
        targets.map(({ name }) => {
          const refusal = this.#refusal(name);
          if (refusal !== undefined)
            return { name, answers: [], tries: 0, waitedMs: 0, error: refusal };
          return new Promise<ProbeOutcome>((resolve) => {
            const search = this.#begin({ name }, Priority.asked, resolve);
            if (search !== undefined) searches.push(search);
          });
        }),
      );
      signal.throwIfAborted();
      return outcomes;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  #refusal(name: string): string | undefined {
    if (this.#searcher === undefined) return "the search probe is not running";
    if (this.#searcher.active >= MAX_ACTIVE)
      return `${MAX_ACTIVE} names are being searched already: try again later`;
    if (!isSearchable(name)) return "not a name that Channel Access can carry";
    return undefined;
  }

  #begin(
    target: Target,
    priority: Priority,
    done: (outcome: ProbeOutcome) => void,
  ): Search | undefined {
    const legs: Leg[] = [
      { destinations: this.#destinations.everywhere(), tries: this.#config.tries },
    ];
    const owner = target.owner;
    if (owner !== undefined && this.#canAskAlone(owner, target.name)) {
      legs.unshift({
        destinations: [{ ip: owner.ip, port: this.#config.port }],
        tries: OWNER_TRIES,
      });
    }
    const search = this.#searcher?.begin(target.name, priority, legs, (outcome) => {
      if (outcome.answers.length === 0 && outcome.error === undefined) {
        const { name, tries, waitedMs } = outcome;
        this.#emit({ type: "unanswered", at: this.#clock.now(), name, tries, waitedMs });
      }
      if (owner !== undefined && legs.length > 1) this.#deaf.learn(owner, outcome, OWNER_TRIES);
      done(outcome);
    });
    this.#turnAfter(0);
    return search;
  }

  /** The silence of a second owner says something only when it was asked too. */
  #canAskAlone(owner: Endpoint, name: string): boolean {
    return !this.#deaf.has(owner) && this.#inventory.pv(name)?.duplicate !== true;
  }

  #receive(bytes: Uint8Array, { ip }: Endpoint): void {
    const { replies, damage } = readReplies(bytes, ip);
    if (damage !== undefined) this.#counters.damaged.add();
    for (const reply of replies) this.#reply(reply);
  }

  #reply({ cid, server, replier, minorVersion }: Reply): void {
    const answered = this.#searcher?.answer(cid, server, this.#clock.elapsed());
    if (answered === undefined) return;
    this.#counters.answers.add();
    if (answered.afterMs === undefined) this.#counters.late.add();
    this.#emit({
      type: "answer",
      at: this.#clock.now(),
      ...answered,
      server,
      replier,
      minorVersion,
      asker: "own",
    });
    this.#turnAfter(0);
  }

  /** One turn soon: work that arrives in the same instant shares datagrams. */
  #turnAfter(ms: number): void {
    this.#cancelTurn();
    this.#cancelTurn = this.#clock.after(ms, () => this.#turn());
  }

  #turn(): void {
    const searcher = this.#searcher;
    const socket = this.#socket;
    if (searcher === undefined || socket === undefined) return;
    this.#own.announce(socket.local.port);
    this.#takeFromFeed(searcher);
    const pauseMs = searcher.run(this.#clock.elapsed(), (bytes, destination, sent) =>
      socket.send(bytes, destination, (error) => {
        sent(error);
        this.#sending.outcome(bytes, destination, error);
      }),
    );
    const hungry = !this.#ownAccord.feed.empty && searcher.active < MAX_OWN_ACTIVE && this.#hasRoom;
    const idle = searcher.active === 0 && this.#ownAccord.feed.empty;
    if (!idle) this.#turnAfter(hungry ? 0 : Math.min(pauseMs, MAX_PAUSE_MS));
  }

  #takeFromFeed(searcher: Searcher): void {
    for (
      let n = 0;
      n < TARGETS_PER_TURN && this.#hasRoom && searcher.active < MAX_OWN_ACTIVE;
      n++
    ) {
      const next = this.#ownAccord.feed.next();
      if (next?.target === undefined) return;
      this.#begin(
        next.target,
        next.changed ? Priority.changed : Priority.verification,
        () => undefined,
      );
    }
  }

  #emit(observation: Parameters<Emitter["emit"]>[0]): void {
    if (this.#emitter.emit(observation) || !this.#hasRoom) return;
    this.#hasRoom = false;
    this.#emitter.drained().then(
      () => {
        this.#hasRoom = true;
        this.#turnAfter(0);
      },
      () => undefined,
    );
  }
}
