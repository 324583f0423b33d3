/** Where other outputs hang their pages and endpoints: the longest mounted path that a request is at or below wins. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpService, Log } from "pvmon";
import { ApiError, sendError } from "./errors.js";

export type Listener = Parameters<HttpService["mount"]>[1];

const RESERVED = ["/api", "/healthz", "/readyz", "/cainfo", "/caget"];
const PATH = /^\/([\w.~-]+(\/[\w.~-]+)*)?$/;

export class Mounts {
  readonly #listeners = new Map<string, Listener>();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Throws when the path is not one, is taken, or belongs to the API. `/` gets all that nobody else takes. */
  add(path: string, listener: Listener): () => void {
    if (!PATH.test(path)) {
      throw new Error(`cannot mount at "${path}": a path like /metrics is needed`);
    }
    if (RESERVED.some((reserved) => isBelow(path, reserved))) {
      throw new Error(`cannot mount at ${path}: http-api keeps ${RESERVED.join(", ")} for itself`);
    }
    if (this.#listeners.has(path)) {
      throw new Error(`cannot mount at ${path}: another plugin is mounted there`);
    }
    this.#listeners.set(path, listener);
    return () => {
      if (this.#listeners.get(path) === listener) this.#listeners.delete(path);
    };
  }

  /** The listener for a request's path, undefined when it is the API's. */
  find(path: string): Listener | undefined {
    if (RESERVED.some((reserved) => isBelow(path, reserved))) return undefined;
    for (let at = path; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
      const listener = this.#listeners.get(at);
      if (listener !== undefined) return listener;
    }
    return this.#listeners.get("/");
  }

  /** What a listener throws, or rejects with, ends only its own request. */
  async call(
    listener: Listener,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    try {
      await listener(request, response);
    } catch (error) {
      this.#log.error("a mounted page failed", { path: request.url, error });
      sendError(response, new ApiError("internal", "this page failed: see the log of pvmon"));
    }
  }
}

function isBelow(path: string, parent: string): boolean {
  return path === parent || path.startsWith(`${parent}/`);
}
