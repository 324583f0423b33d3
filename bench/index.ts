/**
 * `npm run bench [name ...] [-- --names 100000]`: runs the benchmarks, each in a process of its own so that none inherits
 * the other's heap, and prints one JSON line each. Figures are for comparing, so every line tells the machine.
 */
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Benchmark } from "./benchmark.js";

/** Each module's default export is a {@link Benchmark}. */
const MODULES = [
  "decode",
  "fold",
  "list",
  "replay",
  "load",
  "load-mariadb",
  "pages",
  "soak",
  "verification",
];
/** They have networks of their own, as the tests with peers. */
const IN_SANDBOX: ReadonlySet<string> = new Set(["pages", "soak", "verification"]);
const SANDBOX = new URL("../../tools/sandbox.mjs", import.meta.url).href;

const EXIT_USAGE = 64;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { names: { type: "string", default: "1000000" }, here: { type: "boolean" } },
});
const names = Number(values.names);
const unknown = positionals.filter((name) => !MODULES.includes(name));
if (unknown.length > 0 || !Number.isSafeInteger(names) || names < 1) {
  console.error(`usage: npm run bench [${MODULES.join(" | ")} ...] [-- --names <count>]`);
  process.exitCode = EXIT_USAGE;
} else if (values.here) {
  for (const name of positionals) await runHere(name);
} else {
  for (const name of positionals.length > 0 ? positionals : MODULES) await runApart(name);
}

async function runHere(name: string): Promise<void> {
  const { default: benchmark } = (await import(`./${name}.js`)) as { default: Benchmark };
  const run = benchmark.run({ names });
  const { length: cores, 0: cpu } = cpus();
  const machine = { cpu: cpu?.model ?? "unknown", cores, node: process.version };
  for await (const result of Symbol.asyncIterator in run ? run : [run]) {
    console.log(JSON.stringify({ name, what: benchmark.what, ...result, machine }));
  }
}

async function runApart(name: string): Promise<void> {
  const self = fileURLToPath(import.meta.url);
  const args = ["--expose-gc", ...process.execArgv, self, name, "--names", String(names), "--here"];
  const command = [process.execPath, ...args];
  const { inSandbox } = (await import(SANDBOX)) as { inSandbox(inside: string[]): string[] };
  const [program = "", ...rest] = IN_SANDBOX.has(name) ? inSandbox(command) : command;
  const { status } = spawnSync(program, rest, { stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
