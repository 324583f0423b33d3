/** A client of Channel Access: finds PVs, or is told where they are, reads, writes and watches them. */
import type { DbrValue } from "../index.js";
import type { Channel, ChannelInfo, MonitorOptions, ReadOptions, WriteOptions } from "./channel.js";
import { Circuit } from "./circuit.js";
import { checkEndpoint, type Endpoint, endpointText } from "./endpoint.js";
import { CaError } from "./error.js";
import { type CaClientOptions, fillIn, type Settings } from "./options.js";
import { type Found, Searcher, type SearchOptions } from "./searcher.js";
import type { Writable } from "./value.js";
import type { RequestOptions } from "./wait.js";
import { type WatchEvent, watch } from "./watch.js";

/** Which server to ask; without it the first one that answers a search. */
export interface ServerChoice {
  readonly server?: Endpoint | undefined;
}

/**
 * Every request ends: by its answer, by a {@link CaError} with a code, at the latest after its `timeoutMs`. Requests to
 * one server share a circuit, which is closed soon after its last channel.
 */
export class CaClient {
  readonly #settings: Settings;
  readonly #searcher: Searcher;
  readonly #circuits = new Set<Circuit>();
  readonly #shared = new Map<string, Circuit>();
  #isClosed = false;

  /** @throws CaError `invalid` when an address is none, or the pacing makes no sense */
  constructor(options: CaClientOptions = {}) {
    this.#settings = fillIn(options);
    this.#searcher = new Searcher(this.#settings);
  }

  /** Search replies that came when nobody waited for them any more, and datagrams that made no sense. */
  get searchStatistics(): { readonly lateReplies: number; readonly damagedDatagrams: number } {
    const { lateReplies, damagedDatagrams } = this.#searcher;
    return { lateReplies, damagedDatagrams };
  }

  /** Circuits that are open or being opened. */
  get circuitCount(): number {
    return this.#circuits.size;
  }

  /** Who has this name? Nobody is an answer, too: an empty one, after `timeoutMs`. */
  async search(name: string, options: SearchOptions = {}): Promise<readonly Found[]> {
    return await this.#searcher.search(name, options);
  }

  /** A circuit of the caller's own to a server, found or not; the caller closes it. */
  async connect(server: Endpoint, options: RequestOptions = {}): Promise<Circuit> {
    const circuit = this.#open(server, Number.POSITIVE_INFINITY);
    try {
      await circuit.opened(options);
      return circuit;
    } catch (error) {
      await circuit.close();
      throw error;
    }
  }

  /** Rejects with `notFound` when nobody answers the search. */
  async channel(name: string, options: RequestOptions & ServerChoice = {}): Promise<Channel> {
    const { server, signal, timeoutMs = this.#settings.timeoutMs } = options;
    const rest = remaining(timeoutMs, signal);
    const circuit = this.#circuitTo(server ?? (await this.#find(name, rest())));
    await circuit.opened(rest());
    return await circuit.channel(name, rest());
  }

  async info(name: string, options: RequestOptions & ServerChoice = {}): Promise<ChannelInfo> {
    return await this.#withChannel(name, options, async (channel) => channel.info());
  }

  async get(name: string, options: ReadOptions & ServerChoice = {}): Promise<DbrValue> {
    return await this.#withChannel(name, options, (channel, rest) =>
      channel.get({ ...options, ...rest }),
    );
  }

  async put(
    name: string,
    value: Writable,
    options: WriteOptions & ServerChoice = {},
  ): Promise<void> {
    await this.#withChannel(name, options, (channel, rest) =>
      channel.put(value, { ...options, ...rest }),
    );
  }

  /**
   * Values as they change, for ever: whenever the PV is lost it is searched for, or its server is tried, again. Ends by
   * leaving the loop, and throws only what does not pass by itself: `invalid`, `server`, `limit`, `aborted`, `closed`.
   */
  watch(
    name: string,
    options: MonitorOptions & ServerChoice & { readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<WatchEvent, never> {
    const { server, signal } = options;
    const connect = async (): Promise<Channel> => {
      const target = server ?? (await this.#find(name, { timeoutMs: Infinity, signal }));
      return await this.channel(name, { server: target, signal });
    };
    return watch(connect, options, signal);
  }

  /** Ends all searches, circuits and channels; what waits fails with code `closed`. Safe twice. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const circuits = [...this.#circuits].map((circuit) => circuit.close());
    await Promise.all([this.#searcher.close(), ...circuits]);
  }

  async #withChannel<T>(
    name: string,
    options: RequestOptions & ServerChoice,
    use: (channel: Channel, rest: RequestOptions) => Promise<T>,
  ): Promise<T> {
    const rest = remaining(options.timeoutMs ?? this.#settings.timeoutMs, options.signal);
    const channel = await this.channel(name, { ...rest(), server: options.server });
    try {
      return await use(channel, rest());
    } finally {
      channel.close();
    }
  }

  async #find(name: string, options: RequestOptions): Promise<Endpoint> {
    const [first] = await this.search(name, options);
    if (first !== undefined) return first.server;
    const why = this.#searcher.sendError;
    const hint = why === undefined ? "" : ` (not all searches could be sent: ${why.message})`;
    throw new CaError("notFound", `nobody answered the search for ${name}${hint}`, why);
  }

  #circuitTo(server: Endpoint): Circuit {
    const key = endpointText(server);
    const shared = this.#shared.get(key);
    if (shared?.isOpen) return shared;
    const circuit = this.#open(server, this.#settings.idleMs);
    this.#shared.set(key, circuit);
    void circuit.closed().then(() => {
      if (this.#shared.get(key) === circuit) this.#shared.delete(key);
    });
    return circuit;
  }

  #open(server: Endpoint, idleMs: number): Circuit {
    if (this.#isClosed) throw new CaError("closed", "the client was closed");
    checkEndpoint(server);
    const { maxCircuits } = this.#settings.limits;
    if (this.#circuits.size >= maxCircuits) {
      throw new CaError("limit", `more than ${maxCircuits} circuits at a time`);
    }
    const circuit = new Circuit(server, this.#settings, idleMs);
    this.#circuits.add(circuit);
    void circuit.closed().then(() => this.#circuits.delete(circuit));
    return circuit;
  }
}

/** What is left of the time for the steps of one request. */
function remaining(timeoutMs: number, signal: AbortSignal | undefined): () => RequestOptions {
  const deadline = performance.now() + timeoutMs;
  return () => ({ timeoutMs: Math.max(deadline - performance.now(), 0), signal });
}
