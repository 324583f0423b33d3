/** plugin-name: asks whether a TCP port accepts connections, so many in a second and no more. */
import { once } from "node:events";
import { connect } from "node:net";
import { type Static, Type } from "@sinclair/typebox";
import {
  CLOCK,
  type Clock,
  defineProbe,
  type Emitter,
  type Host,
  type Probe,
  type ProbeOutcome,
  type ProbeTarget,
  parseEndpoint,
} from "pvmon";

const configSchema = Type.Object(
  {
    connectsPerSecond: Type.Number({
      description: "Budget: connections in one second, whoever asks.",
      default: 2,
      exclusiveMinimum: 0,
      maximum: 100,
    }),
    timeoutSeconds: Type.Number({
      description: "How long a connection may take.",
      default: 5,
      minimum: 0.1,
      maximum: 60,
    }),
  },
  { additionalProperties: false },
);
type Config = Static<typeof configSchema>;

class PortProbe implements Probe {
  readonly purpose = "plugin-name";
  readonly #config: Config;
  readonly #clock: Clock;
  readonly #emitter: Emitter;
  readonly #connects: { add(n?: number): void };
  readonly #stopped = new AbortController();
  /** When the budget allows the next connection, on the clock's `elapsed`. */
  #nextAt = 0;

  constructor(config: Config, clock: Clock, host: Host, emitter: Emitter) {
    this.#config = config;
    this.#clock = clock;
    this.#emitter = emitter;
    this.#connects = host.metrics.counter("connects_total", "Connections tried.");
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {
    this.#stopped.abort(new Error("the probe is stopped"));
  }

  async probe(
    targets: readonly ProbeTarget[],
    signal: AbortSignal,
  ): Promise<readonly ProbeOutcome[]> {
    signal.throwIfAborted();
    const either = AbortSignal.any([signal, this.#stopped.signal]);
    const outcomes: ProbeOutcome[] = [];
    for (const { name } of targets) outcomes.push(await this.#outcome(name, either));
    signal.throwIfAborted();
    return outcomes;
  }

  /** Never rejects: what the network does, and a stop, are told in the outcome. */
  async #outcome(name: string, signal: AbortSignal): Promise<ProbeOutcome> {
    const begun = this.#clock.elapsed();
    const since = (): number => this.#clock.elapsed() - begun;
    let tries = 0;
    try {
      if (parseEndpoint(name) === undefined) throw new Error(`"${name}" is not ip:port`);
      await this.#turn(signal);
      tries = 1;
      await this.#connect(name, signal);
      this.#tell(name, true);
      const answers = [{ server: name, afterMs: since() }];
      return { name, answers, tries, waitedMs: since() };
    } catch (error) {
      if (tries > 0 && !signal.aborted) this.#tell(name, false);
      const { message } = error as Error;
      return { name, answers: [], tries, waitedMs: since(), error: message || "it failed" };
    }
  }

  /** Waits for the budget. */
  async #turn(signal: AbortSignal): Promise<void> {
    const now = this.#clock.elapsed();
    const at = Math.max(now, this.#nextAt);
    this.#nextAt = at + 1000 / this.#config.connectsPerSecond;
    if (at > now) await this.#clock.sleep(at - now, signal);
  }

  async #connect(name: string, signal: AbortSignal): Promise<void> {
    const [host = "", port] = name.split(":");
    this.#connects.add();
    const socket = connect(Number(port), host);
    const cancel = this.#clock.after(this.#config.timeoutSeconds * 1000, () => {
      socket.destroy(new Error("no connection in time"));
    });
    try {
      await once(socket, "connect", { signal });
    } finally {
      cancel();
      socket.destroy();
    }
  }

  #tell(name: string, open: boolean): void {
    const at = this.#clock.now();
    this.#emitter.emit({ type: "site", at, subject: "port", name, fields: { open } });
  }
}

export default defineProbe({
  name: "plugin-name",
  description: "Asks whether TCP ports accept connections.",
  configSchema,
  needs: { clock: CLOCK },
  create: ({ config, services, host, emitter }) =>
    new PortProbe(config, services.clock, host, emitter),
});
