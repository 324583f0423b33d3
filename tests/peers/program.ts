/** A child process under control: what it prints can be waited for, with a time-out, and it never outlives the tests. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import { waitFor } from "./wait.js";

/** What is kept of the output; older lines are dropped. */
const MAX_LINES = 5000;
const STOP_TIMEOUT_MS = 5000;

/** Where a program runs: which command leads there, and what its environment says. */
export interface Place {
  /** What the command line begins with; nothing on the host itself. */
  readonly prefix: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

export interface ProgramResult {
  readonly code: number | null;
  readonly lines: readonly string[];
  readonly errors: readonly string[];
}

const running = new Set<Program>();
process.once("exit", () => {
  for (const program of running) program.kill();
});

export class Program {
  /** Lines of its standard output, and of its standard error. */
  readonly lines: string[] = [];
  readonly errors: string[] = [];
  readonly #command: readonly string[];
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<number | null>;
  #isRunning = true;

  constructor(place: Place, command: readonly string[]) {
    this.#command = command;
    const [program, ...args] = [...place.prefix, ...command];
    this.#child = spawn(program ?? "", args, { env: { ...process.env, ...place.environment } });
    running.add(this);
    keepLines(this.#child.stdout, this.lines);
    keepLines(this.#child.stderr, this.errors);
    this.#child.stdin.on("error", () => undefined);
    this.#ended = new Promise((resolve) => {
      const end = (code: number | null): void => {
        this.#isRunning = false;
        running.delete(this);
        resolve(code);
      };
      this.#child.once("error", (error) => {
        this.errors.push(error.message);
        end(null);
      });
      this.#child.once("close", end);
    });
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error(this.#describe("did not start"));
    return this.#child.pid;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** From now on it alone does not keep this process from ending, which then ends it. */
  unref(): void {
    this.#child.unref();
    for (const pipe of this.#child.stdio as readonly (Socket | null)[]) pipe?.unref();
  }

  write(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Waits for a line of the output, if it is not there yet; rejects when the program ends without it. */
  async line(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray> {
    return await this.#match(this.lines, pattern, timeoutMs);
  }

  async errorLine(pattern: RegExp, timeoutMs: number): Promise<RegExpExecArray> {
    return await this.#match(this.errors, pattern, timeoutMs);
  }

  /** Waits for its end by itself. */
  async end(timeoutMs: number): Promise<ProgramResult> {
    const timer = setTimeout(() => this.kill(), timeoutMs);
    const code = await this.#ended;
    clearTimeout(timer);
    return { code, lines: this.lines, errors: this.errors };
  }

  /** Asks it to end: by the end of its input, or by a signal; and ends it if it does not. Safe twice. */
  async stop(signal?: NodeJS.Signals): Promise<ProgramResult> {
    if (this.#isRunning) {
      if (signal === undefined) this.#child.stdin.end();
      else this.#child.kill(signal);
    }
    return await this.end(STOP_TIMEOUT_MS);
  }

  /** As a crash: at once and without a farewell. */
  kill(): void {
    this.#child.kill("SIGKILL");
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async #match(
    lines: readonly string[],
    pattern: RegExp,
    timeoutMs: number,
  ): Promise<RegExpExecArray> {
    const find = (): RegExpExecArray | undefined => {
      for (const line of lines) {
        const match = pattern.exec(line);
        if (match !== null) return match;
      }
      if (!this.#isRunning) throw new Error(this.#describe(`ended without printing ${pattern}`));
      return undefined;
    };
    return await waitFor(this.#describe(`printing ${pattern}`), find, timeoutMs);
  }

  #describe(what: string): string {
    const said = [...this.errors.slice(-20), ...this.lines.slice(-20)].join("\n  ");
    return `"${this.#command.join(" ")}" ${what}; it said:\n  ${said || "nothing"}`;
  }
}

/** Runs a program to its end; rejects when it fails or does not end in time. */
export async function runProgram(
  place: Place,
  command: readonly string[],
  timeoutMs: number,
): Promise<ProgramResult> {
  const result = await new Program(place, command).end(timeoutMs);
  if (result.code === 0) return result;
  const why = result.code === null ? `was ended after ${timeoutMs} ms` : `failed (${result.code})`;
  throw new Error(`"${command.join(" ")}" ${why}: ${result.errors.slice(-20).join("\n")}`);
}

function keepLines(stream: NodeJS.ReadableStream, lines: string[]): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on("line", (line) => {
    lines.push(line);
    if (lines.length > MAX_LINES) lines.splice(0, MAX_LINES / 2);
  });
}
