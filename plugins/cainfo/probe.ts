/** The probe: who may ask when, what a server said as an answer, and as an observation for the inventory. */
import { CaClient } from "epics-ca/client";
import {
  type ChannelInfo,
  type ChannelInfoService,
  type Clock,
  type Emitter,
  type Endpoint,
  formatIpv4,
  type Host,
  type InventoryService,
  type Probe,
  type ProbeOutcome,
  type ProbeTarget,
  parseEndpoint,
} from "pvmon";
import { Refusal, Turns } from "pvmon/network";
import type { Config } from "./config.js";
import { ask, type Finding } from "./question.js";

type Target = Parameters<ChannelInfoService["info"]>[0];
type Options = Parameters<ChannelInfoService["info"]>[1];

/** Bytes of an element of the widest type, DBR_STRING. */
const ELEMENT_BYTES = 40;
/** Room for all that comes before the elements, and for the texts of errors. */
const OVERHEAD_BYTES = 4096;

/** What there is between start and stop. */
interface Running {
  readonly client: CaClient;
  readonly turns: Turns;
}

export class ChannelInfoProbe implements Probe<ChannelInfoService>, ChannelInfoService {
  readonly purpose = "channelInfo";
  readonly service: ChannelInfoService = this;
  readonly #config: Config;
  readonly #inventory: InventoryService;
  readonly #clock: Clock;
  readonly #emitter: Emitter;
  readonly #asked: { add(n?: number): void };
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
    this.#asked = host.metrics.counter("questions_total", "Channels asked for, a TCP circuit each");
    host.metrics.gauge(
      "questions_waiting",
      "Questions whose turn has not come",
      () => this.#running?.turns.waiting ?? 0,
    );
  }

  async start(): Promise<void> {
    const { timeoutSeconds, maxCircuits, maxElements, questionsPerSecond, maxWaiting } =
      this.#config;
    this.#running = {
      // No searches: it connects to the servers that it is told, on circuits that end with the question.
      client: new CaClient({
        circuit: { connectTimeoutMs: timeoutSeconds * 1000 },
        limits: { maxCircuits, maxMessageBytes: OVERHEAD_BYTES + maxElements * ELEMENT_BYTES },
      }),
      turns: new Turns(
        { atOnce: maxCircuits, perSecond: questionsPerSecond, maxWaiting, noun: "questions" },
        this.#clock,
      ),
    };
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    running?.turns.close("cainfo has stopped");
    await running?.client.close();
  }

  async info(target: Target, options: Options): Promise<ChannelInfo> {
    return (await this.#inspect(target, options)).info;
  }

  /** Asks every server that the inventory knows for each name. */
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
    await Promise.all(Array.from({ length: Math.min(maxCircuits, maxWaiting) }, lane));
    signal.throwIfAborted();
    return outcomes;
  }

  async #outcome(name: string, signal: AbortSignal): Promise<ProbeOutcome> {
    const begun = this.#clock.elapsed();
    const servers = this.#inventory.pv(name)?.servers ?? [];
    const answers: { server: string; afterMs: number }[] = [];
    let tries = 0;
    let error = servers.length === 0 ? "no server is known to have answered for it" : undefined;
    for (const { server } of servers) {
      const { info, wasAsked } = await this.#inspect({ name, server }, { signal });
      if (wasAsked) tries += 1;
      else error = info.reason;
      if (info.state === "connected") answers.push({ server, afterMs: info.timeMs });
    }
    await this.#emitter.drained().catch(() => undefined);
    const waitedMs = this.#clock.elapsed() - begun;
    return { name, answers, tries, waitedMs, ...(error === undefined ? {} : { error }) };
  }

  async #inspect(target: Target, options: Options): Promise<Inspection> {
    const server = parseEndpoint(target.server);
    if (server === undefined) return notAsked(target, `"${target.server}" is not ip:port`);
    const running = this.#running;
    if (running === undefined) return notAsked(target, "cainfo is not running");
    try {
      const end = await running.turns.take(options.signal);
      return await this.#ask(running.client, target, server, options, end);
    } catch (error) {
      if (error instanceof Refusal) return notAsked(target, error.message);
      throw error;
    }
  }

  async #ask(
    client: CaClient,
    target: Target,
    server: Endpoint,
    { value: wantsValue = false, signal }: Options,
    end: () => void,
  ): Promise<Inspection> {
    this.#asked.add();
    const begun = this.#clock.elapsed();
    const { maxElements, timeoutSeconds } = this.#config;
    const timeoutMs = timeoutSeconds * 1000;
    const { name } = target;
    const clock = this.#clock;
    const question = { name, server, wantsValue, maxElements, timeoutMs, signal, clock };
    const finding = await ask(client, question, end);
    const timeMs = Math.round(this.#clock.elapsed() - begun);
    this.#tell(name, server, finding);
    const address = formatIpv4(server.ip);
    const host = this.#inventory.hostName(address) ?? address;
    return { info: { ...target, host, ...finding.answer, timeMs }, wasAsked: true };
  }

  #tell(name: string, server: Endpoint, { outcome }: Finding): void {
    if (outcome === undefined) return;
    this.#emitter.emit({
      type: "channel",
      at: this.#clock.now(),
      name,
      server,
      asker: "own",
      outcome,
    });
  }
}

interface Inspection {
  readonly info: ChannelInfo;
  /** False when not a packet was sent. */
  readonly wasAsked: boolean;
}

function notAsked(target: Target, why: string): Inspection {
  const [host = ""] = target.server.split(":");
  const info: ChannelInfo = {
    ...target,
    host,
    state: "unreachable",
    reason: `not asked: ${why}`,
    timeMs: 0,
  };
  return { info, wasAsked: false };
}
