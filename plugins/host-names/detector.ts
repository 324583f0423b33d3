/** The detector: walks the addresses that pvmon knows, looks up those that are due, and tells what it finds. */
import {
  type Clock,
  type Detector,
  type Emitter,
  type Host,
  type InventoryService,
  parseIpv4,
} from "pvmon";
import { knownAddresses } from "./addresses.js";
import type { Config } from "./config.js";
import type { Finding, Lookup } from "./name-servers.js";
import { Turns } from "./turns.js";

export interface HostNamesOptions {
  readonly config: Config;
  readonly inventory: Pick<
    InventoryService,
    "listHosts" | "listServers" | "listClients" | "hostName"
  >;
  readonly clock: Clock;
  readonly host: Host;
  readonly emitter: Emitter;
  /** Called at each start. */
  readonly connect: () => Lookup;
}

interface Known {
  /** Null when it has none. */
  readonly name: string | null;
  /** When to look it up again, monotonic ms. */
  readonly dueAt: number;
}

const MINUTE_MS = 60_000;
/** Between two pages of a walk, for everybody else. */
const BREATH_MS = 20;
/** So many look-ups that fail in a row are no accident. */
const FAILURES_TO_DEGRADE = 3;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 300_000;

export class HostNamesDetector implements Detector {
  readonly #options: HostNamesOptions;
  readonly #lookups: { add(n?: number): void };
  readonly #failed: { add(n?: number): void };
  /** What was told of addresses: those of the last walk. */
  readonly #known = new Map<string, Known>();
  /** Look-ups that failed since one did not, and those of them that got no answer at all. */
  #failures = 0;
  #silences = 0;
  #stopping: AbortController | undefined;
  #running: Promise<void> | undefined;

  constructor(options: HostNamesOptions) {
    this.#options = options;
    const { metrics } = options.host;
    this.#lookups = metrics.counter("lookups_total", "Addresses looked up");
    this.#failed = metrics.counter("lookups_failed_total", "Look-ups without an answer that helps");
    metrics.gauge("names_known", "Addresses with a name from the name servers", () =>
      [...this.#known.values()].reduce((sum, { name }) => sum + (name === null ? 0 : 1), 0),
    );
  }

  async start(): Promise<void> {
    const stopping = new AbortController();
    this.#stopping = stopping;
    this.#running = this.#run(stopping.signal);
  }

  async stop(): Promise<void> {
    this.#stopping?.abort();
    await this.#running;
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { config, clock, host, connect } = this.#options;
    const lookup = connect();
    signal.addEventListener("abort", () => lookup.close(), { once: true });
    const turns = new Turns(config, clock);
    try {
      for (;;) {
        await this.#walk(lookup, turns, signal);
        await clock.sleep(config.scanSeconds * 1000, signal);
      }
    } catch (error) {
      if (!signal.aborted) host.status.failed(`looking up names ended: ${String(error)}`);
    } finally {
      await turns.idle();
    }
  }

  async #walk(lookup: Lookup, turns: Turns, signal: AbortSignal): Promise<void> {
    const { inventory, clock } = this.#options;
    const seen = new Set<string>();
    for (const page of knownAddresses(inventory)) {
      for (const address of page) {
        if (seen.has(address)) continue;
        seen.add(address);
        if (!this.#isDue(address)) continue;
        await this.#waitOutSilence(turns, signal);
        await turns.take(() => this.#lookUp(lookup, address, signal), signal);
      }
      await clock.sleep(BREATH_MS, signal);
    }
    await turns.idle();
    this.#forgetAllBut(seen);
  }

  /** One that comes back later must not be taken for one with a name of the site's own. */
  #forgetAllBut(seen: ReadonlySet<string>): void {
    for (const address of [...this.#known.keys()]) {
      if (seen.has(address)) continue;
      this.#known.delete(address);
      this.#tell(address, null);
    }
  }

  /** A name that did not come from here is the site's own, and stays. */
  #isDue(address: string): boolean {
    const known = this.#known.get(address);
    if (known !== undefined) return this.#options.clock.elapsed() >= known.dueAt;
    return this.#options.inventory.hostName(address) === null;
  }

  /** While name servers are silent, one look-up at a time, and pauses that grow. */
  async #waitOutSilence(turns: Turns, signal: AbortSignal): Promise<void> {
    if (this.#silences < FAILURES_TO_DEGRADE) return;
    await turns.idle();
    const doublings = this.#silences - FAILURES_TO_DEGRADE;
    // One of those that were under way had an answer.
    if (doublings < 0) return;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(doublings, 10));
    await this.#options.clock.sleep(pauseMs, signal);
  }

  async #lookUp(lookup: Lookup, address: string, signal: AbortSignal): Promise<void> {
    this.#lookups.add();
    const finding = await lookup.find(address);
    if (!signal.aborted) this.#found(address, finding);
  }

  #found(address: string, finding: Finding): void {
    const { config, clock, host } = this.#options;
    const now = clock.elapsed();
    if (finding.kind === "failed") {
      this.#countFailure(finding);
      // What was known before is better than nothing.
      const { name = null } = this.#known.get(address) ?? {};
      this.#known.set(address, { name, dueAt: now + config.keepNoneMinutes * MINUTE_MS });
      return;
    }
    this.#failures = 0;
    this.#silences = 0;
    host.status.ok();
    const name = finding.kind === "named" ? finding.name : null;
    const minutes = name === null ? config.keepNoneMinutes : config.keepMinutes;
    this.#known.set(address, { name, dueAt: now + minutes * MINUTE_MS });
    this.#tell(address, name);
  }

  #countFailure({ silent, reason }: Finding & { readonly kind: "failed" }): void {
    this.#failed.add();
    this.#failures++;
    this.#silences = silent ? this.#silences + 1 : 0;
    if (this.#failures < FAILURES_TO_DEGRADE) return;
    this.#options.host.status.degraded(
      `no names from the name servers (${reason}): look at the option servers, or at /etc/resolv.conf`,
    );
  }

  #tell(address: string, name: string | null): void {
    const { clock, emitter } = this.#options;
    const host = parseIpv4(address);
    if (host === undefined) return;
    emitter.emit({ type: "hostName", at: clock.now(), host, name });
  }
}
