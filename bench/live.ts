/**
 * pvmon on a wire as full as 1 Gbit/s carries, and on a fuller one: what it loses of search datagrams, and whether all that is
 * lost is counted. Beside it what others lose of the same.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatagramSender, HttpPlace, type Sent } from "../tests/peers/index.js";
import { type Fate, fate } from "../tests/site/datagram-fate.js";
import { PvmonProcess } from "../tests/site/pvmon-process.js";
import type { Benchmark, Result } from "./benchmark.js";
import { framed, NAMES_PER_DATAGRAM, searchDatagrams } from "./datagrams.js";
import { type Listener, softIoc, tcpdump } from "./live-peers.js";

const HERE = new HttpPlace([], {});
const TO = { to: "127.255.255.255", port: 5064 };
const FROM = Array.from({ length: 100 }, (_, n) => `127.0.1.${n + 1}`);
const FULL_WIRE = 85_000;
const DATAGRAMS = 10 * FULL_WIRE;
/** New names take longer, and code is still being compiled. */
const WARM_UP = { datagrams: 3 * FULL_WIRE, perSecond: 20_000 };
const SEND_TIMEOUT_MS = 120_000;
/** Of a site with a full wire, 170 ms of it. The kernel grants no more than {@link BUFFER_LIMIT}. */
const RECEIVE_BUFFER_BYTES = 16 * 2 ** 20;
/** Where no frame is longer than 1500 bytes, so that the ring of a capture lasts for 490 ms of it rather than 86. */
const FRAME_BYTES = 1600;
const BUFFER_LIMIT = "/proc/sys/net/core/rmem_max";

interface Source {
  readonly name: "sockets" | "capture";
  /** Of the sniffer, beside its source. */
  readonly options: string;
  /** Hears the same datagrams in the same way. */
  readonly peer: () => Promise<Listener>;
}

const SOURCES: readonly Source[] = [
  {
    name: "sockets",
    options: `, sockets: { receiveBufferBytes: ${RECEIVE_BUFFER_BYTES} }`,
    peer: () => softIoc(HERE),
  },
  {
    name: "capture",
    options: `, capture: { frameBytes: ${FRAME_BYTES} }`,
    peer: () => tcpdump(HERE),
  },
];

interface Run extends Fate {
  readonly sent: Sent;
}

function siteFile({ name, options }: Source): string {
  return `name: Live
detectors:
  - use: ca-sniffer
    config: { source: ${name}, interfaces: [lo]${options} }
spool: { folder: PATH/spool }
stores:
  - use: sqlite-store
    config: { path: PATH/pvmon.sqlite }
outputs:
  - use: http-api
`;
}

async function send(sender: DatagramSender, perSecond: number): Promise<Sent> {
  return await sender.send({ datagrams: DATAGRAMS, perSecond }, SEND_TIMEOUT_MS);
}

/** One run at each rate. */
async function runs(source: Source, sender: DatagramSender, rates: readonly number[]) {
  const pvmon = new PvmonProcess(HERE, siteFile(source));
  const done: Run[] = [];
  try {
    await pvmon.start();
    await pvmon.listens();
    await sender.send(WARM_UP, SEND_TIMEOUT_MS);
    for (const rate of rates) {
      const before = await fate(pvmon);
      const sent = await send(sender, rate);
      const after = await fate(pvmon);
      const folded = after.folded - before.folded;
      done.push({ sent, folded, dropped: after.dropped - before.dropped });
    }
    return done;
  } finally {
    await pvmon.kill();
    pvmon.remove();
  }
}

async function* figures(source: Source, sender: DatagramSender): AsyncGenerator<Result> {
  const { name, peer } = source;
  const [full, overfull] = await runs(source, sender, [FULL_WIRE, Number.POSITIVE_INFINITY]);
  const listener = await peer();
  await send(sender, FULL_WIRE);
  yield {
    of: `${name}, ${FULL_WIRE} datagrams/s`,
    figure: DATAGRAMS - full!.folded,
    unit: `of ${DATAGRAMS} datagrams lost`,
    goals: [{ atMost: 0, unit: "datagrams" }],
    peer: { name: listener.name, figure: await listener.stop() },
    also: about(full!),
  };
  yield {
    of: `${name}, as fast as they can be sent`,
    figure: DATAGRAMS - overfull!.folded - overfull!.dropped,
    unit: `of ${DATAGRAMS} datagrams lost and not counted`,
    goals: [{ atMost: 0, unit: "datagrams" }],
    also: about(overfull!),
  };
}

function about({ sent, folded, dropped }: Run): Record<string, number> {
  return {
    sentDatagramsPerSecond: Math.round(DATAGRAMS / sent.seconds),
    foldedNamesPerSecond: Math.round((folded * NAMES_PER_DATAGRAM) / sent.seconds),
    droppedAndCounted: dropped,
    senderCores: Math.round((100 * sent.cpuSeconds) / sent.seconds) / 100,
    receiveBufferBytesAtMost: Number(readFileSync(BUFFER_LIMIT, "utf8")),
  };
}

export default {
  name: "live",
  what: "search datagrams of 30 names that are lost on a wire as full as 1 Gbit/s carries, and on a fuller one",
  async *run({ names }) {
    const folder = mkdtempSync(join(tmpdir(), "pvmon-bench-live-"));
    try {
      const file = join(folder, "datagrams");
      writeFileSync(file, framed(searchDatagrams(names)));
      const sender = await DatagramSender.start(HERE, { file, from: FROM, ...TO });
      for (const source of SOURCES) yield* figures(source, sender);
      await sender.stop();
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
} satisfies Benchmark;
