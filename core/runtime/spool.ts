/**
 * History that a store cannot take now, on disk: a queue of rows in numbered files that are only appended to, bounded by
 * their size, and still there after a crash. What `append` has resolved for is on the disk; what was on its way when the
 * process was killed is cut at a line. Where reading has come to is kept beside, so at most one batch is read again.
 */
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { HistoryRow } from "../model/row.js";
import { encodeLine } from "./spool-line.js";
import { SpoolSegment } from "./spool-segment.js";

const LARGEST_SEGMENT_BYTES = 16 << 20;
const SEGMENTS = 8;
const SEGMENT_NAME = /^(\d{12})\.rows$/;
const POSITION = "position";

export interface SpoolOptions {
  /** Of this spool alone; made when something has to be kept. */
  readonly folder: string;
  /** Of all files; above it the oldest is dropped. */
  readonly maxBytes: number;
  /** Of one file, about; an eighth of all unless told, so that dropping the oldest drops a small part. */
  readonly segmentBytes?: number;
}

/** Where a read has come to. */
export interface SpoolPlace {
  readonly segment: number;
  readonly offset: number;
  /** Lines read in that segment. */
  readonly lines: number;
}

export class Spool {
  readonly #folder: string;
  readonly #maxBytes: number;
  readonly #segmentBytes: number;
  /** Oldest first. */
  #segments: SpoolSegment[] = [];
  #lastNumber = 0;
  #opening: Promise<void> | undefined;
  /** One thing after the other. */
  #turn: Promise<unknown> = Promise.resolve();
  /** Rows that were given up because there was no room. */
  dropped = 0;

  constructor({ folder, maxBytes, segmentBytes = Math.ceil(maxBytes / SEGMENTS) }: SpoolOptions) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
    this.#segmentBytes = Math.min(LARGEST_SEGMENT_BYTES, segmentBytes);
  }

  /** Rows that wait, damaged ones too. */
  get length(): number {
    return this.#segments.reduce((sum, { lines }) => sum + lines, 0);
  }

  /** On the disk. */
  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** 0..1 */
  get fullness(): number {
    return this.bytes / this.#maxBytes;
  }

  /** Finds what an earlier process has left. Anything else does so first; a failure is tried again by the next. */
  open(): Promise<void> {
    return this.#inTurn(async () => undefined);
  }

  /**
   * Resolves with how many of the rows, from the first on, are on the disk: as many as one file is to have, or there would be
   * more than all files may. Rejects when none of them is.
   */
  append(rows: readonly HistoryRow[]): Promise<number> {
    return this.#inTurn(async () => {
      const lines = this.#encoded(rows);
      const text = Buffer.concat(lines);
      await this.#makeRoom(text.length);
      const segment = await this.#writable();
      try {
        await segment.append(text, lines.length);
      } catch (error) {
        if (segment.bytes === 0) await this.#drop(segment);
        throw error;
      }
      return lines.length;
    });
  }

  /** The oldest rows, at most `count`; they stay until {@link release}. */
  peek(
    count: number,
  ): Promise<{ readonly rows: readonly HistoryRow[]; readonly place: SpoolPlace }> {
    return this.#inTurn(async () => {
      const rows: HistoryRow[] = [];
      let place: SpoolPlace = { segment: 0, offset: 0, lines: 0 };
      for (const segment of this.#segments) {
        const read = await segment.read(segment.offset, count - rows.length);
        rows.push(...read.rows);
        place = { segment: segment.number, offset: read.offset, lines: read.lines };
        if (rows.length >= count) break;
      }
      return { rows, place };
    });
  }

  /** Takes out what was read up to `place`; what was dropped meanwhile has left already. */
  release({ segment: number, offset, lines }: SpoolPlace): Promise<void> {
    return this.#inTurn(async () => {
      for (const segment of this.#segments.filter((one) => one.number <= number)) {
        if (segment.number === number && offset < segment.bytes) {
          segment.offset = offset;
          segment.lines -= lines;
        } else {
          await this.#drop(segment);
        }
      }
      await this.#keepPosition();
    });
  }

  async close(): Promise<void> {
    await this.#inTurn(async () => {
      for (const segment of this.#segments) await segment.close();
    }).catch(() => undefined);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const opened = async (): Promise<T> => {
      this.#opening ??= this.#open().catch((error: unknown) => {
        this.#opening = undefined;
        throw error;
      });
      await this.#opening;
      return work();
    };
    const turn = this.#turn.then(opened).catch((error: unknown) => {
      throw inWords(error, this.#folder);
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #open(): Promise<void> {
    const numbers = (await namesIn(this.#folder))
      .map((name) => Number(SEGMENT_NAME.exec(name)?.[1] ?? 0))
      .filter((number) => number > 0)
      .sort((a, b) => a - b);
    const position = await readFile(join(this.#folder, POSITION), "latin1").catch(() => "");
    const [at = 0, offset = 0] = position.split(" ").map(Number);
    const found: SpoolSegment[] = [];
    for (const number of numbers) {
      const start = number === at ? offset : 0;
      const segment = await SpoolSegment.recover(number, this.#path(number), start);
      if (number < at || segment.lines === 0) await segment.delete();
      else found.push(segment);
    }
    this.#segments = found;
    this.#lastNumber = Math.max(at, numbers.at(-1) ?? 0);
  }

  #path(number: number): string {
    return join(this.#folder, `${String(number).padStart(12, "0")}.rows`);
  }

  /** At least one. */
  #encoded(rows: readonly HistoryRow[]): readonly Buffer[] {
    const lines: Buffer[] = [];
    let bytes = 0;
    for (const row of rows) {
      const line = encodeLine(row);
      bytes += line.length;
      if (lines.length > 0 && bytes > this.#segmentBytes) break;
      lines.push(line);
    }
    return lines;
  }

  async #writable(): Promise<SpoolSegment> {
    const last = this.#segments.at(-1);
    if (last?.isWritable === true && last.bytes < this.#segmentBytes) return last;
    await last?.close();
    await mkdir(this.#folder, { recursive: true });
    const number = this.#lastNumber + 1;
    const segment = await SpoolSegment.create(number, this.#path(number));
    this.#lastNumber = number;
    this.#segments.push(segment);
    // The name, too, has to be on the disk.
    const folder = await open(this.#folder, "r");
    await folder.sync().finally(() => folder.close());
    return segment;
  }

  async #makeRoom(bytes: number): Promise<void> {
    for (;;) {
      const [oldest] = this.#segments;
      if (oldest === undefined || this.bytes + bytes <= this.#maxBytes) return;
      this.dropped += oldest.lines;
      await this.#drop(oldest);
    }
  }

  async #drop(segment: SpoolSegment): Promise<void> {
    this.#segments = this.#segments.filter((other) => other !== segment);
    await segment.delete();
  }

  /** Replaced as a whole, so that it is never half of one. */
  async #keepPosition(): Promise<void> {
    const path = join(this.#folder, POSITION);
    const [oldest] = this.#segments;
    if (oldest === undefined) {
      await rm(path, { force: true });
      return;
    }
    await writeFile(`${path}.new`, `${oldest.number} ${oldest.offset}`);
    await rename(`${path}.new`, path);
  }
}

/** Which disk has no room: of a write, the system does not say. */
function inWords(error: unknown, folder: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== "ENOSPC" && code !== "EDQUOT") return error;
  return new Error(`no room on the disk of ${folder} (${message})`, { cause: error });
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}
