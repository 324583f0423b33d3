/**
 * What is asked for while the beginning of a storm is looked at, for some seconds and some ten thousand names: which names,
 * how often each, and whether anybody serves them. Nothing is counted by name at other times.
 */
import type { Ipv4 } from "../address.js";
import { mostCounted, type NameLookup } from "../clients/client-views.js";
import { NO_NAME } from "../clients/request-ring.js";
import type { SearchSeen } from "../observation.js";

/** Beyond this, more names would tell nothing new. */
const MAX_REQUESTS = 20_000;
const EXAMPLES = 3;
/** Of the names; the others have not been answered for yet. */
const CONNECTING_SHARE = 0.9;
const CONNECTING_TIMES_EACH = 1.5;

export interface NameFindings {
  /** Distinct names. */
  readonly names: number;
  /** All of them; false when there were too many to be counted. */
  readonly isWhole: boolean;
  /** Of these, lost or never answered. */
  readonly unanswered: number;
  /** Of these, online. */
  readonly served: number;
  /** How often each was asked for in that time. */
  readonly timesEach: number;
  /** Some that were asked for most, those that nobody serves first. */
  readonly examples: readonly string[];
}

export class AskedNames {
  readonly #counts = new Map<number, number>();
  #requests = 0;

  /**
   * @param client whose names; undefined: everybody's
   * @param from [from, to) is looked at, by the times of the datagrams, so that it makes no difference when they come
   */
  constructor(
    readonly client: Ipv4 | undefined,
    private readonly from: number,
    private readonly to: number,
  ) {}

  /** `ids` are those of the search's names. */
  count({ at, client, count }: SearchSeen, ids: Uint32Array): void {
    if (at < this.from || at >= this.to || this.#requests >= MAX_REQUESTS) return;
    if (this.client !== undefined && this.client !== client) return;
    for (let index = 0; index < count; index++) {
      const id = ids[index]!;
      if (id === NO_NAME) continue;
      this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
      this.#requests++;
    }
  }

  /** Takes out names that were forgotten, before their ids get a new meaning. */
  forget(ids: ReadonlySet<number>): void {
    for (const id of ids) this.#counts.delete(id);
  }

  /** It asks for names that are served, for each about once, as a client does that connects to them. */
  isConnecting(names: NameLookup): boolean {
    const { size } = this.#counts;
    if (size === 0 || this.#requests > CONNECTING_TIMES_EACH * size) return false;
    let served = 0;
    for (const id of this.#counts.keys()) if (names.stateOf(id) === "online") served++;
    return served >= CONNECTING_SHARE * size;
  }

  findings(names: NameLookup): NameFindings {
    let unanswered = 0;
    let served = 0;
    const unserved = new Map<number, number>();
    for (const [id, count] of this.#counts) {
      const state = names.stateOf(id);
      if (state === "online") served++;
      else unserved.set(id, count);
      if (state === "lost" || state === "neverAnswered") unanswered++;
    }
    const most = mostCounted(unserved.size > 0 ? unserved : this.#counts, EXAMPLES);
    return {
      names: this.#counts.size,
      isWhole: this.#requests < MAX_REQUESTS,
      unanswered,
      served,
      timesEach: this.#counts.size === 0 ? 0 : this.#requests / this.#counts.size,
      examples: most.map(([id]) => names.nameOf(id)),
    };
  }
}
