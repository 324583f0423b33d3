/**
 * `npm run fuzz -- <target> [--count 10000000] [--seed 1]`: reads that many damaged inputs and prints what it costs, one JSON line
 * each at the beginning, in the middle and at the end. An input that breaks the reader is kept in the corpus.
 */
import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { keepInput, readSeeds } from "./corpus.js";
import { BrokenByInput, fuzz } from "./fuzz.js";
import { TARGETS } from "./targets/index.js";

const EXIT_USAGE = 64;
/** Hundredths after which memory is told: when the reader has filled up, half-way, and at the end. */
const TOLD = [10, 50, 100];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: "string", default: "1000000" },
    seed: { type: "string", default: "1" },
  },
});
const [name = ""] = positionals;
const target = TARGETS[name];
const [count, seed] = [Number(values.count), Number(values.seed)];
if (target === undefined || !(count >= 1) || !Number.isInteger(seed)) {
  console.error(`usage: npm run fuzz -- <target> [--count N] [--seed N]; targets:`);
  for (const [each, { what }] of Object.entries(TARGETS)) console.error(`  ${each}: ${what}`);
  process.exitCode = EXIT_USAGE;
} else {
  const begin = performance.now();
  const report = (done: number): void => {
    globalThis.gc?.();
    const { rss, heapUsed, external } = process.memoryUsage();
    const perSecond = Math.round((1000 * done) / (performance.now() - begin));
    const line = { target: name, seed, inputs: done, inputsPerSecond: perSecond };
    const memory = { residentMegabytes: mega(rss), heldMegabytes: mega(heapUsed + external) };
    console.log(JSON.stringify({ ...line, ...memory }));
  };
  const step = Math.ceil(count / 100);
  const progress = (done: number): void => {
    if (TOLD.includes(done / step) || done === count) report(done);
  };
  try {
    await fuzz(target, { seeds: readSeeds(name), count, seed, progress });
  } catch (error) {
    if (!(error instanceof BrokenByInput)) throw error;
    console.error(`${error.message}\nkept as ${keepInput(name, error.input)}`);
    process.exitCode = 1;
  }
}

function mega(bytes: number): number {
  return Math.round(bytes / 1e5) / 10;
}
