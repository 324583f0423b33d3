/** Soft IOCs of EPICS Base, as real as they get. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pythonCommand } from "./paths.js";
import { type Place, Program } from "./program.js";

const START_TIMEOUT_MS = 30_000;
const COMMAND_TIMEOUT_MS = 10_000;

export interface EpicsSoftIocOptions {
  readonly on: Place;
  /** Text of a database, as in a `.db` file. */
  readonly database: string;
  /** Text of an access security file; without one everybody may write. */
  readonly security?: string;
  /** Where its files lie, so that its command line is the same at each start; a temporary folder without it. */
  readonly folder?: string;
  /** On top of what the place says. */
  readonly environment?: Readonly<Record<string, string>>;
}

export class EpicsSoftIoc {
  /** The records that the database spells out. */
  readonly names: readonly string[];
  /** TCP port of its server. The second IOC of a host gets one from the system. */
  readonly port: number;
  readonly #program: Program;
  #commands = 0;

  private constructor(program: Program, names: readonly string[], port: number) {
    this.#program = program;
    this.names = names;
    this.port = port;
  }

  /** Resolves when it serves. */
  static async start(options: EpicsSoftIocOptions): Promise<EpicsSoftIoc> {
    const { on, database, security, environment } = options;
    const folder = options.folder ?? mkdtempSync(join(tmpdir(), "pvmon-ioc-"));
    mkdirSync(folder, { recursive: true });
    const texts = security === undefined ? [database] : [database, security];
    const files = texts.map((text, i) => {
      const file = join(folder, `${i}.txt`);
      writeFileSync(file, text);
      return file;
    });
    const place = { ...on, environment: { ...on.environment, ...environment } };
    const program = new Program(place, pythonCommand("soft_ioc.py", ...files));
    try {
      await program.line(/^@running/, START_TIMEOUT_MS);
      return new EpicsSoftIoc(program, recordNames(database), await readPort(program));
    } catch (error) {
      program.kill();
      throw error;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  get pid(): number {
    return this.#program.pid;
  }

  /** Runs a command of the IOC shell and gives what it printed. */
  async shell(command: string): Promise<string[]> {
    return await runCommand(this.#program, command, `shell-${this.#commands++}`);
  }

  /** Suspends the server; its beacons stop, its circuits stay. */
  async pause(): Promise<void> {
    await this.shell("iocPause");
  }

  async resume(): Promise<void> {
    await this.shell("iocRun");
  }

  /** An orderly end, with all circuits closed. Safe twice. */
  async stop(): Promise<void> {
    await this.#program.stop();
  }

  /** A crash. The system closes the circuits, nobody says goodbye; for a host that is gone see `Host.unplug`. */
  async kill(): Promise<void> {
    this.#program.kill();
    await this.#program.end(COMMAND_TIMEOUT_MS);
  }

  /** Stops the process as it is: circuits stay open and nobody answers, until {@link thaw}. */
  freeze(): void {
    this.#program.signal("SIGSTOP");
  }

  thaw(): void {
    this.#program.signal("SIGCONT");
  }
}

function recordNames(database: string): string[] {
  return [...database.matchAll(/^\s*record\(\s*\w+\s*,\s*"([^"]+)"/gm)].map(([, name]) => name!);
}

async function readPort(program: Program): Promise<number> {
  const report = await runCommand(program, "casr 2", "start");
  const port = /CAS-TCP server on \S+:(\d+)/.exec(report.join("\n"))?.[1];
  if (port === undefined) throw new Error(`no server in the report of casr: ${report.join("\n")}`);
  return Number(port);
}

async function runCommand(program: Program, command: string, id: string): Promise<string[]> {
  program.write(`${id} ${command}`);
  await program.line(new RegExp(`^@end ${id} `), COMMAND_TIMEOUT_MS);
  const begin = program.lines.lastIndexOf(`@begin ${id}`);
  const end = program.lines.findLastIndex((line) => line.startsWith(`@end ${id} `));
  if (program.lines[end] !== `@end ${id} 0`) throw new Error(`the IOC refused "${command}"`);
  return program.lines.slice(begin + 1, end);
}
