/** The TCP connection to a server: its life and its bytes. What is said over it is the exchange's business. */
import { connect, type Socket } from "node:net";
import {
  type CircuitAction,
  CircuitRules,
  type CircuitState,
  encodeMessage,
  type Message,
  MINOR_VERSION,
  StreamDecoder,
} from "../index.js";
import type { Channel } from "./channel.js";
import { type Endpoint, endpointText } from "./endpoint.js";
import { CaError } from "./error.js";
import { type Carrier, Exchange } from "./exchange.js";
import type { Settings } from "./options.js";
import { MAX_TIMER_MS, type RequestOptions, Wait, waitFor } from "./wait.js";

/** How long what was written before the end may take to leave. */
const FLUSH_TIMEOUT_MS = 1000;

export class Circuit {
  readonly server: Endpoint;
  readonly #settings: Settings;
  readonly #socket: Socket;
  readonly #rules: CircuitRules;
  readonly #decoder: StreamDecoder;
  readonly #exchange: Exchange;
  readonly #opened: Promise<void>;
  readonly #gone: Promise<void>;
  readonly #idleMs: number;
  readonly #echoes = new Set<Wait<void>>();
  #timer: NodeJS.Timeout | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #isCorked = false;
  #ended: CaError | undefined;

  /**
   * Made by `CaClient`, which counts them; begins to connect at once.
   * @param idleMs closes itself after so long without channels, Infinity for never
   */
  constructor(server: Endpoint, settings: Settings, idleMs: number) {
    this.server = server;
    this.#settings = settings;
    this.#idleMs = idleMs;
    this.#rules = new CircuitRules(performance.now(), settings.circuit);
    this.#decoder = new StreamDecoder({
      from: "server",
      maxMessageBytes: settings.limits.maxMessageBytes,
    });
    const carrier: Carrier = {
      server,
      send: (message) => this.#send(message),
      doubt: () => this.#act(this.#rules.doubt(performance.now())),
      busy: (isBusy) => this.#watchIdleness(!isBusy),
    };
    this.#exchange = new Exchange(carrier, settings);
    this.#socket = connect({ host: server.address, port: server.port, noDelay: true });
    this.#gone = new Promise((resolve) => this.#socket.once("close", () => resolve()));
    this.#opened = this.#listen();
    this.#opened.catch(() => undefined);
    this.#schedule();
  }

  get state(): CircuitState {
    return this.#rules.state;
  }

  get isOpen(): boolean {
    return this.#ended === undefined;
  }

  /** Minor version of the server's protocol, once it has said so. */
  get minorVersion(): number | undefined {
    return this.#exchange.minorVersion;
  }

  /** Resolves when TCP is connected; rejects with `refused`, `timeout` and the like. */
  async opened(options: RequestOptions = {}): Promise<void> {
    const limits = { timeoutMs: this.#settings.timeoutMs, ...options };
    await waitFor(`connecting to ${endpointText(this.server)}`, this.#opened, limits);
  }

  /** Resolves when the connection is gone for good, whoever ended it. */
  async closed(): Promise<void> {
    await this.#gone;
  }

  /** Asks the server for a PV; rejects with `notFound` when it says that it has none of that name. */
  async channel(name: string, options: RequestOptions = {}): Promise<Channel> {
    return await this.#exchange.createChannel(name, options);
  }

  /**
   * Asks whether the server answers at all (CA specification, ECHO). Rejects with `timeout` when it has not in time: a
   * circuit can stay open for long when nobody is left to serve it.
   */
  async echo(options: RequestOptions = {}): Promise<void> {
    const { timeoutMs, limits } = this.#settings;
    const server = endpointText(this.server);
    if (this.#echoes.size >= limits.maxRequests) {
      throw new CaError("limit", `${server}: more than ${limits.maxRequests} echoes`);
    }
    const wait = new Wait<void>(`an echo of ${server}`, { timeoutMs, ...options }, () => undefined);
    // They carry no id: the next one that comes back is the answer to all.
    this.#echoes.add(wait);
    try {
      this.#send({ type: "echo" });
      await wait.promise;
    } finally {
      this.#echoes.delete(wait);
      wait.resolve();
    }
  }

  /** Sends what was asked for, then ends the connection and all channels. Safe twice. */
  async close(): Promise<void> {
    this.#end(new CaError("closed", `the circuit to ${endpointText(this.server)} was closed`));
    await this.#gone;
  }

  #listen(): Promise<void> {
    const socket = this.#socket;
    socket.on("data", (chunk) => this.#receive(chunk));
    socket.on("error", (error) => this.#fail(error.message, error));
    socket.on("close", () => this.#fail("the server closed it"));
    const { userName, hostName } = this.#settings;
    this.#send({ type: "version", priority: 0, minorVersion: MINOR_VERSION });
    this.#send({ type: "hostName", name: hostName });
    this.#send({ type: "clientName", name: userName });
    return new Promise((resolve, reject) => {
      socket.once("connect", () => {
        this.#rules.connected(performance.now());
        this.#schedule();
        this.#watchIdleness(this.#exchange.channelCount === 0);
        resolve();
      });
      socket.once("close", () => reject(this.#ended));
    });
  }

  #receive(chunk: Uint8Array): void {
    if (!this.isOpen) return;
    this.#act(this.#rules.received(performance.now()));
    const { messages, damage } = this.#decoder.push(chunk);
    for (const message of messages) {
      if (message.type !== "echo") this.#exchange.receive(message);
      else for (const wait of this.#echoes) wait.resolve();
    }
    // A message that makes no sense was skipped; its request, if any, runs into its time-out.
    if (this.#decoder.broken) {
      const text = `what ${endpointText(this.server)} sends is not Channel Access: ${damage}`;
      this.#end(new CaError("protocol", text));
    }
  }

  /** Messages of one turn leave together. Those without data always may: they are small, and some of them end things. */
  #send(message: Message): void {
    if (this.#ended !== undefined) throw this.#ended;
    const bytes = encodeMessage(message);
    const { maxUnsentBytes } = this.#settings.limits;
    const hasData = "payload" in message;
    if (hasData && this.#socket.writableLength + bytes.length > maxUnsentBytes) {
      const text = `${endpointText(this.server)}: more than ${maxUnsentBytes} bytes wait to be sent`;
      throw new CaError("limit", text);
    }
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#socket.cork();
      process.nextTick(() => {
        this.#isCorked = false;
        this.#socket.uncork();
      });
    }
    this.#socket.write(bytes);
  }

  /** One timer, set anew only when it fires or has to fire sooner: not with every message. */
  #schedule(): void {
    clearTimeout(this.#timer);
    const delayMs = this.#rules.dueAt - performance.now();
    if (delayMs === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(
      () => {
        this.#act(this.#rules.advance(performance.now()));
        this.#schedule();
      },
      Math.min(Math.max(Math.ceil(delayMs), 0), MAX_TIMER_MS),
    );
  }

  #act(action: CircuitAction | undefined): void {
    const server = endpointText(this.server);
    if (action === "sendEcho") {
      this.#send({ type: "echo" });
      this.#schedule();
    } else if (action === "unresponsive") {
      this.#end(new CaError("unresponsive", `${server} does not answer any more`));
    } else if (action === "connectTimedOut") {
      this.#end(new CaError("timeout", `connecting to ${server}: no answer`));
    }
  }

  #watchIdleness(isIdle: boolean): void {
    clearTimeout(this.#idleTimer);
    if (!isIdle || !this.isOpen || this.#idleMs === Number.POSITIVE_INFINITY) return;
    this.#idleTimer = setTimeout(() => void this.close(), this.#idleMs);
  }

  #fail(why: string, cause?: Error): void {
    const server = endpointText(this.server);
    const error =
      this.#rules.state === "connecting"
        ? new CaError("refused", `cannot connect to ${server}: ${why}`, cause)
        : new CaError("disconnected", `the circuit to ${server} broke: ${why}`, cause);
    this.#end(error);
  }

  #end(error: CaError): void {
    if (this.#ended !== undefined) return;
    this.#ended = error;
    const isOrderly = this.#rules.state !== "connecting" && error.code === "closed";
    this.#rules.close();
    this.#exchange.end(error);
    for (const wait of this.#echoes) wait.reject(error);
    clearTimeout(this.#timer);
    clearTimeout(this.#idleTimer);
    if (!isOrderly) {
      this.#socket.destroy();
      return;
    }
    this.#socket.end();
    const flush = setTimeout(() => this.#socket.destroy(), FLUSH_TIMEOUT_MS);
    this.#socket.once("close", () => clearTimeout(flush));
  }
}
