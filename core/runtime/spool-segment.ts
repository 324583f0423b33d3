/** One file of a spool: written at its end by one process, read from its beginning, and deleted when it has been read. */
import { type FileHandle, open, rm, stat } from "node:fs/promises";
import type { HistoryRow } from "../model/row.js";
import { countLines, decodeLines } from "./spool-line.js";

const CHUNK_BYTES = 1 << 18;

export interface SegmentRead {
  readonly rows: readonly HistoryRow[];
  /** Where the next read begins. */
  readonly offset: number;
  /** Lines read, damaged ones too. */
  readonly lines: number;
}

export class SpoolSegment {
  readonly number: number;
  readonly #path: string;
  /** Only while it is written to. */
  #handle: FileHandle | undefined;
  /** Whole lines end here. */
  bytes = 0;
  /** Everything before has been read for good. */
  offset = 0;
  /** Lines after `offset`. */
  lines = 0;

  private constructor(number: number, path: string) {
    this.number = number;
    this.#path = path;
  }

  /** A new one. Rejects where the file is there already: it would be another process's. */
  static async create(number: number, path: string): Promise<SpoolSegment> {
    const segment = new SpoolSegment(number, path);
    segment.#handle = await open(path, "wx");
    return segment;
  }

  /** What an earlier process has left; it is not written to any more. A line that was not finished does not count. */
  static async recover(number: number, path: string, offset: number): Promise<SpoolSegment> {
    const segment = new SpoolSegment(number, path);
    const { size } = await stat(path);
    segment.offset = Math.min(offset, size);
    segment.bytes = segment.offset;
    await segment.#read(segment.offset, size, (chunk, at) => {
      segment.lines += countLines(chunk);
      const last = chunk.lastIndexOf("\n");
      if (last !== -1) segment.bytes = at + last + 1;
      return chunk.length;
    });
    return segment;
  }

  get isWritable(): boolean {
    return this.#handle !== undefined;
  }

  /** Resolves when the lines are on the disk. After a failure nothing of them counts, and it is writable no more. */
  async append(lines: Buffer, count: number): Promise<void> {
    const handle = this.#handle;
    if (handle === undefined) throw new Error("the segment is closed");
    try {
      for (let done = 0; done < lines.length; ) {
        const { bytesWritten } = await handle.write(lines, done, undefined, this.bytes + done);
        done += bytesWritten;
      }
      await handle.datasync();
    } catch (error) {
      await handle.truncate(this.bytes).catch(() => undefined);
      await this.close();
      throw error;
    }
    this.bytes += lines.length;
    this.lines += count;
  }

  /** At most `count` rows from `offset` on. */
  async read(offset: number, count: number): Promise<SegmentRead> {
    const rows: HistoryRow[] = [];
    let at = offset;
    let lines = 0;
    await this.#read(offset, this.bytes, (chunk) => {
      const decoded = decodeLines(chunk, count - lines);
      rows.push(...decoded.rows.filter((row) => row !== undefined));
      lines += decoded.rows.length;
      at += decoded.bytes;
      return lines < count ? decoded.bytes : 0;
    });
    return { rows, offset: at, lines };
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close().catch(() => undefined);
  }

  async delete(): Promise<void> {
    await this.close();
    await rm(this.#path, { force: true });
  }

  /** In chunks, as far as `use` says that it has come; 0 ends it where even a larger chunk would. */
  async #read(from: number, to: number, use: (chunk: Buffer, at: number) => number): Promise<void> {
    const file = await open(this.#path, "r");
    try {
      let size = CHUNK_BYTES;
      for (let at = from; at < to; ) {
        const buffer = Buffer.allocUnsafe(Math.min(size, to - at));
        const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
        if (bytesRead === 0) return;
        const used = use(buffer.subarray(0, bytesRead), at);
        at += used;
        if (used > 0) size = CHUNK_BYTES;
        // A line longer than a chunk, or enough.
        else if (bytesRead < size || size > 64 * CHUNK_BYTES) return;
        else size *= 2;
      }
    } finally {
      await file.close();
    }
  }
}
