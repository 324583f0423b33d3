/** The probe: whose turn it is, within the budget, and what a reading says of its host. */
import { CaClient } from "epics-ca/client";
import {
  type Clock,
  type Emitter,
  type Endpoint,
  formatEndpoint,
  type Host,
  type InventoryService,
  type Probe,
  type ProbeOutcome,
  type ProbeTarget,
  parseEndpoint,
} from "pvmon";
import type { Config } from "./config.js";
import { Discovery } from "./discovery.js";
import { type Clocks, healthOf } from "./health.js";
import { type Reading, readHost } from "./reading.js";
import { notAsked, Requests, type Told } from "./requests.js";
import { ALL, POLLED, signatureOf } from "./suffixes.js";
import { TimeZone } from "./time-zone.js";
import type { Rhythm } from "./watched-host.js";
import { WatchedHosts } from "./watched-hosts.js";

const DAY_MS = 86_400_000;
const STEP_MS = 250;
const MAX_MESSAGE_BYTES = 65_536;
const STOPPED = "linux-monitor does not run";
const UNKNOWN = "unknown";

/** What there is between start and stop. */
interface Running {
  readonly client: CaClient;
  readonly discovery: Discovery;
  readonly hosts: WatchedHosts;
  readonly requests: Requests;
  readonly clocks: Clocks;
  readonly stopped: AbortController;
  end(): void;
}

export class LinuxMonitorProbe implements Probe {
  readonly purpose = "health";
  readonly #config: Config;
  readonly #inventory: InventoryService;
  readonly #clock: Clock;
  readonly #host: Host;
  readonly #emitter: Emitter;
  readonly #readings: { add(n?: number): void };
  readonly #failures: { add(n?: number): void };
  #running: Running | undefined;
  #busy = 0;
  /** The look at all names that found more hosts than may be; undefined once a later one did not. */
  #exceededIn: number | undefined;
  /** When the budget allows for the next circuit, monotonic ms. */
  #nextAt = 0;
  #cancelWake: (() => void) | undefined;

