/** The servers that PVs have had, as far as the PVs care: a number each, whether it is up, and where its PVs begin. */

import type { ServerState } from "../views.js";
import { NONE } from "./pv-pool.js";

export class ServingServer {
  /** As told last; undefined as long as nothing was told of it. */
  state: ServerState | undefined;
  /** The first of its current owner records. */
  first = NONE;
  /** PVs that it serves now: its current owner records. */
  pvs = 0;
  /** All its owner records. */
  owners = 0;
  /** When it last answered for any name, UTC ms. */
  lastAnswerAt = 0;

  constructor(
    /** endpointKey */
    readonly key: number,
    readonly number: number,
  ) {}

  get isGone(): boolean {
    return this.state === "lost" || this.state === "stopped";
  }
}

export class ServingServers {
  readonly #max: number;
  readonly #byKey = new Map<number, ServingServer>();
  readonly #byNumber: ServingServer[] = [];
  readonly #freeNumbers: number[] = [];

  constructor(max: number) {
    this.#max = max;
  }

  get(key: number): ServingServer | undefined {
    return this.#byKey.get(key);
  }

  /** @param number of a server that has owner records. */
  numbered(number: number): ServingServer {
    return this.#byNumber[number]!;
  }

  /** Undefined when there are too many; answers come from strangers. */
  admit(key: number): ServingServer | undefined {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    if (this.#byKey.size >= this.#max) return undefined;
    const server = new ServingServer(key, this.#freeNumbers.pop() ?? this.#byNumber.length);
    this.#byNumber[server.number] = server;
    this.#byKey.set(key, server);
    return server;
  }

  /** Its last owner record is gone. */
  remove(server: ServingServer): void {
    this.#byKey.delete(server.key);
    this.#freeNumbers.push(server.number);
  }
}
