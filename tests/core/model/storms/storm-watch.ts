/** The watch for storms alone, with the clients that it asks: seconds as numbers, so that a day of them is nothing. */
import { Clients } from "../../../../core/model/clients/clients.js";
import { NO_NAME } from "../../../../core/model/clients/request-ring.js";
import type { EventDraft } from "../../../../core/model/event.js";
import { SearchStorms } from "../../../../core/model/storms/search-storms.js";
import type { PvState } from "../../../../core/model/views.js";
import { START, searchSeen } from "../inventory/inventory-site.js";

export const USUAL_CLIENT = 1;

export class StormWatch {
  readonly events: EventDraft[] = [];
  readonly storms: SearchStorms;
  now = START;
  readonly #clients: Clients;

  constructor() {
    const names = { nameOf: (id: number) => `n${id}`, stateOf: (): PvState => "unverified" };
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

  /** @param rate names/s of each client, by address; a function of how many seconds have passed */
  pass(seconds: number, rate: (second: number) => Readonly<Record<number, number>>): void {
    for (let second = 0; second < seconds; second++) {
      for (const [client, names] of Object.entries(rate(second))) {
        this.#asks(Number(client), Math.round(names));
      }
      this.now += 1000;
      this.storms.tick(this.now, false);
    }
  }

  #asks(client: number, count: number): void {
    if (count === 0) return;
    const ids = new Uint32Array(count).fill(NO_NAME);
    const search = { ...searchSeen(this.now + 500, [], { client }), count };
    this.#clients.foldSearch(search, ids);
    this.storms.foldSearch(search, ids);
  }
}
