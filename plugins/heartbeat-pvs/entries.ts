/** Which heartbeat goes to which records: from the site file, and from the list of old with its five columns. */
import { compileGlobs, type HeartbeatView } from "pvmon";
import type { Config } from "./config.js";

const COLUMNS = 5;
const MAX_INDEX = 9999;
const MAX_LINES = 5000;

export type Entry = Config["entries"][number];

/** @throws Error with the number of the line that is wrong. */
export function entriesOfMap(text: string, prefix: string): Entry[] {
  const entries: Entry[] = [];
  const lines = text.split(/\r?\n/);
  if (lines.length > MAX_LINES) throw new Error(`more than ${MAX_LINES} lines`);
  for (const [i, line] of lines.entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const columns = line.split(",").map((column) => column.trim());
    const [index = "", description = "", image = "", directory = "", command = ""] = columns;
    const isIndex = /^\d{1,4}$/.test(index) && Number(index) <= MAX_INDEX;
    if (columns.length !== COLUMNS || !isIndex) {
      throw new Error(`line ${i + 1} is not "index, description, image, directory, command"`);
    }
    entries.push({
      record: prefix + index.padStart(4, "0"),
      description,
      app: "",
      host: "*",
      image: image || "*",
      directory: directory || "*",
      command: command || "*",
    });
  }
  return entries;
}

/** @throws Error naming the records that two entries write. */
export function checkEntries(entries: readonly Entry[]): readonly Entry[] {
  const records = new Set<string>();
  for (const { record } of entries) {
    if (records.has(record)) throw new Error(`two entries write ${record}`);
    records.add(record);
  }
  return entries;
}

type Beat = Pick<HeartbeatView, "app" | "host" | "hostName" | "image" | "command" | "directory">;

export function matcherOf(entry: Entry): (beat: Beat) => boolean {
  const host = compileGlobs([entry.host]);
  const image = compileGlobs([entry.image]);
  const command = compileGlobs([entry.command]);
  const directory = compileGlobs([entry.directory]);
  return (beat) =>
    (entry.app === "" || entry.app === beat.app) &&
    (host(beat.host) || (beat.hostName !== null && host(beat.hostName))) &&
    image(beat.image) &&
    command(beat.command) &&
    directory(beat.directory);
}
