/** The probe: checks servers in rounds and on demand, within one budget, and tells the inventory what came of it. */
import { CaClient } from "epics-ca/client";
import {
  type CircuitOutcome,
  type Clock,
  type Emitter,
  type Host,
  type InventoryService,
  type Probe,
  type ProbeOutcome,
  type ProbeTarget,
  parseEndpoint,
  type ServerView,
} from "pvmon";
import { Turns } from "pvmon/network";
import { check, type Finding } from "./check.js";
import type { Config } from "./config.js";
import { Schedule } from "./schedule.js";

/** Servers looked at in one second, so that twenty thousand do not hold up anything. */
const SERVERS_PER_SECOND = 500;
/** Room for the texts of errors: nothing else is expected. */
const MAX_MESSAGE_BYTES = 4096;
/** Those that may answer; lost ones are left to their beacons, and to people. */
const CHECKED_STATES = ["alive", "paused", "unresponsive", "unknown"];

/** What there is between start and stop. */
interface Running {
  readonly client: CaClient;
  /** By host. */
  readonly turns: Turns;
  readonly abort: AbortController;
  readonly stopWalking: () => void;
}

export class EchoProbe implements Probe {
  readonly purpose = "echo";
  readonly #config: Config;
  readonly #inventory: InventoryService;
  readonly #clock: Clock;
  readonly #emitter: Emitter;
  readonly #schedule: Schedule;
  readonly #checks: { add(n?: number): void };
  /** Servers that wait for their turn, or have it, in a round. */
  readonly #underWay = new Set<string>();
  #cursor: string | undefined;
  #running: Running | undefined;

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
    this.#emitter = emitter;
    this.#schedule = new Schedule(config.everyMinutes * 60_000);
    this.#checks = host.metrics.counter("checks_total", "Servers checked, a TCP circuit each");
    host.metrics.gauge(
      "checks_waiting",
      "Checks whose turn has not come",
      () => this.#running?.turns.waiting ?? 0,
    );
  }

  async start(): Promise<void> {
    const { timeoutSeconds, maxCircuits, connectsPerSecond, maxWaiting, everyMinutes } =
      this.#config;
    const walks = everyMinutes > 0;
    this.#running = {
      // No searches: it connects to the servers that it is told, on circuits that end with the check.
      client: new CaClient({
        circuit: { connectTimeoutMs: timeoutSeconds * 1000 },
        limits: { maxCircuits, maxMessageBytes: MAX_MESSAGE_BYTES },
      }),
      turns: new Turns(
        { atOnce: maxCircuits, perSecond: connectsPerSecond, maxWaiting, noun: "checks" },
        this.#clock,
      ),
      abort: new AbortController(),
      stopWalking: walks ? this.#clock.every(1000, () => this.#walk()) : () => undefined,
    };
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    running?.stopWalking();
    running?.turns.close("ca-echo has stopped");
    running?.abort.abort();
    await running?.client.close();
  }

  /** Names of targets are servers, `ip:port`: only such as the inventory knows, or anybody could have ports tried. */
  async probe(
    targets: readonly ProbeTarget[],
    signal: AbortSignal,
  ): Promise<readonly ProbeOutcome[]> {
    signal.throwIfAborted();
    const outcomes: ProbeOutcome[] = [];
    const left = targets.entries();
    const lane = async (): Promise<void> => {
      for (const [i, { name }] of left) outcomes[i] = await this.#outcome(name, signal);
    };
    // No more than may wait, so that a long list never refuses itself.
    const { maxCircuits, maxWaiting } = this.#config;
    await Promise.all(Array.from({ length: Math.min(2 * maxCircuits, maxWaiting) }, lane));
    signal.throwIfAborted();
    return outcomes;
  }

  async #outcome(name: string, signal: AbortSignal): Promise<ProbeOutcome> {
    const begun = this.#clock.elapsed();
    const server = this.#inventory.server(name);
    const checked: Checked =
      server === undefined
        ? { wasChecked: false, afterMs: 0, reason: `no server ${name} is known` }
        : await this.#check(server, signal);
    signal.throwIfAborted();
    const { wasChecked, outcome, afterMs, reason } = checked;
    await this.#emitter.drained().catch(() => undefined);
    return {
      name,
      answers: outcome === "echoed" ? [{ server: name, afterMs }] : [],
      tries: wasChecked ? 1 : 0,
      waitedMs: this.#clock.elapsed() - begun,
      ...(reason !== undefined && { error: reason }),
    };
  }

  /** Looks at the next servers; what is due waits for its turn, and for the next second when too many wait. */
  #walk(): void {
    const running = this.#running;
    if (running === undefined) return;
    const { items, next } = this.#inventory.listServers({
      limit: SERVERS_PER_SECOND,
      states: CHECKED_STATES,
      ...(this.#cursor !== undefined && { cursor: this.#cursor }),
    });
    const now = this.#clock.now();
    const blind = this.#inventory.blind();
    for (const view of items) {
      const isDue = this.#schedule.isDue(view, now, blind) && !this.#underWay.has(view.server);
      if (isDue && !running.turns.isFull) void this.#round(view, running.abort.signal);
    }
    this.#cursor = next ?? undefined;
    if (next === null) this.#schedule.endWalk();
  }

  async #round(view: ServerView, signal: AbortSignal): Promise<void> {
    const { server, state } = view;
    this.#underWay.add(server);
    try {
      const { outcome } = await this.#check(view, signal);
      this.#schedule.ended(server, outcome, state === "unresponsive", this.#clock.now());
    } catch {
      // It was stopped.
    } finally {
      this.#underWay.delete(server);
    }
  }

  /** Rejects only when the signal aborts. */
  async #check({ server }: ServerView, signal: AbortSignal): Promise<Checked> {
    const running = this.#running;
    const endpoint = parseEndpoint(server);
    if (running === undefined || endpoint === undefined) return notChecked("ca-echo does not run");
    let end: () => void;
    try {
      end = await running.turns.take(signal, endpoint.ip);
    } catch (error) {
      signal.throwIfAborted();
      return notChecked(error instanceof Error ? error.message : String(error));
    }
    this.#checks.add();
    this.#schedule.begun(server, this.#clock.now());
    const begun = this.#clock.elapsed();
    const timeoutMs = this.#config.timeoutSeconds * 1000;
    const finding = await check(running.client, endpoint, { timeoutMs, signal }, end);
    const afterMs = Math.round(this.#clock.elapsed() - begun);
    if (finding.outcome !== undefined) this.#tell(endpoint, finding.outcome, afterMs);
    return { ...finding, wasChecked: true, afterMs };
  }

  #tell(server: { ip: number; port: number }, outcome: CircuitOutcome, afterMs: number): void {
    const at = this.#clock.now();
    this.#emitter.emit({ type: "circuit", at, server, outcome, afterMs });
  }
}

interface Checked extends Finding {
  /** False when not a packet was sent. */
  readonly wasChecked: boolean;
  readonly afterMs: number;
}

function notChecked(why: string): Checked {
  return { wasChecked: false, afterMs: 0, reason: `not checked: ${why}` };
}
