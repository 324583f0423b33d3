/** Sends datagrams at the rate of a full wire, as nothing in Node can. */
import { pythonCommand } from "./paths.js";
import { type Place, Program } from "./program.js";

const START_TIMEOUT_MS = 30_000;

/** As in the script, where each is explained. */
export interface DatagramSenderOptions {
  readonly file: string;
  readonly from: readonly string[];
  readonly to: string;
  readonly port: number;
}

export interface Sending {
  readonly datagrams: number;
  /** Without end: as fast as it can. */
  readonly perSecond: number;
}

export interface Sent {
  readonly seconds: number;
  /** Of processor time. On loopback what the kernel does to deliver is in it. */
  readonly cpuSeconds: number;
}

export class DatagramSender {
  readonly #program: Program;
  #sent = 0;

  private constructor(program: Program) {
    this.#program = program;
  }

  static async start(on: Place, options: DatagramSenderOptions): Promise<DatagramSender> {
    const command = pythonCommand("datagram_sender.py", JSON.stringify(options));
    const program = new Program(on, command);
    try {
      await program.line(/^@running/, START_TIMEOUT_MS);
      return new DatagramSender(program);
    } catch (error) {
      program.kill();
      throw error;
    }
  }

  /** Resolves when all are sent. @param timeoutMs for all of them */
  async send({ datagrams, perSecond }: Sending, timeoutMs: number): Promise<Sent> {
    const number = ++this.#sent;
    this.#program.write(`${number} ${datagrams} ${Number.isFinite(perSecond) ? perSecond : 0}`);
    const pattern = new RegExp(`^@sent ${number} (\\S+) (\\S+)`);
    const [, seconds, cpuSeconds] = await this.#program.line(pattern, timeoutMs);
    return { seconds: Number(seconds), cpuSeconds: Number(cpuSeconds) };
  }

  /** Ends it once all is sent. */
  async stop(): Promise<void> {
    await this.#program.stop();
  }

  /** Ends it at once. */
  kill(): void {
    this.#program.kill();
  }
}
