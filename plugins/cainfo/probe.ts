/** The probe: one circuit per question, within the budget, and what the server said as an answer and as an observation. */
import { CaClient, CaError, type Channel } from "epics-ca/client";
import {
  type ChannelInfo,
  type ChannelInfoService,
  type ChannelSeen,
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
import type { Config } from "./config.js";
import { Turns } from "./turns.js";
import { shownValue } from "./value.js";

type Question = Parameters<ChannelInfoService["info"]>[0];
type Options = Parameters<ChannelInfoService["info"]>[1];

/** What a failure to connect or to create the channel says of it. */
const STATES: Partial<Record<CaError["code"], ChannelInfo["state"]>> = {
  notFound: "refused",
  timeout: "timeout",
  unresponsive: "timeout",
};

const OUTCOMES: Readonly<Record<ChannelInfo["state"], ChannelSeen["outcome"] | undefined>> = {
  connected: "created",
  refused: "refused",
  unreachable: "unreachable",
  // A slow server proves nothing.
  timeout: undefined,
};

export class ChannelInfoProbe implements Probe<ChannelInfoService>, ChannelInfoService {
  readonly purpose = "channelInfo";
  readonly service: ChannelInfoService = this;
  readonly #config: Config;
  readonly #inventory: InventoryService;
  readonly #clock: Clock;
  readonly #emitter: Emitter;
  readonly #turns: Turns;
  readonly #asked: { add(n?: number): void };
  #client: CaClient | undefined;

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
    this.#turns = new Turns(
      {
        atOnce: config.maxCircuits,
        perSecond: config.questionsPerSecond,
        maxWaiting: config.maxWaiting,
      },
      clock,
    );
    this.#asked = host.metrics.counter("questions_total", "Channels asked for, a TCP circuit each");
  }

  async start(): Promise<void> {
    // No searches: it connects to the servers it is told, on circuits that end with the question.
    this.#client ??= new CaClient({ limits: { maxCircuits: this.#config.maxCircuits } });
  }

  async stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.close();
  }

  async info(question: Question, options: Options): Promise<ChannelInfo> {
    const begun = this.#clock.elapsed();
    const answer = await this.#ask(question, options).catch(failure);
    const host = question.server.slice(0, question.server.lastIndexOf(":"));
    return { ...question, host, ...answer, timeMs: Math.round(this.#clock.elapsed() - begun) };
  }

  /** Asks every server that the inventory knows for each name. */
  async probe(
    targets: readonly ProbeTarget[],
    signal: AbortSignal,
  ): Promise<readonly ProbeOutcome[]> {
    const outcomes = await Promise.all(targets.map(({ name }) => this.#outcome(name, signal)));
    signal.throwIfAborted();
    return outcomes;
  }

  async #outcome(name: string, signal: AbortSignal): Promise<ProbeOutcome> {
    const begun = this.#clock.elapsed();
    const servers = this.#inventory.pv(name)?.servers ?? [];
    const infos = await Promise.all(
      servers.map(({ server }) => this.info({ name, server }, { signal })),
    );
    const answers = infos.flatMap(({ state, server, timeMs }) =>
      state === "connected" ? [{ server, afterMs: timeMs }] : [],
    );
    const waitedMs = this.#clock.elapsed() - begun;
    return {
      name,
      answers,
      tries: infos.length,
      waitedMs,
      ...(infos.length === 0 ? { error: "no server is known to have answered for it" } : {}),
    };
  }

  async #ask({ name, server }: Question, { value, signal }: Options): Promise<Answer> {
    const endpoint = parseEndpoint(server);
    if (endpoint === undefined)
      return { state: "unreachable", reason: `"${server}" is not ip:port` };
    if (this.#turns.full)
      return { state: "timeout", reason: "too many questions wait: try again later" };
    const answer = await this.#turns.take(
      () => this.#connect(name, endpoint, value === true, signal),
      signal,
    );
    const outcome = OUTCOMES[answer.state];
    if (outcome !== undefined) {
      this.#emitter.emit({
        type: "channel",
        at: this.#clock.now(),
        name,
        server: endpoint,
        asker: "own",
        outcome,
      });
    }
    return answer;
  }

  async #connect(
    name: string,
    server: Endpoint,
    readValue: boolean,
    signal: AbortSignal,
  ): Promise<Answer> {
    const client = this.#client;
    if (client === undefined)
      return { state: "unreachable", reason: "the cainfo probe is not running" };
    this.#asked.add();
    const endAt = this.#clock.elapsed() + this.#config.timeoutSeconds * 1000;
    const rest = () => ({ timeoutMs: Math.max(1, endAt - this.#clock.elapsed()), signal });
    try {
      const circuit = await client.connect(
        { address: formatIpv4(server.ip), port: server.port },
        rest(),
      );
      try {
        const channel = await circuit.channel(name, rest());
        const { access, nativeType, elementCount } = channel.info();
        const info: Answer = { state: "connected", access, nativeType, elementCount };
        return readValue ? { ...info, ...(await this.#read(channel, rest())) } : info;
      } finally {
        await circuit.close();
      }
    } catch (error) {
      signal.throwIfAborted();
      return failure(error);
    }
  }

  async #read(
    channel: Channel,
    options: { timeoutMs: number; signal: AbortSignal },
  ): Promise<Partial<Answer>> {
    const { maxElements } = this.#config;
    const count = channel.elementCount > maxElements ? { count: maxElements } : {};
    try {
      return { value: shownValue(await channel.get({ family: "CTRL", ...count, ...options })) };
    } catch (error) {
      options.signal.throwIfAborted();
      return { reason: `no value: ${error instanceof Error ? error.message : String(error)}` };
    }
  }
}

type Answer = Omit<ChannelInfo, "name" | "server" | "host" | "timeMs">;

function failure(error: unknown): Answer {
  const reason = error instanceof Error ? error.message : String(error);
  const state = error instanceof CaError ? (STATES[error.code] ?? "unreachable") : "unreachable";
  return { state, reason };
}
