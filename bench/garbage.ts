/**
 * What ten million damaged search datagrams leave behind of memory: one process reads them one after the other, as
 * `npm run fuzz -- datagram` does, into an inventory that is soon full. One that throws ends it.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Benchmark } from "./benchmark.js";

const FUZZ = fileURLToPath(new URL("../tests/fuzz/index.js", import.meta.url));
const DAMAGED_FOR_EACH_NAME = 10;

/** A line of the program: after a tenth of the datagrams, half of them, and all. */
interface Told {
  readonly inputs: number;
  readonly inputsPerSecond: number;
  readonly residentMegabytes: number;
  readonly heldMegabytes: number;
}

export default {
  name: "garbage",
  what: "damaged datagrams, ten for each name, read one after the other",
  run({ names }) {
    const count = String(names * DAMAGED_FOR_EACH_NAME);
    const args = ["--expose-gc", FUZZ, "datagram", "--count", count];
    const lines = execFileSync(process.execPath, args, { encoding: "utf8" }).trim().split("\n");
    const [first, , last] = lines.map((line) => JSON.parse(line) as Told) as [Told, Told, Told];
    const grown = last.heldMegabytes - first.heldMegabytes;
    return {
      of: `memory that is held after ${last.inputs / 1e6} M of them`,
      figure: Math.round(grown * 10) / 10,
      unit: "MB more than after the first tenth",
      goals: [{ atMost: 5, unit: "MB" }],
      also: {
        heldMegabytes: last.heldMegabytes,
        residentMegabytesAfterATenth: first.residentMegabytes,
        residentMegabytes: last.residentMegabytes,
        datagramsPerSecond: last.inputsPerSecond,
      },
    };
  },
} satisfies Benchmark;
