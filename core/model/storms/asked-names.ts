/**
 * What is asked for while the beginning of a storm is looked at, for some seconds and some ten thousand names: which names,
 * how often each, and whether anybody serves them. Nothing is counted by name at other times.
 */
import type { Ipv4 } from "../address.js";
import { mostCounted, type NameLookup } from "../clients/client-views.js";
import { NO_NAME } from "../clients/request-ring.js";
import type { SearchSeen } from "../observation.js";
import type { PvState } from "../views.js";

/** Beyond this, more names would tell nothing new. */
const MAX_REQUESTS = 20_000;
const EXAMPLES = 3;
/** Of the names; the others have not been answered for yet. */
const CONNECTING_SHARE = 0.9;
/** From here on names are asked for again and again. */
export const REPEATED_TIMES_EACH = 1.5;
/** Copies of a datagram, by other ways or from other sensors, come within so long. */
const COPY_MS = 500;

/** What most names are, or that none is what most are. */
export type NamesAre = "unanswered" | "served" | "unknown" | "mixed";

export interface NameFindings {
  /** Distinct names. */
  readonly names: number;
  /** All of them; false when others were still asked for after so many had been counted. */
  readonly isWhole: boolean;
  /** How long they were counted, seconds. */
  readonly seconds: number;
  readonly are: NamesAre;
  /** Of these, lost or never answered. */
  readonly unanswered: number;
  /** Of the unanswered, lost. */
  readonly lost: number;
  /** Of these, online. */
  readonly served: number;
  /** How often each was asked for in that time. */
  readonly timesEach: number;
  /** Some that are what most of them are, or that are not served where it is mixed; those that were asked for most. */
  readonly examples: readonly string[];
}

export class AskedNames {
  readonly #counts = new Map<number, number>();
  /** When a datagram came last, by its client, port and number, and what it asks for. */
  readonly #datagrams = new Map<string, number>();
  #requests = 0;
  #hasMore = false;
  #countedTo: number;

  /**
   * @param client whose names; undefined: everybody's
   * @param from [from, to) is looked at, by the times of the datagrams, so that it makes no difference when they come
   */
  constructor(
    readonly client: Ipv4 | undefined,
    private readonly from: number,
    readonly to: number,
  ) {
    this.#countedTo = from;
  }

  /** `ids` are those of the search's names. */
  count(search: SearchSeen, ids: Uint32Array): void {
    const { at, client } = search;
    if (at < this.from || at >= this.to || this.#hasMore) return;
    if (this.client !== undefined && this.client !== client) return;
    const known = ids.subarray(0, search.count).filter((id) => id !== NO_NAME);
    if (this.#requests >= MAX_REQUESTS) {
      this.#hasMore = known.some((id) => !this.#counts.has(id));
      return;
    }
    if (known.length === 0 || this.#isCopy(search, known)) return;
    for (const id of known) this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
    this.#requests += known.length;
    this.#countedTo = Math.max(this.#countedTo, at);
  }

  /** Takes out names that were forgotten, before their ids get a new meaning. */
  forget(ids: ReadonlySet<number>): void {
    for (const id of ids) this.#counts.delete(id);
  }

  /** It asks for names that are served, for each about once, as a client does that connects to them. */
  isConnecting(names: NameLookup): boolean {
    const { size } = this.#counts;
    if (size === 0 || this.#requests > REPEATED_TIMES_EACH * size) return false;
    let served = 0;
    for (const id of this.#counts.keys()) if (names.stateOf(id) === "online") served++;
    return served >= CONNECTING_SHARE * size;
  }

  findings(names: NameLookup): NameFindings {
    const states = new Map<PvState, number>();
    for (const id of this.#counts.keys()) {
      const state = names.stateOf(id);
      states.set(state, (states.get(state) ?? 0) + 1);
    }
    const { size } = this.#counts;
    const lost = states.get("lost") ?? 0;
    const unanswered = lost + (states.get("neverAnswered") ?? 0);
    const served = states.get("online") ?? 0;
    const are = whatMostAre(size, unanswered, served);
    const shown = [...this.#counts].filter(([id]) => isShown(names.stateOf(id), are));
    return {
      names: size,
      isWhole: !this.#hasMore,
      seconds: Math.round((this.#countedTo - this.from) / 100) / 10,
      are,
      unanswered,
      lost,
      served,
      timesEach: size === 0 ? 0 : this.#requests / size,
      examples: mostCounted(new Map(shown), EXAMPLES).map(([id]) => names.nameOf(id)),
    };
  }

  /** libca sends the same number to every address of its list (CA specification, VERSION); others may send one for all they send. */
  #isCopy({ at, client, port, sequence }: SearchSeen, known: Uint32Array): boolean {
    if (sequence < 0) return false;
    const key = [client, port, sequence, known[0], known.length].join();
    const before = this.#datagrams.get(key);
    this.#datagrams.set(key, at);
    return before !== undefined && Math.abs(at - before) < COPY_MS;
  }
}

function whatMostAre(names: number, unanswered: number, served: number): NamesAre {
  if (2 * unanswered >= names) return "unanswered";
  if (2 * served >= names) return "served";
  return 2 * (unanswered + served) <= names ? "unknown" : "mixed";
}

function isShown(state: PvState, are: NamesAre): boolean {
  const isUnanswered = state === "lost" || state === "neverAnswered";
  switch (are) {
    case "unanswered":
      return isUnanswered;
    case "served":
      return state === "online";
    case "unknown":
      return state !== "online" && !isUnanswered;
    case "mixed":
      return state !== "online";
  }
}
