/** A row of history as one line of text whose check sum tells whether it is whole. */
import { crc32 } from "node:zlib";
import type { HistoryRow } from "../model/row.js";

const SUM_LENGTH = 8;
const NEWLINE = 0x0a;

/** Eight hexadecimal digits (CRC-32 of what follows), then JSON, then a line break, which JSON has none of. */
export function encodeLine(row: HistoryRow): Buffer {
  const plain =
    row.kind === "pvForgotten" ? { ...row, name: Buffer.from(row.name).toString("latin1") } : row;
  const json = Buffer.from(JSON.stringify(plain));
  const line = Buffer.allocUnsafe(SUM_LENGTH + json.length + 1);
  line.write(sumOf(json), 0, "latin1");
  json.copy(line, SUM_LENGTH);
  line[line.length - 1] = NEWLINE;
  return line;
}

export interface Lines {
  /** Undefined for one that is damaged. */
  readonly rows: readonly (HistoryRow | undefined)[];
  /** Up to the end of the last whole line. */
  readonly bytes: number;
}

/** The whole lines that the bytes begin with, at most `count`. */
export function decodeLines(bytes: Buffer, count: number): Lines {
  const rows: (HistoryRow | undefined)[] = [];
  let at = 0;
  while (rows.length < count) {
    const end = bytes.indexOf(NEWLINE, at);
    if (end === -1) break;
    rows.push(decode(bytes.subarray(at, end)));
    at = end + 1;
  }
  return { rows, bytes: at };
}

/** How many lines end in these bytes. */
export function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}

function decode(line: Buffer): HistoryRow | undefined {
  const json = line.subarray(SUM_LENGTH);
  if (line.toString("latin1", 0, SUM_LENGTH) !== sumOf(json)) return undefined;
  const row = JSON.parse(json.toString());
  return row.kind === "pvForgotten" ? { ...row, name: Buffer.from(row.name, "latin1") } : row;
}

function sumOf(bytes: Buffer): string {
  return crc32(bytes).toString(16).padStart(SUM_LENGTH, "0");
}
