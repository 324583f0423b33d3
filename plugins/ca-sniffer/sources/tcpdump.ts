/** One run of tcpdump on one interface: its packets from stdout, its state and its drop counts from stderr. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

export interface TcpdumpOptions {
  /** The program and what comes before tcpdump's own arguments, as in `["sudo", "-n", "tcpdump"]`. */
  readonly command: readonly string[];
  readonly interface: string;
  readonly promiscuous: boolean;
  readonly bufferKib: number;
  readonly frameBytes: number;
  readonly filter: string;
  /** A piece of the capture file that tcpdump writes; throws when it is damaged. */
  packets(chunk: Uint8Array): void;
  /** It captures now. */
  listening(): void;
  /** Packets dropped by the kernel or the interface so far. */
  dropped(total: number): void;
  /** It has ended, or could not be started; called once, unless it was stopped. */
  ended(reason: string): void;
}

const STOP_WITHIN_MS = 2000;
const KEPT_LINES = 5;

export class Tcpdump {
  readonly #options: TcpdumpOptions;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #lines: string[] = [];
  readonly #exited: Promise<void>;
  #listening = false;
  #stopping = false;

  constructor(options: TcpdumpOptions) {
    this.#options = options;
    const [program, ...before] = options.command;
    this.#child = spawn(program!, [...before, ...tcpdumpArguments(options)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#exited = new Promise((resolve) => {
      // "close" also follows a failed start, and comes after all output.
      this.#child.once("close", (code, signal) => {
        if (!this.#stopping) options.ended(this.#explain(code, signal));
        resolve();
      });
    });
    this.#child.on("error", (error) => this.#keep(error.message));
    this.#child.stdout.on("data", (chunk: Buffer) => this.#read(chunk));
    createInterface({ input: this.#child.stderr }).on("line", (line) => this.#line(line));
  }

  /** Asks for its statistics; {@link TcpdumpOptions.dropped} answers. Before it listens the signal would end it. */
  askDrops(): void {
    if (this.#listening) this.#child.kill("SIGUSR1");
  }

  /**
   * Resolves when it is gone. One that we may not signal (sudo) is left behind after 2 s with its pipes closed, and ends
   * with its next packet.
   */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#child.kill("SIGTERM");
    const forced = new AbortController();
    await Promise.race([this.#exited, this.#force(forced.signal)]);
    forced.abort();
  }

  async #force(signal: AbortSignal): Promise<void> {
    await sleep(STOP_WITHIN_MS, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    if (this.#child.kill("SIGKILL")) return this.#exited;
    this.#child.stdout.destroy();
    this.#child.stderr.destroy();
    this.#child.unref();
  }

  #read(chunk: Buffer): void {
    if (this.#stopping) return;
    try {
      this.#options.packets(chunk);
    } catch (error) {
      this.#keep(`unreadable output: ${error instanceof Error ? error.message : String(error)}`);
      this.#child.stdout.removeAllListeners("data");
      this.#child.stdout.destroy();
      this.#child.kill("SIGTERM");
    }
  }

  #line(line: string): void {
    if (!this.#listening && line.includes("listening on ")) {
      this.#listening = true;
      this.#options.listening();
      return;
    }
    const drops = [...line.matchAll(/(\d+) packets? dropped by (?:kernel|interface)/g)];
    if (drops.length > 0) {
      this.#options.dropped(drops.reduce((total, [, count]) => total + Number(count), 0));
    } else if (line.trim() !== "" && !/\d+ packets? (captured|received)/.test(line)) {
      this.#keep(line);
    }
  }

  #keep(line: string): void {
    this.#lines.push(line.slice(0, 300));
    if (this.#lines.length > KEPT_LINES) this.#lines.shift();
  }

  #explain(code: number | null, signal: NodeJS.Signals | null): string {
    const said = this.#lines.join(" ") || (signal === null ? `exit code ${code}` : signal);
    const hint = /permi(ssion|tted)/i.test(said)
      ? "; give it the capability CAP_NET_RAW (see the README of ca-sniffer)"
      : "";
    return `${this.#options.command.join(" ")} on ${this.#options.interface} ended: ${said}${hint}`;
  }
}

function tcpdumpArguments(options: TcpdumpOptions): string[] {
  return [
    ...["-i", options.interface],
    // Not: names of hosts, promiscuous mode unless told. Packets are written as they come.
    ...["-n", ...(options.promiscuous ? [] : ["-p"])],
    ...["-U", "--immediate-mode"],
    // In immediate mode the ring has a place of the snapshot length for each frame; tcpdump's own default leaves few.
    ...["-s", String(options.frameBytes)],
    ...["-B", String(options.bufferKib)],
    ...["-w", "-", options.filter],
  ];
}