  constructor(
    config: Config,
    inventory: InventoryService,
    clock: Clock,
    host: Host,
    emitter: Emitter,
  ) {
    this.#config = config;
    this.#inventory = inventory;
    this.#clock = clock;
    this.#host = host;
    this.#emitter = emitter;
    const { metrics } = host;
    this.#readings = metrics.counter("readings_total", "Hosts asked, a TCP circuit each");
    this.#failures = metrics.counter("failed_readings_total", "Of these, those that gave nothing");
    metrics.gauge("hosts", "Hosts watched", () => this.#running?.hosts.size ?? 0);
    metrics.gauge(
      "failing_hosts",
      "Of these, those that gave nothing when asked last",
      () => this.#running?.hosts.failing ?? 0,
    );
  }

  async start(): Promise<void> {
    const { hostsAtOnce, maxHosts, discoverySeconds, timeZone, ignoreZoneDifferences } =
      this.#config;
    const clocks = { zone: TimeZone.named(timeZone), ignoreZoneDifferences };
    const hosts = new WatchedHosts(maxHosts, rhythmOf(this.#config), this.#inventory);
    const endSteps = this.#clock.every(STEP_MS, () => this.#step());
    const unsubscribe = this.#inventory.subscribe((event) =>
      hosts.heard(event, this.#clock.elapsed()),
    );
    this.#exceededIn = undefined;
    this.#running = {
      // No searches: it connects to the servers that the inventory knows.
      client: new CaClient({
        limits: { maxCircuits: hostsAtOnce, maxMessageBytes: MAX_MESSAGE_BYTES },
      }),
      discovery: new Discovery(this.#inventory, discoverySeconds * 1000, this.#clock.elapsed()),
      hosts,
      requests: new Requests(),
      clocks,
      stopped: new AbortController(),
      end: () => {
        endSteps();
        unsubscribe();
        this.#cancelWake?.();
        this.#cancelWake = undefined;
      },
    };
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    running.end();
    running.requests.close(STOPPED);
    running.stopped.abort(new Error(STOPPED));
    await running.client.close();
  }

  /** Reads all values of hosts, each by the prefix of its PVs, whether it is watched or not. */
  async probe(
    targets: readonly ProbeTarget[],
    signal: AbortSignal,
  ): Promise<readonly ProbeOutcome[]> {
    signal.throwIfAborted();
    const outcomes = await Promise.all(targets.map(({ name }) => this.#ask(name, signal)));
    signal.throwIfAborted();
    return outcomes;
  }

  async #ask(name: string, signal: AbortSignal): Promise<ProbeOutcome> {
    const begun = this.#clock.elapsed();
    const asked = this.#running?.requests.add(name, signal) ?? notAsked(STOPPED);
    this.#takeTurns();
    const told = await asked;
    return { name, ...told, waitedMs: Math.round(this.#clock.elapsed() - begun) };
  }

  #step(): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#discover(running, this.#clock.elapsed());
    this.#takeTurns();
  }

  #discover({ discovery, hosts }: Running, now: number): void {
    const { status } = this.#host;
    for (const source of discovery.step(now)) {
      if (hosts.add(source, this.#clock.now(), now)) continue;
      this.#exceededIn = discovery.looks;
      status.degraded(`there are more than ${this.#config.maxHosts} hosts: raise maxHosts`);
    }
    const isLater = this.#exceededIn !== undefined && this.#exceededIn < discovery.looks;
    if (!isLater || !discovery.hasSeenAll) return;
    this.#exceededIn = undefined;
    status.ok();
  }

  /** Whoever asks comes before the rounds; nobody exceeds the budget. */
  #takeTurns(): void {
    const running = this.#running;
    if (running === undefined) return;
    const { hostsAtOnce, hostsPerSecond } = this.#config;
    while (this.#busy < hostsAtOnce) {
      const now = this.#clock.elapsed();
      if (now < this.#nextAt) {
        this.#wakeAfter(this.#nextAt - now);
        return;
      }
      if (!this.#beginRequest(running) && !this.#beginRound(running, now)) return;
      this.#nextAt = now + 1000 / hostsPerSecond;
    }
  }

  #wakeAfter(ms: number): void {
    this.#cancelWake ??= this.#clock.after(ms, () => {
      this.#cancelWake = undefined;
      this.#takeTurns();
    });
  }

  /** False when nobody waits for anything that can be asked. */
  #beginRequest(running: Running): boolean {
    for (;;) {
      const request = running.requests.take();
      if (request === undefined) return false;
      const { source, signal, settle } = request;
      const server = this.#serverOf(source);
      if (typeof server === "object") {
        // Its details go with the values of its rounds.
        running.hosts.add(source, this.#clock.now(), this.#clock.elapsed());
        const either = AbortSignal.any([signal, running.stopped.signal]);
        void this.#read(running, source, server, ALL, either).then(settle);
        return true;
      }
      settle(notAsked(`${signatureOf(source)} is ${server}`));
    }
  }

  /** False when no host is due that can be asked. */
  #beginRound(running: Running, now: number): boolean {
    for (const host of running.hosts.due(this.#clock.now(), now)) {
      const server = this.#serverOf(host.source);
      if (typeof server === "object") {
        void this.#read(running, host.source, server, POLLED, running.stopped.signal);
        return true;
      }
      if (server === UNKNOWN) running.hosts.delete(host.source);
      else host.waits(now);
    }
    return false;
  }

  /** Who has the signature of a host now, or why nobody. */
  #serverOf(source: string): Endpoint | string {
    const pv = this.#inventory.pv(signatureOf(source));
    if (pv === undefined) return UNKNOWN;
    const server = pv.state === "online" ? parseEndpoint(pv.server ?? "") : undefined;
    return server ?? `not online (${pv.state})`;
  }

  /** Never rejects. */
  async #read(
    running: Running,
    source: string,
    server: Endpoint,
    suffixes: readonly string[],
    signal: AbortSignal,
  ): Promise<Told> {
    const begun = this.#clock.elapsed();
    const host = running.hosts.get(source);
    host?.asked(formatEndpoint(server));
    this.#busy += 1;
    this.#readings.add();
    try {
      const timeoutMs = this.#config.timeoutSeconds * 1000;
      const question = { source, server, suffixes, timeoutMs, signal, clock: this.#clock };
      const reading = await readHost(running.client, question, () => this.#turnEnds());
      const afterMs = Math.round(this.#clock.elapsed() - begun);
      await this.#tell(running, source, server, reading);
      if ("failure" in reading) return { answers: [], tries: 1, error: reading.failure };
      return { answers: [{ server: formatEndpoint(server), afterMs }], tries: 1 };
    } catch (error) {
      return { answers: [], tries: 1, error: String(error) };
    } finally {
      host?.answered();
    }
  }

  #turnEnds(): void {
    this.#busy -= 1;
    this.#takeTurns();
  }

  async #tell(
    { hosts, clocks }: Running,
    source: string,
    server: Endpoint,
    reading: Reading,
  ): Promise<void> {
    const host = hosts.get(source);
    const now = this.#clock.elapsed();
    if ("failure" in reading) {
      this.#failures.add();
      this.#host.log.debug("A host gave nothing", { source, reason: reading.failure });
      host?.failed(now);
      return;
    }
    const at = this.#clock.now();
    const values = host?.succeeded(reading.values, at, now) ?? reading.values;
    const hasRoom = this.#emitter.emit(healthOf(source, server, values, at, clocks));
    if (!hasRoom) await this.#emitter.drained();
  }
}

function rhythmOf(config: Config): Rhythm {
  return {
    everyMs: config.everySeconds * 1000,
    tries: config.tries,
    longestPauseRounds: config.longestPauseRounds,
    giveUpMs: config.giveUpDays * DAY_MS,
    random: Math.random,
  };
}
