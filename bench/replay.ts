/** A capture file read the way `pvmon replay` does: file, packet headers, search requests, inventory. */
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SystemNetwork } from "pvmon/network";
import { createInstance, FakeClock } from "pvmon/testkit";
import { Inventory } from "../core/model/inventory/inventory.js";
import sniffer from "../plugins/ca-sniffer/index.js";
import { type Benchmark, GROWTH } from "./benchmark.js";
import { TRIES, writeSearchCapture } from "./replay-capture.js";
import { readWithTshark } from "./replay-tshark.js";

const RUNS = 3;

/** Seconds for one reading into an inventory of its own. */
async function readWithPvmon(capture: string, names: number): Promise<number> {
  const inventory = new Inventory({}, { event() {}, history() {} });
  const { instance, host } = createInstance(
    sniffer,
    {},
    { clock: new FakeClock(), network: new SystemNetwork() },
  );
  host.onObservation = (observation) => inventory.fold(observation);
  const begin = process.hrtime.bigint();
  await instance.replay!(capture, new AbortController().signal);
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  const { total } = inventory.counts().pvs;
  if (total !== names) throw new Error(`${names} names in the capture, ${total} in the inventory`);
  return seconds;
}

export default {
  name: "replay",
  what: "names/s from a capture file into an empty inventory, whole path, each of the distinct names asked for eight times",
  sizes: GROWTH,
  async run({ names }) {
    const folder = mkdtempSync(join(tmpdir(), "pvmon-bench-replay-"));
    try {
      const capture = join(folder, "searches.pcap");
      const datagrams = await writeSearchCapture(capture, names);
      const seconds: number[] = [];
      for (let run = 0; run < RUNS; run++) seconds.push(await readWithPvmon(capture, names));
      const median = seconds.sort((a, b) => a - b)[RUNS >> 1]!;
      const tshark = readWithTshark(capture, folder);
      return {
        figure: Math.round((names * TRIES) / median),
        unit: "names/s",
        goals: [
          { atLeast: 3_000_000, unit: "names/s" },
          { of: "timesFaster", what: "times as fast as the peer", atLeast: 20, unit: "×" },
        ],
        peer: {
          name: "tshark -T fields, same fields",
          figure: Math.round((names * TRIES) / tshark.seconds),
        },
        also: {
          timesFaster: Math.round((10 * tshark.seconds) / median) / 10,
          datagrams,
          captureMegabytes: Math.round(statSync(capture).size / 1e6),
        },
      };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
} satisfies Benchmark;
