/** pvmon's own sending sockets: what comes from them is told apart exactly, by address and port, never guessed. */
import { endpointKey } from "../address.js";
import type { OwnSocket, SearchSeen, SourceClass } from "../observation.js";

const MAX_SOCKETS = 1000;

export class OwnSockets {
  /** By endpointKey. */
  readonly #open = new Set<number>();

  fold({ socket, open }: OwnSocket): void {
    const key = endpointKey(socket.ip, socket.port);
    if (!open) this.#open.delete(key);
    else if (this.#open.size < MAX_SOCKETS) this.#open.add(key);
  }

  /** `own` for our own sockets, otherwise what the sensor says by the site's lists. */
  sourceOf({ client, port, source }: SearchSeen): SourceClass {
    return this.#open.size > 0 && this.#open.has(endpointKey(client, port)) ? "own" : source;
  }
}
