/** What passed a network card, recorded by tcpdump. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Place, Program, runProgram } from "./program.js";

const START_TIMEOUT_MS = 10_000;
const READ_TIMEOUT_MS = 30_000;
/** What is on its way through the kernel when a capture is asked to stop. */
const SETTLE_MS = 200;

const folders = new Set<string>();
process.once("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

export class Capture {
  /** A pcap file; removed at the end of the process. */
  readonly file: string;
  readonly #tcpdump: Program;

  private constructor(file: string, tcpdump: Program) {
    this.file = file;
    this.#tcpdump = tcpdump;
  }

  /** Resolves when packets are seen. */
  static async start(on: Place, filter: string, networkInterface = "eth0"): Promise<Capture> {
    const folder = mkdtempSync(join(tmpdir(), "pvmon-capture-"));
    folders.add(folder);
    const file = join(folder, "packets.pcap");
    // As root tcpdump becomes somebody else, who may not write here.
    const user = process.getuid?.() === 0 ? ["-Z", "root"] : [];
    // The ring has a place of the snapshot length for each packet: the default length leaves room for eight.
    const options = [
      "-s",
      "4096",
      "-B",
      "16384",
      "-p",
      "-n",
      "-U",
      "--immediate-mode",
      "-i",
      networkInterface,
      "-w",
      file,
    ];
    const tcpdump = new Program(on, ["tcpdump", ...options, ...user, filter]);
    try {
      await tcpdump.errorLine(/listening on/, START_TIMEOUT_MS);
    } catch (error) {
      tcpdump.kill();
      throw error;
    }
    return new Capture(file, tcpdump);
  }

  /**
   * Ends the recording.
   * @throws when the kernel dropped packets: then nothing that was counted means anything.
   */
  async stop(): Promise<{ readonly packets: number }> {
    await sleep(SETTLE_MS);
    const { errors } = await this.#tcpdump.stop("SIGINT");
    const report = errors.join("\n");
    const packets = /(\d+) packets? captured/.exec(report)?.[1];
    const dropped = /(\d+) packets? dropped by kernel/.exec(report)?.[1];
    if (packets === undefined || dropped !== "0") throw new Error(`capture failed: ${report}`);
    return { packets: Number(packets) };
  }

  /** When the packets passed, UTC ms with fractions. @param filter as of tcpdump */
  async times(filter = ""): Promise<readonly number[]> {
    return (await this.#read(["-tt"], filter)).map((line) => Number.parseFloat(line) * 1000);
  }

  /** One line of tcpdump for each packet that passes a filter of its language. */
  async list(filter = ""): Promise<readonly string[]> {
    return this.#read(["-t"], filter);
  }

  /** How many packets pass, however many they are. @param filter as of tcpdump */
  async count(filter = ""): Promise<number> {
    const [line = ""] = await this.#read(["--count"], filter);
    return Number.parseInt(line, 10);
  }

  /** UDP payloads of the packets that pass. @param filter of tshark's display language */
  async payloads(filter: string): Promise<readonly Uint8Array[]> {
    const here = { prefix: [], environment: {} };
    const fields = ["-T", "fields", "-e", "udp.payload"];
    const command = ["tshark", "-n", "-r", this.file, "-Y", filter, ...fields];
    const { lines } = await runProgram(here, command, READ_TIMEOUT_MS);
    return lines.map((line) => Buffer.from(line.replaceAll(":", ""), "hex"));
  }

  async #read(format: readonly string[], filter: string): Promise<readonly string[]> {
    const here = { prefix: [], environment: {} };
    const command = ["tcpdump", "-n", ...format, "-r", this.file, filter];
    return (await runProgram(here, command, READ_TIMEOUT_MS)).lines;
  }
}
