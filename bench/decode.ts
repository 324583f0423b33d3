/** The hot path's scan of search datagrams beside decoders that make an object and a string of each name. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeDatagram, SearchScan } from "epics-ca";
import { type Benchmark, medianRate } from "./benchmark.js";
import { type Datagrams, searchDatagrams } from "./datagrams.js";

const RUNS = 7;
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** caproto is slow enough to be measured on a part. */
const CAPROTO_NAMES = 30_000;

function scanAll(scan: SearchScan, { bytes, offsets, count }: Datagrams): number {
  let names = 0;
  for (let index = 0; index < count; index++) {
    names += scan.scan(bytes, offsets[index]!, offsets[index + 1]! - offsets[index]!);
  }
  return names;
}

function decodeAll({ bytes, offsets, count }: Datagrams): number {
  let names = 0;
  for (let index = 0; index < count; index++) {
    const { messages } = decodeDatagram(bytes.subarray(offsets[index]!, offsets[index + 1]!));
    for (const message of messages) if (message.type === "search") names++;
  }
  return names;
}

function check(found: number, names: number): void {
  if (found !== names) throw new Error(`${names} names in the datagrams, ${found} found`);
}

/** Names/s of caproto's own decoder on the same datagrams, undefined where the tests' Python is not installed. */
function caprotoRate(): number | undefined {
  const python = join(ROOT, ".peers/bin/python");
  if (!existsSync(python)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "pvmon-bench-decode-"));
  try {
    const { bytes, offsets } = searchDatagrams(CAPROTO_NAMES);
    writeFileSync(join(folder, "datagrams"), bytes);
    writeFileSync(join(folder, "offsets"), JSON.stringify([...offsets]));
    const script = join(ROOT, "bench/decode-caproto.py");
    const { status, stdout, stderr } = spawnSync(python, [script, folder], { encoding: "utf8" });
    if (status !== 0) throw new Error(`caproto could not decode: ${stderr}`);
    const { names, seconds } = JSON.parse(stdout) as { names: number; seconds: number };
    check(names, CAPROTO_NAMES);
    return Math.round(names / seconds);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export default {
  name: "decode",
  what: "search names/s found in 30-name datagrams in memory",
  run({ names }) {
    const datagrams = searchDatagrams(names);
    const scan = new SearchScan();
    const figure = medianRate(RUNS, names, () => check(scanAll(scan, datagrams), names));
    const objects = medianRate(RUNS, names, () => check(decodeAll(datagrams), names));
    const caproto = caprotoRate();
    return {
      figure,
      unit: "names/s",
      peer: { name: "decodeDatagram, an object and a string per name", figure: objects },
      ...(caproto !== undefined && { also: { caprotoNamesPerSecond: caproto } }),
    };
  },
} satisfies Benchmark;
