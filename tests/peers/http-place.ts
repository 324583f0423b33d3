/** A place where programs run and from which HTTP servers are asked: a host of a test network, or the sandbox itself. */
import { HttpAsker, type HttpRequest, type HttpText } from "./http-asker.js";
import type { Place } from "./program.js";

export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
}

export class HttpPlace implements Place {
  #asker: HttpAsker | undefined;

  constructor(
    readonly prefix: readonly string[],
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** Asks an HTTP server that can be reached from here; the body of the answer is read as JSON. */
  async fetchJson(url: string, request: HttpRequest = {}): Promise<HttpAnswer> {
    const { status, body } = await this.fetchText(url, request);
    return { status, body: JSON.parse(body) };
  }

  async fetchText(url: string, request: HttpRequest = {}): Promise<HttpText> {
    if (!this.#asker?.isRunning) this.#asker = new HttpAsker(this);
    return await this.#asker.ask(url, request);
  }
}
