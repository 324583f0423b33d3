/** The plugin on a host of a network, and what it has observed so far. */
import { fileURLToPath } from "node:url";
import type { Observation } from "pvmon";
import { type Place, Program, waitFor } from "../../../peers/index.js";

const TIMEOUT_MS = 30_000;
const SCRIPT = fileURLToPath(new URL("./watch.js", import.meta.url));

type OfType<T extends Observation["type"]> = Extract<Observation, { readonly type: T }>;

export class Watched {
  readonly #program: Program;

  private constructor(program: Program) {
    this.#program = program;
  }

  /** Resolves when it listens. */
  static async start(on: Place, config: object, servers: readonly string[] = []): Promise<Watched> {
    const command = [process.execPath, SCRIPT, JSON.stringify(config), JSON.stringify(servers)];
    const program = new Program(on, command);
    await program.line(/^\{"type":"started"/, TIMEOUT_MS);
    return new Watched(program);
  }

  observations<T extends Observation["type"]>(type: T): OfType<T>[] {
    return this.#program.lines
      .filter((line) => line.startsWith(`{"type":"${type}"`))
      .map((line) => JSON.parse(line) as OfType<T>);
  }

  /** Waits for an observation, if it is not there yet. */
  async next<T extends Observation["type"]>(
    type: T,
    accept: (one: OfType<T>) => boolean = () => true,
  ): Promise<OfType<T>> {
    return await waitFor(`a ${type}`, () => this.observations(type).find(accept), TIMEOUT_MS);
  }

  async counters(): Promise<Readonly<Record<string, number>>> {
    const before = this.#program.lines.length;
    this.#program.write("counters");
    const find = () => this.#program.lines.slice(before).find((one) => /"counters"/.test(one));
    return JSON.parse(await waitFor("its counters", find, TIMEOUT_MS));
  }

  async stop(): Promise<void> {
    await this.#program.stop();
  }
}
