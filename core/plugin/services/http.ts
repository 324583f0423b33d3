/** HTTP: the server that plugins may share. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { token } from "../token.js";

/** Where pages and endpoints are mounted. */
export interface HttpService {
  /** Requests whose path is `path` or below it; the built-in API keeps `/api`, `/healthz`, `/readyz`. The answer unmounts. */
  mount(
    path: string,
    handle: (request: IncomingMessage, response: ServerResponse) => void,
  ): () => void;
  /** Where it listens, once started: `http://127.0.0.1:5073`. */
  address(): string | undefined;
}
export const HTTP = token<HttpService>("HTTP");
