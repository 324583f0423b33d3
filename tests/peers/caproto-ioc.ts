/** IOCs of caproto: the other server implementation that is met in the field. */
import { pythonCommand } from "./paths.js";
import { type Place, Program } from "./program.js";

const START_TIMEOUT_MS = 30_000;
const END_TIMEOUT_MS = 10_000;

export interface CaprotoRecord {
  readonly name: string;
  readonly kind: "byte" | "char" | "double" | "enum" | "float" | "integer" | "short" | "string";
  readonly value: number | string | readonly number[] | readonly string[];
  /** What else the channel type of caproto takes: `units`, `precision`, `enum_strings`, `max_length` ... */
  readonly [option: string]: unknown;
}

export interface CaprotoIocOptions {
  readonly on: Place;
  readonly records: readonly CaprotoRecord[];
}

export class CaprotoIoc {
  readonly names: readonly string[];
  readonly #program: Program;

  private constructor(program: Program, names: readonly string[]) {
    this.#program = program;
    this.names = names;
  }

  /** Resolves when it serves. */
  static async start({ on, records }: CaprotoIocOptions): Promise<CaprotoIoc> {
    const program = new Program(on, pythonCommand("caproto_ioc.py"));
    program.write(JSON.stringify(records));
    try {
      await program.line(/^@running/, START_TIMEOUT_MS);
    } catch (error) {
      program.kill();
      throw error;
    }
    return new CaprotoIoc(
      program,
      records.map(({ name }) => name),
    );
  }

  get pid(): number {
    return this.#program.pid;
  }

  async stop(): Promise<void> {
    await this.#program.stop("SIGINT");
  }

  async kill(): Promise<void> {
    this.#program.kill();
    await this.#program.end(END_TIMEOUT_MS);
  }
}
