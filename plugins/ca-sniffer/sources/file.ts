/** Capture files: pcap and pcapng, gzip or not, read piece by piece so that a file of any size takes the same memory. */
import { createReadStream, constants as fs } from "node:fs";
import { access, open } from "node:fs/promises";
import { basename } from "node:path";
import { pipeline } from "node:stream";
import { createGunzip, constants as zlib } from "node:zlib";
import { CaptureDamage, type FrameHandler } from "../capture-format/format.js";
import { CaptureReader } from "../capture-format/reader.js";
import type { SnifferConfig } from "../config.js";
import { FrameReader } from "../network/ip.js";
import type { Sensor } from "../sensor.js";
import type { PacketSource, SourceContext } from "./source.js";

/** A few ms of folding: in between, the rest of the program has its turn. */
const CHUNK_BYTES = 524_288;
const GZIP_MAGIC = [0x1f, 0x8b];
/** The last time that a Date can hold. */
const MAX_TIME_MS = 8.64e15;

export interface PlayOptions {
  readonly path: string;
  readonly context: SourceContext;
  readonly sensor: Sensor;
  readonly signal: AbortSignal;
  /** Called before a packet that is later than all before it, with its time. */
  readonly timePasses?: (at: number) => void;
  /** At the pace of the capture, on the clock's times instead of the capture's own. */
  readonly recordedSpeed?: boolean;
}

/** Resolves at the end of the file, or of what is readable of it; rejects when nothing is, with the file's name. */
export async function playCapture(options: PlayOptions): Promise<void> {
  const { path, context, sensor, signal } = options;
  const decoder = context.decoder(sensor, { seesReplies: true });
  const frames = new FrameReader(decoder, (reason) => sensor.error(reason));
  let readable = false;
  let latest = 0;
  const frame: FrameHandler = (linkType, bytes, start, end, at) => {
    readable = true;
    if (!(at >= 0 && at <= MAX_TIME_MS)) {
      sensor.error("bad time");
      return;
    }
    if (at > latest) {
      latest = at;
      options.timePasses?.(at);
    }
    frames.frame(linkType, bytes, start, end, at);
  };
  const player = options.recordedSpeed ? new PacedPlayer(frame, context, signal) : undefined;
  const lost = { total: 0 };
  const reader = new CaptureReader({
    frame: player?.collect ?? frame,
    dropped: (total) => {
      sensor.lostByKernel(Math.max(0, total - lost.total));
      lost.total = total;
    },
  });
  try {
    for await (const chunk of await readBytes(path)) {
      if (signal.aborted) return;
      try {
        reader.push(chunk);
      } finally {
        await player?.play();
      }
    }
    if (reader.end() === "truncated") sensor.error("capture truncated");
  } catch (error) {
    const problem = `${path}: ${error instanceof Error ? error.message : String(error)}`;
    if (!(error instanceof CaptureDamage && readable)) throw new Error(problem, { cause: error });
    sensor.error("capture damaged");
    context.host.log.warn("the capture is damaged and was read up to there", { problem });
  }
}

/** The file's bytes, unpacked where it is compressed; a gzip file that is cut off gives what there is. */
async function readBytes(path: string): Promise<AsyncIterable<Uint8Array>> {
  if (!(await isGzip(path))) return readPlain(path);
  const stream = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES, finishFlush: zlib.Z_SYNC_FLUSH });
  // The iteration over the last stream rejects with the error of either.
  return pipeline(stream, gunzip, () => {});
}

/** In two buffers in turn: while one is folded, the system fills the other. */
async function* readPlain(path: string): AsyncGenerator<Uint8Array> {
  await using file = await open(path);
  let [buffer, other] = [new Uint8Array(CHUNK_BYTES), new Uint8Array(CHUNK_BYTES)];
  let reading = file.read(buffer);
  for (;;) {
    const { bytesRead } = await reading;
    if (bytesRead === 0) return;
    reading = file.read(other);
    // It is waited for once the caller comes back, which may be later than it fails, or never.
    reading.catch(() => {});
    yield buffer.subarray(0, bytesRead);
    [buffer, other] = [other, buffer];
  }
}

async function isGzip(path: string): Promise<boolean> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(GZIP_MAGIC.length), 0);
  return bytesRead === GZIP_MAGIC.length && GZIP_MAGIC.every((byte, i) => buffer[i] === byte);
}

/** Lets as much time pass between packets as had passed between them when they were captured. */
class PacedPlayer {
  readonly #frame: FrameHandler;
  readonly #context: SourceContext;
  readonly #signal: AbortSignal;
  #collected: { linkType: number; bytes: Uint8Array; at: number }[] = [];
  /** From the capture's times to the clock's, ms. */
  #shiftMs: number | undefined;

  constructor(frame: FrameHandler, context: SourceContext, signal: AbortSignal) {
    this.#frame = frame;
    this.#context = context;
    this.#signal = signal;
  }

  readonly collect: FrameHandler = (linkType, bytes, start, end, at) => {
    this.#collected.push({ linkType, bytes: bytes.slice(start, end), at });
  };

  async play(): Promise<void> {
    const { clock } = this.#context;
    for (const { linkType, bytes, at } of this.#collected) {
      this.#shiftMs ??= clock.now() - at;
      const due = at + this.#shiftMs;
      if (due > clock.now()) await clock.sleep(due - clock.now(), this.#signal);
      this.#frame(linkType, bytes, 0, bytes.length, due);
    }
    this.#collected = [];
  }
}

/** A file as a source of a running pvmon: it is played once, and sees nothing after its end. */
export class FileSource implements PacketSource {
  readonly #sensor: Sensor;
  readonly #config: SnifferConfig["file"];
  readonly #context: SourceContext;
  readonly #path: string;
  readonly #abort = new AbortController();
  #playing: Promise<void> = Promise.resolve();

  constructor(config: SnifferConfig["file"], context: SourceContext) {
    const { path = "" } = config;
    this.#path = path;
    this.#config = config;
    this.#context = context;
    this.#sensor = context.sensor(basename(path));
  }

  /** Rejects when no file is named, or it cannot be opened. */
  async start(): Promise<void> {
    // Not earlier: `pvmon replay` names its own.
    if (this.#path === "") throw new Error("source: file needs file.path, the capture to read");
    await access(this.#path, fs.R_OK);
    this.#playing = this.#play();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#playing;
  }

  async #play(): Promise<void> {
    const sensor = this.#sensor;
    try {
      await playCapture({
        path: this.#path,
        context: this.#context,
        sensor,
        signal: this.#abort.signal,
        recordedSpeed: this.#config.speed === "recorded",
      });
      sensor.outage = "the capture file has ended";
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      sensor.outage = error instanceof Error ? error.message : String(error);
      this.#context.host.status.degraded(sensor.outage);
    }
  }
}
