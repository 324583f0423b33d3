/** The circuit to the IOC that holds the records: kept open, made again when it breaks, and never busier than allowed. */
import { CaClient, CaError, type CaErrorCode, type Channel, type Circuit } from "epics-ca/client";
import { type Clock, type Endpoint, formatIpv4 } from "pvmon";

/** A field that could not be written, for what does not pass with the circuit, is left alone for so long. */
const REFUSED_FOR_MS = 60_000;
const REFUSALS: ReadonlySet<CaErrorCode> = new Set<CaErrorCode>([
  "notFound",
  "server",
  "timeout",
  "invalid",
  "protocol",
]);
const MAX_TEXT_CHARACTERS = 39;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/** A value in both forms; the record's type decides. */
export interface Shown {
  readonly number: number;
  readonly text: string;
}

export interface WriterOptions {
  readonly writesPerSecond: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export class Writer {
  readonly #server: Endpoint;
  readonly #options: WriterOptions;
  readonly #clock: Clock;
  readonly #client: CaClient;
  #circuit: Circuit | undefined;
  #channels = new Map<string, Promise<Channel>>();
  /** When it may be tried again, monotonic ms, with the reason. */
  readonly #refused = new Map<string, { readonly until: number; readonly why: string }>();
  #nextWriteAt = 0;
  #nextConnectAt = 0;
  #pauseMs = FIRST_PAUSE_MS;
  #unreachable: string | undefined;

  constructor(server: Endpoint, options: WriterOptions, clock: Clock) {
    this.#server = server;
    this.#options = options;
    this.#clock = clock;
    this.#client = new CaClient({ limits: { maxCircuits: 2 } });
  }

  /** What is wrong, for people; undefined when all is well. */
  get trouble(): string | undefined {
    if (this.#unreachable !== undefined) return this.#unreachable;
    const [first] = this.#refused;
    if (first === undefined) return undefined;
    const [name, { why }] = first;
    return `${this.#refused.size} fields cannot be written, as ${name}: ${why}`;
  }

  /** `fresh`: a circuit has just been made, so that nothing that was written before may count. */
  async ready(): Promise<"fresh" | "same" | "unreachable"> {
    if (this.#circuit?.isOpen) return "same";
    const now = this.#clock.elapsed();
    if (now < this.#nextConnectAt) return "unreachable";
    const { timeoutMs, signal } = this.#options;
    const server = { address: formatIpv4(this.#server.ip), port: this.#server.port };
    try {
      this.#circuit = await this.#client.connect(server, { timeoutMs, signal });
    } catch (error) {
      this.#nextConnectAt = now + this.#pauseMs;
      this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2);
      this.#unreachable = textOf(error);
      return "unreachable";
    }
    this.#unreachable = undefined;
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#channels.clear();
    this.#refused.clear();
    return "fresh";
  }

  /** When its turn has come. False when it could not be written; never rejects. */
  async put(name: string, value: Shown): Promise<boolean> {
    const refused = this.#refused.get(name);
    if (refused !== undefined && this.#clock.elapsed() < refused.until) return false;
    const { timeoutMs, signal } = this.#options;
    try {
      await this.#turn();
      if (this.#circuit?.isOpen !== true) return false;
      const channel = await this.#channel(this.#circuit, name);
      const isText = channel.info().nativeType === "DBF_STRING";
      const shown = isText ? value.text.slice(0, MAX_TEXT_CHARACTERS) : value.number;
      await channel.put(shown, { timeoutMs, signal });
      this.#refused.delete(name);
      return true;
    } catch (error) {
      this.#channels.delete(name);
      if (error instanceof CaError && REFUSALS.has(error.code)) {
        const until = this.#clock.elapsed() + REFUSED_FOR_MS;
        this.#refused.set(name, { until, why: error.message });
      }
      return false;
    }
  }

  /** What was asked for before is written still. */
  async close(): Promise<void> {
    await this.#client.close();
  }

  /** Writes begin at least a second divided by the budget apart. */
  async #turn(): Promise<void> {
    const now = this.#clock.elapsed();
    const at = Math.max(now, this.#nextWriteAt);
    this.#nextWriteAt = at + 1000 / this.#options.writesPerSecond;
    if (at > now) await this.#clock.sleep(at - now, this.#options.signal);
  }

  async #channel(circuit: Circuit, name: string): Promise<Channel> {
    const { timeoutMs, signal } = this.#options;
    let channel = this.#channels.get(name);
    if (channel === undefined) {
      channel = circuit.channel(name, { timeoutMs, signal });
      this.#channels.set(name, channel);
    }
    return await channel;
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
