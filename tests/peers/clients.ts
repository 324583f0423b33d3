/** Clients of other implementations: libca of EPICS Base, with its real rhythm of searches, and caproto. */
import { pythonCommand } from "./paths.js";
import { type Place, Program, runProgram } from "./program.js";

const START_TIMEOUT_MS = 30_000;
/** On top of the time that a request itself allows for. */
const REPLY_MARGIN_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5000;

/** What `cainfo` of EPICS tells. */
export type LibcaInfo =
  | {
      readonly state: "connected";
      /** `host:port`, the host by name if it has one. */
      readonly host: string;
      readonly access: { readonly read: boolean; readonly write: boolean };
      readonly nativeType: string;
      readonly elementCount: number;
    }
  | { readonly state: "never connected" };

/** A value as pyepics gives it: numbers that are not finite are texts, members are named as pyepics names them. */
export interface LibcaValue {
  readonly value: number | string | readonly number[] | readonly string[];
  readonly [member: string]: unknown;
}

export interface Watched {
  readonly connected: boolean;
  readonly updates: number;
  readonly value: LibcaValue["value"] | null;
}

interface Timeout {
  readonly timeoutMs?: number;
}

/** One process of libca: all that it is asked for goes over the same client context. */
export class LibcaClient {
  readonly #program: Program;
  #requests = 0;

  private constructor(program: Program) {
    this.#program = program;
  }

  static async start(on: Place): Promise<LibcaClient> {
    const program = new Program(on, pythonCommand("libca_client.py"));
    try {
      await program.line(/^@running/, START_TIMEOUT_MS);
    } catch (error) {
      program.kill();
      throw error;
    }
    return new LibcaClient(program);
  }

  get pid(): number {
    return this.#program.pid;
  }

  async info(
    names: readonly string[],
    { timeoutMs = CONNECT_TIMEOUT_MS }: Timeout = {},
  ): Promise<Record<string, LibcaInfo>> {
    return await this.#ask<Record<string, LibcaInfo>>("info", { names }, timeoutMs);
  }

  /** Names that do not connect in time are left out. */
  async get(
    names: readonly string[],
    {
      timeoutMs = CONNECT_TIMEOUT_MS,
      family = "native",
    }: Timeout & { readonly family?: "native" | "time" | "ctrl" } = {},
  ): Promise<Record<string, LibcaValue>> {
    return await this.#ask<Record<string, LibcaValue>>("get", { names, family }, timeoutMs);
  }

  /** Writes and waits until the record has processed. */
  async put(
    name: string,
    value: LibcaValue["value"],
    { timeoutMs = CONNECT_TIMEOUT_MS }: Timeout = {},
  ): Promise<boolean> {
    return await this.#ask<boolean>("put", { name, value }, timeoutMs);
  }

  /** Subscribes to names, as `camonitor` does; those that nobody has are searched for, for ever. */
  async monitor(names: readonly string[]): Promise<void> {
    await this.#ask<number>("monitor", { names });
  }

  /** What the monitors have seen until now. */
  async watched(): Promise<Record<string, Watched>> {
    return await this.#ask<Record<string, Watched>>("watched", {});
  }

  async stop(): Promise<void> {
    await this.#program.stop();
  }

  kill(): void {
    this.#program.kill();
  }

  async #ask<T>(request: string, parameters: object, timeoutMs?: number): Promise<T> {
    const id = ++this.#requests;
    const timeout = timeoutMs === undefined ? {} : { timeout: timeoutMs / 1000 };
    this.#program.write(JSON.stringify({ id, request, ...parameters, ...timeout }));
    const limitMs = 2 * (timeoutMs ?? 0) + REPLY_MARGIN_MS;
    const [, json] = await this.#program.line(new RegExp(`^@reply ${id} (.*)`), limitMs);
    const reply = JSON.parse(json!) as { result: T; error?: string };
    if (reply.error !== undefined) throw new Error(`libca: ${request}: ${reply.error}`);
    return reply.result;
  }
}

/** One `caget` of libca: a process that asks for names and ends. */
export async function libcaGet(
  on: Place,
  names: readonly string[],
): Promise<Record<string, LibcaValue>> {
  const client = await LibcaClient.start(on);
  try {
    return await client.get(names);
  } finally {
    await client.stop();
  }
}

/** One process of libca that connects to all the names of a file at once. @returns how many were connected, and when the last was */
export async function libcaConnect(
  on: Place,
  file: string,
  timeoutMs: number,
): Promise<{ readonly connected: number; readonly seconds: number }> {
  const command = pythonCommand("libca_connect.py", file, String(timeoutMs / 1000));
  const { lines } = await runProgram(on, command, START_TIMEOUT_MS + 2 * timeoutMs);
  return JSON.parse(lines.at(-1) ?? "") as { connected: number; seconds: number };
}

/** One `caproto-get`; null for names that nobody answers for. */
export async function caprotoGet(
  on: Place,
  names: readonly string[],
  { timeoutMs = CONNECT_TIMEOUT_MS }: Timeout = {},
): Promise<Record<string, readonly (number | string)[] | null>> {
  const command = pythonCommand("caproto_client.py", String(timeoutMs / 1000), ...names);
  const limitMs = START_TIMEOUT_MS + names.length * timeoutMs;
  const { lines } = await runProgram(on, command, limitMs);
  return JSON.parse(lines.at(-1) ?? "") as Record<string, readonly (number | string)[] | null>;
}

/** The caRepeater of EPICS Base, which passes beacons on to the clients of a host. */
export async function startRepeater(on: Place): Promise<Program> {
  const program = new Program(on, pythonCommand("ca_repeater.py"));
  await program.line(/^@running/, START_TIMEOUT_MS);
  return program;
}
