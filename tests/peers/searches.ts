/** Searches as clients send them, and a program of its own that sends them for numbered names: `n` of `prefix` is `prefix00000n`. */
import { fileURLToPath } from "node:url";
import { DONT_REPLY, encodeDatagram, MINOR_VERSION } from "epics-ca";
import { type Place, Program } from "./program.js";

const PROGRAM = fileURLToPath(new URL("search-program.js", import.meta.url));

export interface NumberedSearches {
  readonly broadcast: string;
  /** Numbers begin anew with 0 after `count` of them. */
  readonly names: readonly { readonly prefix: string; readonly count?: number }[];
  readonly from: number;
  /** Not included. */
  readonly to: number;
  /** In each datagram, of each prefix. */
  readonly perDatagram: number;
  readonly datagramsAtOnce: number;
  readonly everyMs: number;
}

/** After what it sends at once it says `sent <number>, at <UTC ms>`: all before that number has left. It ends after the last. */
export function startSearches(on: Place, searches: NumberedSearches): Program {
  return new Program(on, [process.execPath, PROGRAM, JSON.stringify(searches)]);
}

export function numberedName(prefix: string, number: number): string {
  return prefix + String(number).padStart(6, "0");
}

export interface SearchedName {
  readonly name: string;
  readonly cid: number;
}

export function searchDatagram(sequence: number, names: readonly SearchedName[]): Uint8Array {
  const shared = { replyFlag: DONT_REPLY, minorVersion: MINOR_VERSION };
  return encodeDatagram([
    { type: "version", priority: 1, minorVersion: MINOR_VERSION, sequence },
    ...names.map(({ name, cid }) => ({ type: "search" as const, name, cid, ...shared })),
  ]);
}
