/** Two hosts on one wire, as network namespaces with a veth pair, and the programs that run on them. Needs root. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

/** The Python of the peers' virtual environment: EPICS Base, pyepics and caproto. */
const PYTHON = process.env.PVMON_PEERS_PYTHON ?? ".peers/python/bin/python";

export type HostName = "a" | "b";

export class Site {
  readonly folder = mkdtempSync(join(tmpdir(), "pvmon-sniffer-site-"));
  readonly #prefix = `snf${process.pid}`;
  readonly #children: ChildProcess[] = [];

  /** Host a is 10.7.0.1, host b 10.7.0.2; their interface is `wire`. */
  constructor() {
    for (const name of ["a", "b"] as const) run("ip", "netns", "add", this.#namespace(name));
    const [a, b] = [this.#namespace("a"), this.#namespace("b")];
    run(
      "ip",
      "link",
      "add",
      "wire",
      "netns",
      a,
      "type",
      "veth",
      "peer",
      "name",
      "wire",
      "netns",
      b,
    );
    for (const [namespace, address] of [
      [a, "10.7.0.1/16"],
      [b, "10.7.0.2/16"],
    ] as const) {
      run("ip", "-n", namespace, "address", "add", address, "brd", "+", "dev", "wire");
      for (const link of ["lo", "wire"]) run("ip", "-n", namespace, "link", "set", link, "up");
    }
  }

  start(host: HostName, program: string, ...args: readonly string[]): ChildProcess {
    const command = ["netns", "exec", this.#namespace(host), program, ...args];
    const child = spawn("ip", command, { stdio: ["pipe", "pipe", "pipe"] });
    this.#children.push(child);
    return child;
  }

  python(host: HostName, ...args: readonly string[]): ChildProcess {
    return this.start(host, PYTHON, ...args);
  }

  /** A sniffer on the host, and what it observed so far. Resolves when it watches. */
  async sniffer(host: HostName, config: object): Promise<Record<string, unknown>[]> {
    const script = new URL("./watch.js", import.meta.url).pathname;
    const child = this.start(host, process.execPath, script, JSON.stringify(config));
    const observed: Record<string, unknown>[] = [];
    const errors: string[] = [];
    child.stderr!.on("data", (text: Buffer) => errors.push(String(text)));
    const lines = createInterface({ input: child.stdout! });
    lines.on("line", (line) => observed.push(JSON.parse(line) as Record<string, unknown>));
    await Promise.race([
      until(() => observed.some(({ type }) => type === "started"), "the sniffer started"),
      once(child, "exit").then(() => {
        throw new Error(`the sniffer ended: ${errors.join("")}`);
      }),
    ]);
    return observed;
  }

  async end(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
  }

  async close(): Promise<void> {
    await Promise.all(this.#children.map((child) => this.end(child)));
    for (const name of ["a", "b"] as const) run("ip", "netns", "delete", this.#namespace(name));
    rmSync(this.folder, { recursive: true });
  }

  #namespace(host: HostName): string {
    return `${this.#prefix}${host}`;
  }
}

/** Waits for real programs: at most 20 s. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    if (tries >= 400) throw new Error(`never happened: ${what}`);
    await sleep(50);
  }
}

function run(program: string, ...args: readonly string[]): void {
  execFileSync(program, args, { stdio: ["ignore", "ignore", "inherit"] });
}
