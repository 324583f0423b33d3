/**
 * `npm run bench [name ...] [-- --names 100000]`: runs the benchmarks, each in a process of its own so that none inherits
 * the other's heap, and prints a line of JSON for each figure. Figures are for comparing, so every line tells the machine.
 * With `--report` the figures are kept in the place of those of earlier runs, and the report is made from all that are
 * kept; `--render` makes it and runs nothing.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Benchmark, MILLION } from "./benchmark.js";
import { type Figure, figureOf, keepFigures } from "./figures.js";
import { IN_SANDBOX, MODULES } from "./modules.js";
import { writeReport } from "./report-files.js";

const SANDBOX = new URL("../../tools/sandbox.mjs", import.meta.url).href;

const EXIT_USAGE = 64;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    names: { type: "string" },
    report: { type: "boolean", default: false },
    render: { type: "boolean", default: false },
    here: { type: "boolean", default: false },
  },
});
const names = values.names === undefined ? undefined : Number(values.names);
const unknown = positionals.filter((name) => !MODULES.includes(name));
if (unknown.length > 0 || (names !== undefined && !(Number.isSafeInteger(names) && names >= 1))) {
  console.error(
    `usage: npm run bench [${MODULES.join(" | ")} ...] [-- --names <count>] [--report | --render]`,
  );
  process.exitCode = EXIT_USAGE;
} else if (values.here) {
  for (const name of positionals) await runHere(name, names ?? MILLION);
  // The programs that asked pvmon wait for more questions, and end with this process.
  process.exit();
} else if (values.render) {
  writeReport();
} else {
  for (const name of positionals.length > 0 ? positionals : MODULES) await runAll(name);
}

async function benchmarkOf(name: string): Promise<Benchmark> {
  return ((await import(`./${name}.js`)) as { default: Benchmark }).default;
}

async function runHere(name: string, size: number): Promise<void> {
  const benchmark = await benchmarkOf(name);
  const run = benchmark.run({ names: size });
  for await (const result of Symbol.asyncIterator in run ? run : [run]) {
    console.log(JSON.stringify(figureOf(name, benchmark.what, size, result)));
  }
}

/** At all sizes that are wanted of it. */
async function runAll(name: string): Promise<void> {
  const { sizes = [MILLION], byNameOnly = false } = await benchmarkOf(name);
  if (byNameOnly && !positionals.includes(name)) return;
  const wanted = names !== undefined ? [names] : values.report ? sizes : [MILLION];
  for (const size of wanted) {
    if (values.report) console.error(`${new Date().toISOString()} ${name}, ${size} names`);
    const figures = await runApart(name, size);
    if (!values.report || figures === undefined) continue;
    keepFigures(figures, MODULES);
    writeReport();
  }
}

/** Its figures, which are printed as they come; undefined when it failed. */
async function runApart(name: string, size: number): Promise<readonly Figure[] | undefined> {
  const self = fileURLToPath(import.meta.url);
  const args = ["--expose-gc", ...process.execArgv, self, name, "--names", String(size), "--here"];
  const command = [process.execPath, ...args];
  const { inSandbox } = (await import(SANDBOX)) as { inSandbox(inside: string[]): string[] };
  const [program = "", ...rest] = IN_SANDBOX.has(name) ? inSandbox(command) : command;
  const child = spawn(program, rest, { stdio: ["ignore", "pipe", "inherit"] });
  const figures: Figure[] = [];
  const lines = createInterface({ input: child.stdout }).on("line", (line) => {
    console.log(line);
    figures.push(JSON.parse(line) as Figure);
  });
  const [[status]] = await Promise.all([once(child, "exit"), once(lines, "close")]);
  if (status === 0) return figures;
  console.error(`${name}, ${size} names: failed`);
  process.exitCode = 1;
  return undefined;
}
