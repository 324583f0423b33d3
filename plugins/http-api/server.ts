/** The HTTP server itself: its limits, what every answer carries, and how it begins and ends. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Host, Log } from "pvmon";
import type { Config } from "./config.js";
import { ApiError, sendError } from "./errors.js";
import { HostCheck } from "./guard.js";
import type { Listener, Mounts } from "./mounts.js";
import type { TrustedProxies } from "./proxies.js";

const MAX_HEADER_BYTES = 16_384;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 15_000;
/** A peer that neither sends nor takes anything for so long is cut off; the stream's heartbeats come more often. */
const SILENCE_MS = 600_000;
/** What still runs this long after the beginning of the end is cut off. */
const STOP_GRACE_MS = 2000;

/** Mounted pages set a Content-Security-Policy of their own. */
const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

export class ApiServer {
  readonly #config: Config;
  readonly #log: Log;
  readonly #hostCheck: HostCheck;
  readonly #mounts: Mounts;
  readonly #proxies: TrustedProxies;
  readonly #api: Listener;
  readonly #requests: { add(n?: number): void };
  readonly #refused: { add(n?: number): void };
  #server: Server | undefined;
  #stops = 0;
  /** Connections, each with the number of its requests that are being answered. */
  readonly #connections = new Map<Socket, number>();

  constructor(
    config: Config,
    api: Listener,
    mounts: Mounts,
    proxies: TrustedProxies,
    { log, metrics }: Host,
  ) {
    this.#proxies = proxies;
    this.#log = log;
    this.#config = config;
    this.#hostCheck = new HostCheck(config.hostNames);
    this.#api = api;
    this.#mounts = mounts;
    this.#requests = metrics.counter("requests_total", "HTTP requests.");
    this.#refused = metrics.counter(
      "connections_refused_total",
      "Connections closed because there were too many.",
    );
  }

  /** Rejects, saying which option to change, when it cannot listen. */
  async start(): Promise<void> {
    const { host, port, maxConnections } = this.#config;
    const stops = this.#stops;
    const server = createServer(
      {
        maxHeaderSize: MAX_HEADER_BYTES,
        headersTimeout: HEADERS_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        keepAliveTimeout: KEEP_ALIVE_MS,
      },
      (request, response) => this.#handle(request, response),
    );
    server.maxConnections = maxConnections;
    server.timeout = SILENCE_MS;
    server.on("connection", (socket: Socket) => {
      this.#connections.set(socket, 0);
      socket.once("close", () => this.#connections.delete(socket));
    });
    server.on("clientError", answerBrokenRequest);
    server.on("drop", () => this.#refused.add());
    server.listen({ host, port });
    try {
      await once(server, "listening");
    } catch (error) {
      throw new Error(whyNot(error, host, port), { cause: error });
    }
    if (this.#stops !== stops) {
      server.close();
      throw new Error("stopped while it started");
    }
    server.on("error", (error) => this.#log.error("the server has a problem", { error }));
    this.#server = server;
  }

  async stop(): Promise<void> {
    this.#stops += 1;
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = once(server, "close");
    server.close();
    // Node itself leaves those that have not asked for anything yet, as browsers open them in advance.
    for (const [socket, requests] of this.#connections) if (requests === 0) socket.destroy();
    const deadline = setTimeout(() => server.closeAllConnections(), STOP_GRACE_MS);
    await closed;
    clearTimeout(deadline);
  }

  /** `http://127.0.0.1:5073`, undefined when it does not listen. */
  address(): string | undefined {
    const bound = this.#server?.address() as AddressInfo | string | null | undefined;
    if (bound === undefined || bound === null || typeof bound === "string") return undefined;
    const host = bound.family === "IPv6" ? `[${bound.address}]` : bound.address;
    return `http://${host}:${bound.port}`;
  }

  #track(socket: Socket, response: ServerResponse): void {
    const count = (change: number): void => {
      const requests = this.#connections.get(socket);
      if (requests !== undefined) this.#connections.set(socket, requests + change);
    };
    count(1);
    response.once("close", () => {
      count(-1);
      // Kept alive, it would hold up a stop that began in the middle of its request.
      if (this.#server === undefined && this.#connections.get(socket) === 0) socket.destroySoon();
    });
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    this.#requests.add();
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    this.#track(request.socket, response);
    try {
      for (const host of this.#proxies.hosts(request)) this.#hostCheck.require(host);
      const listener = this.#mounts.find(pathOf(request)) ?? this.#api;
      void this.#mounts.call(listener, request, response);
    } catch (error) {
      sendError(
        response,
        error instanceof ApiError ? error : new ApiError("internal", "the request failed"),
      );
    }
  }
}

/** `*` and absolute URLs, which proxies get, are nothing for this server. */
function pathOf({ url = "" }: IncomingMessage): string {
  if (!url.startsWith("/")) throw new ApiError("malformedUrl", "the path must begin with /");
  return url.split("?", 1)[0] ?? url;
}

/** For what is not even HTTP, or takes too long to be. */
function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable || (socket as Socket).bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const { status, answer } = brokenRequest(error.code);
  const body = JSON.stringify(answer);
  socket.end(
    [
      `HTTP/1.1 ${status} ${answer.error.code}`,
      "Content-Type: application/json; charset=utf-8",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "Connection: close",
      "",
      body,
    ].join("\r\n"),
  );
}

function brokenRequest(code: string | undefined): ApiError {
  if (code === "HPE_HEADER_OVERFLOW") {
    return new ApiError("headersTooLarge", "the URL and headers are too long");
  }
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") {
    return new ApiError("requestTimeout", "the request did not arrive in time");
  }
  return new ApiError("malformedRequest", "this is not an HTTP request");
}

function whyNot(error: unknown, host: string, port: number): string {
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "EADDRINUSE":
      return `port ${port} of ${host} is in use: stop the program that has it, or set the option "port" of http-api to another one`;
    case "EACCES":
      return `pvmon may not listen at port ${port}: set the option "port" of http-api to one above 1023`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `${host} is no address of this machine: correct the option "host" of http-api`;
    default:
      return `cannot listen at ${host} port ${port}: ${message}`;
  }
}
