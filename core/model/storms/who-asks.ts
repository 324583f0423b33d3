/** Who asks while there may be a storm, and for which names: those of the client that it is, if it is one, otherwise everybody's. */
import type { Ipv4 } from "../address.js";
import type { NameLookup } from "../clients/client-views.js";
import type { BusyClients } from "../clients/clients.js";
import { DELIVERY_MS } from "../lateness.js";
import type { SearchSeen } from "../observation.js";
import { AskedNames, type NameFindings } from "./asked-names.js";
import { culpritsOf, MOST_CULPRITS } from "./culprits.js";
import { type Rate, SECOND_MS, type SearchRates } from "./search-rates.js";
import { LIBCA_NAMES_PER_SECOND } from "./storm-onset.js";

const LOOK_FOR_MS = 4 * SECOND_MS;

export interface ClientSource extends NameLookup {
  busiest(from: number, to: number, limit: number): BusyClients;
}

/** In some seconds. */
export interface Asking {
  readonly busy: BusyClients;
  /** All names and datagrams. */
  readonly counted: Rate;
  /** The client that it is, when it is one. */
  readonly sole: Ipv4 | undefined;
  /** It is one, two or three clients, each of which asks for more than libca does. */
  readonly isFast: boolean;
}

export class WhoAsks {
  readonly #site: ClientSource;
  readonly #rates: SearchRates;
  #names: AskedNames | undefined;

  constructor(site: ClientSource, rates: SearchRates) {
    this.#site = site;
    this.#rates = rates;
  }

  count(search: SearchSeen, ids: Uint32Array): void {
    this.#names?.count(search, ids);
  }

  forgetNames(ids: ReadonlySet<number>): void {
    this.#names?.forget(ids);
  }

  between(from: number, to: number): Asking {
    const counted = this.#rates.between(from, to);
    const busy = this.#site.busiest(from, to, MOST_CULPRITS);
    const culprits = culpritsOf(busy, counted.names);
    const fast = (LIBCA_NAMES_PER_SECOND * (to - from)) / SECOND_MS;
    return {
      busy,
      counted,
      sole: culprits?.length === 1 ? culprits[0]?.client : undefined,
      isFast: culprits?.every(({ names }) => names > fast) ?? false,
    };
  }

  /** Looks at the names of who it is from now on, unless that is done or being done. True when enough was seen of them. */
  look({ sole }: Asking, to: number): boolean {
    const names = this.#names;
    const isOther = sole !== undefined && names?.client !== sole;
    if (names !== undefined && !isOther) return to >= names.to;
    // What is of before may have come already, and what is of later has not: as it is when a capture is read.
    const from = to + DELIVERY_MS;
    this.#names = new AskedNames(sole, from, from + LOOK_FOR_MS);
    return false;
  }

  forget(): void {
    this.#names = undefined;
  }

  isConnecting({ sole }: Asking): boolean {
    return this.#of(sole)?.isConnecting(this.#site) ?? false;
  }

  /** Undefined when nobody has looked, or at others. */
  found({ sole }: Asking): NameFindings | undefined {
    return this.#of(sole)?.findings(this.#site);
  }

  #of(sole: Ipv4 | undefined): AskedNames | undefined {
    return this.#names?.client === sole ? this.#names : undefined;
  }
}
