/** Searches over UDP: who has this name? Names that are asked for in one turn share their datagrams. */
import { randomInt } from "node:crypto";
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { decodeDatagram, SearchPacer, type SearchReply } from "../index.js";
import {
  broadcastAddresses,
  type Endpoint,
  endpointText,
  parseEndpoint,
  repliedServer,
} from "./endpoint.js";
import { CaError, invalidIfRange } from "./error.js";
import type { Settings } from "./options.js";
import { MAX_TIMER_MS, type RequestOptions, Wait } from "./wait.js";

export interface SearchOptions extends RequestOptions {
  /**
   * How long to wait for further answers after the first one, in ms, to find PVs that several servers have. Default 0:
   * the first answer ends the search.
   */
  readonly windowMs?: number;
}

/** A server that says it has the name. */
export interface Found {
  readonly server: Endpoint;
  /** Who said so: another than the server itself where a gateway or name server answers. */
  readonly source: Endpoint;
  /** Undefined from very old servers. */
  readonly minorVersion: number | undefined;
}

interface Running {
  readonly found: Map<string, Found>;
  readonly wait: Wait<void>;
  readonly windowMs: number;
  /** Runs from the first answer on. */
  window: NodeJS.Timeout | undefined;
}

/** A search is a broadcast, which every host has to read: at most so many datagrams at once, and one each so many ms. */
const BURST_DATAGRAMS = 10;
const MS_PER_DATAGRAM = 10;
/** Many servers may answer a burst at once. The system may grant less. */
const RECEIVE_BUFFER_BYTES = 1024 * 1024;
/** Of one name: more would not be told by a network in its right mind. */
const MAX_FOUND = 100;

export class Searcher {
  /** Replies that nobody waited for any more. */
  lateReplies = 0;
  /** Datagrams that could not be understood to their end. */
  damagedDatagrams = 0;
  /** Why the last datagram that could not be sent was not. */
  sendError: Error | undefined;
  readonly #settings: Settings;
  readonly #destinations: readonly Endpoint[];
  readonly #pacer: SearchPacer;
  readonly #running = new Map<number, Running>();
  #socket: Promise<Socket> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** When the burst that is allowed will be whole again. */
  #restedAt = 0;
  /** Beginning anywhere, so that replies are hard to forge and those to an earlier process mean nothing. */
  #lastCid = randomInt(2 ** 32);
  #isClosed = false;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#destinations = destinationsOf(settings);
    try {
      this.#pacer = new SearchPacer({ firstSequence: randomInt(2 ** 32), ...settings.pacing });
    } catch (error) {
      throw invalidIfRange(error);
    }
  }

  /** The distinct servers that answer, first come first; none if nobody does within `timeoutMs`. */
  async search(
    name: string,
    { windowMs = 0, ...options }: SearchOptions,
  ): Promise<readonly Found[]> {
    if (this.#isClosed) throw new CaError("closed", "the client was closed");
    if (this.#destinations.length === 0) {
      throw new CaError("invalid", "no addresses to search: give `addresses` or `autoAddressList`");
    }
    if (this.#running.size >= this.#settings.limits.maxSearches) {
      throw new CaError("limit", `more than ${this.#running.size} searches at a time`);
    }
    const cid = this.#nextCid();
    const found = new Map<string, Found>();
    const limits = { timeoutMs: this.#settings.timeoutMs, ...options };
    try {
      this.#pacer.add(cid, name, performance.now());
    } catch (error) {
      throw invalidIfRange(error);
    }
    const wait = new Wait<void>(`searching for ${name}`, limits, () => this.#forget(cid));
    this.#running.set(cid, { found, wait, windowMs, window: undefined });
    this.#schedule();
    try {
      await wait.promise;
    } catch (error) {
      if (!(error instanceof CaError && error.code === "timeout")) throw error;
    }
    return [...found.values()];
  }

  /** Safe twice. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const { wait } of this.#running.values()) {
      wait.reject(new CaError("closed", "the client was closed"));
    }
    const socket = await this.#socket?.catch(() => undefined);
    if (socket !== undefined) await new Promise<void>((resolve) => socket.close(() => resolve()));
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    const allowedAt = this.#restedAt - (BURST_DATAGRAMS - 1) * MS_PER_DATAGRAM;
    const dueAt = Math.max(this.#pacer.dueAt, allowedAt);
    if (this.#isClosed || dueAt === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(
      () => void this.#send(),
      Math.min(Math.max(dueAt - now, 0), MAX_TIMER_MS),
    );
  }

  async #send(): Promise<void> {
    try {
      this.#socket ??= this.#open();
      const socket = await this.#socket;
      if (this.#isClosed) return;
      const now = performance.now();
      const spentMs = Math.max(this.#restedAt - now, 0);
      const allowed = Math.floor(BURST_DATAGRAMS - spentMs / MS_PER_DATAGRAM);
      const datagrams = this.#pacer.take(now, Math.max(allowed, 0));
      this.#restedAt = now + spentMs + datagrams.length * MS_PER_DATAGRAM;
      for (const { bytes } of datagrams) {
        for (const { address, port } of this.#destinations) {
          socket.send(bytes, port, address, (error) => {
            if (error !== null) this.sendError = error;
          });
        }
      }
      this.#schedule();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      for (const { wait } of this.#running.values()) {
        wait.reject(new CaError("refused", `cannot search: ${why}`, error));
      }
    }
  }

  async #open(): Promise<Socket> {
    const socket = createSocket({ type: "udp4", recvBufferSize: RECEIVE_BUFFER_BYTES });
    try {
      socket.bind(0);
      await once(socket, "listening");
    } catch (error) {
      this.#socket = undefined;
      throw error;
    }
    socket.setBroadcast(true);
    socket.on("message", (bytes, sender) => this.#receive(bytes, sender));
    // Errors of the network that a datagram ran into, as of an address where nobody listens: the next one may not.
    socket.on("error", (error) => {
      this.sendError = error;
    });
    return socket;
  }

  #receive(bytes: Uint8Array, sender: RemoteInfo): void {
    const { messages, damage } = decodeDatagram(bytes, "server");
    if (damage !== undefined) this.damagedDatagrams += 1;
    for (const message of messages) {
      if (message.type === "searchReply") this.#found(message, sender);
    }
  }

  #found(reply: SearchReply, sender: RemoteInfo): void {
    const search = this.#running.get(reply.cid);
    if (search === undefined) {
      this.lateReplies += 1;
      return;
    }
    const server = repliedServer(reply, sender.address);
    if (server === undefined) return;
    const key = endpointText(server);
    if (search.found.has(key) || search.found.size >= MAX_FOUND) return;
    const source = { address: sender.address, port: sender.port };
    search.found.set(key, { server, source, minorVersion: reply.minorVersion });
    if (search.windowMs <= 0) search.wait.resolve();
    else search.window ??= setTimeout(() => search.wait.resolve(), search.windowMs);
  }

  #forget(cid: number): void {
    clearTimeout(this.#running.get(cid)?.window);
    this.#running.delete(cid);
    this.#pacer.remove(cid);
  }

  #nextCid(): number {
    this.#lastCid = (this.#lastCid + 1) >>> 0;
    return this.#lastCid;
  }
}

/** @throws CaError `invalid` when an address is none */
function destinationsOf({ addresses, autoAddressList, serverPort }: Settings): Endpoint[] {
  const all = [...addresses, ...(autoAddressList ? broadcastAddresses() : [])];
  const endpoints = all.map((text) => parseEndpoint(text, serverPort));
  return [...new Map(endpoints.map((endpoint) => [endpointText(endpoint), endpoint])).values()];
}
