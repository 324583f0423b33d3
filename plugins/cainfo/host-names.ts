/** Names of hosts as `cainfo` shows them: those that this machine knows without delay. */
import { lookupService } from "node:dns/promises";
import { LRUCache } from "lru-cache";
import type { Clock } from "pvmon";

/** How long an answer waits for the name. One that comes later is there for the next answer. */
const PATIENCE_MS = 250;
const KEPT_NAMES = 1000;
const KEPT_MS = 10 * 60_000;
/** Each blocks one of the few threads that Node has for such things. */
const MAX_LOOKUPS = 2;
/** What a name server says is as hostile as anything from the network (RFC 1035, size limits). */
const NAME = /^[\w.-]{1,253}$/;

type Lookup = (address: string) => Promise<string>;

/** By the system's resolver, as libca does, so that names from /etc/hosts or NIS are the same as there. */
const systemLookup: Lookup = async (address) => (await lookupService(address, 0)).hostname;

export class HostNames {
  readonly #clock: Clock;
  readonly #lookup: Lookup;
  readonly #known: LRUCache<string, string>;
  readonly #running = new Map<string, Promise<string>>();

  constructor(clock: Clock, lookup = systemLookup) {
    this.#clock = clock;
    this.#lookup = lookup;
    this.#known = new LRUCache({
      max: KEPT_NAMES,
      ttl: KEPT_MS,
      ttlResolution: 0,
      perf: { now: () => clock.now() },
    });
  }

  /** The address itself when there is no name, or none in time. Never rejects. */
  async of(address: string): Promise<string> {
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    const lookup = this.#running.get(address) ?? this.#begin(address);
    return await new Promise((resolve) => {
      const cancel = this.#clock.after(PATIENCE_MS, () => resolve(address));
      void lookup.then(resolve).finally(cancel);
    });
  }

  async #begin(address: string): Promise<string> {
    if (this.#running.size >= MAX_LOOKUPS) return address;
    const lookup = this.#lookup(address)
      .then((name) => (NAME.test(name) ? name : address))
      .catch(() => address)
      .then((name) => {
        this.#running.delete(address);
        this.#known.set(address, name);
        return name;
      });
    this.#running.set(address, lookup);
    return await lookup;
  }
}
