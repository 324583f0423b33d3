/** Applications that send the site's heartbeats and answer the commands that may be sent to them. */
import { pythonCommand } from "./paths.js";
import { type Place, Program } from "./program.js";

const START_TIMEOUT_MS = 10_000;

/** As in the script, where each is explained. */
export interface HeartbeatSenderOptions {
  readonly version?: "1.1" | "2.0" | "3.0";
  readonly to?: string;
  readonly from?: string;
  readonly period?: number;
  readonly sp?: number;
  readonly pid?: number;
  readonly cwd?: string;
  readonly img?: string;
  readonly stcmd?: string;
  readonly names?: number;
  readonly prefix?: string;
  readonly lose?: number;
  readonly wrong?: number;
  readonly overlong?: number;
}

export class HeartbeatSender {
  /** UDP port that its heartbeats come from. */
  readonly port: number;
  readonly #program: Program;

  private constructor(program: Program, port: number) {
    this.#program = program;
    this.port = port;
  }

  /** Resolves when the first heartbeat is about to be sent. */
  static async start(on: Place, options: HeartbeatSenderOptions): Promise<HeartbeatSender> {
    const command = pythonCommand("heartbeat_sender.py", JSON.stringify(options));
    const program = new Program(on, command);
    try {
      const [, port] = await program.line(/^@running (\d+)/, START_TIMEOUT_MS);
      return new HeartbeatSender(program, Number(port));
    } catch (error) {
      program.kill();
      throw error;
    }
  }

  get pid(): number {
    return this.#program.pid;
  }

  /** What it was asked, as in `@list 10`, in order. */
  get commands(): readonly string[] {
    return this.#program.lines.filter((line) => /^@(list|netstat|refused)/.test(line));
  }

  /** Another process in its place: another pid, the sequence from its beginning. */
  restart(): void {
    this.#program.write("restart");
  }

  /** Makes its process map anew, as when somebody else asks for the first line. */
  look(): void {
    this.#program.write("look");
  }

  set<K extends keyof HeartbeatSenderOptions>(key: K, value: HeartbeatSenderOptions[K]): void {
    this.#program.write(`set ${key} ${JSON.stringify(value)}`);
  }

  async stop(): Promise<void> {
    await this.#program.stop();
  }
}
