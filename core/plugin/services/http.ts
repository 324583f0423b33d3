/** HTTP: the server that plugins may share. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { token } from "../token.js";
import type { Role } from "./access.js";

export interface MountOptions {
  /**
   * What somebody needs to get in; nobody else's request reaches the listener, and nothing that changes something (all but GET
   * and HEAD) without the same care against other origins' pages as at the API. Without it everybody gets in.
   */
  readonly role?: Role;
}

/** Where pages and endpoints are mounted. */
export interface HttpService {
  /** Requests whose path is `path` or below it; the built-in API keeps `/api`, `/healthz`, `/readyz`. The answer unmounts. */
  mount(
    path: string,
    handle: (request: IncomingMessage, response: ServerResponse) => void,
    options?: MountOptions,
  ): () => void;
  /** Where it listens, once started: `http://127.0.0.1:5073`. */
  address(): string | undefined;
}
export const HTTP = token<HttpService>("HTTP");
