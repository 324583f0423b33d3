/** The watch for storms alone, with the clients that it asks: seconds as numbers, so that a day of them is nothing. */
import { Clients } from "../../../../core/model/clients/clients.js";
import { NO_NAME } from "../../../../core/model/clients/request-ring.js";
import type { EventDraft } from "../../../../core/model/event.js";
import { SearchStorms } from "../../../../core/model/storms/search-storms.js";
import type { PvState } from "../../../../core/model/views.js";
import { START, searchSeen } from "../inventory/inventory-site.js";

export const USUAL_CLIENT = 1;

/** So many names, in turn from a list of so many; each datagram is heard so often. */
export interface Asked {
  readonly names: number;
  readonly of: number;
  readonly copies?: number;
}

/** names/s of each client, by address; as a number, nobody knows which. */
export type Rates = Readonly<Record<number, number | Asked>>;

/** The names of each client are its own. */
const NAMES_EACH = 1_000_000;

export class StormWatch {
  readonly events: EventDraft[] = [];
  readonly storms: SearchStorms;
  now = START;
  readonly #clients: Clients;
  readonly #asked = new Map<number, number>();
  #datagrams = 0;

  constructor(stateOf: (id: number) => PvState = () => "unverified") {
    const names = { nameOf: (id: number) => `n${id}`, stateOf };
    this.#clients = new Clients({}, names, { event() {}, dirty() {} });
    this.storms = new SearchStorms(
      {
        ...names,
        busiest: (from, to, limit) => this.#clients.busiest(from, to, limit),
        hostName: () => null,
        portHolder: () => undefined,
      },
      (event) => this.events.push(event),
    );
  }

  get types(): readonly string[] {
    return this.events.map(({ type }) => type);
  }

  /** @param rate a function of how many seconds have passed @param blind a sensor is */
  pass(seconds: number, rate: (second: number) => Rates, blind = false): void {
    for (let second = 0; second < seconds; second++) {
      for (const [client, asked] of Object.entries(rate(second))) this.#asks(Number(client), asked);
      this.now += 1000;
      this.storms.tick(this.now, blind);
    }
  }

  clockSet(at: number): void {
    this.now = at;
    this.#clients.clockSet(at);
    this.storms.clockSet(at);
  }

  #asks(client: number, asked: number | Asked): void {
    if (typeof asked === "number") {
      this.#hears(client, new Uint32Array(Math.round(asked)).fill(NO_NAME));
      return;
    }
    const { names, of, copies = 1 } = asked;
    const before = this.#asked.get(client) ?? 0;
    this.#asked.set(client, before + names);
    const ids = Uint32Array.from(
      { length: names },
      (_, n) => NAMES_EACH * client + ((before + n) % of),
    );
    const sequence = this.#datagrams++;
    for (let copy = 0; copy < copies; copy++) this.#hears(client, ids, sequence);
  }

  #hears(client: number, ids: Uint32Array, sequence = -1): void {
    if (ids.length === 0) return;
    const also = { client, sequence };
    const search = { ...searchSeen(this.now + 500, [], also), count: ids.length };
    this.#clients.foldSearch(search, ids);
    this.storms.foldSearch(search, ids);
  }
}
