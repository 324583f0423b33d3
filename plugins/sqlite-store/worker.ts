/** Entry of the database thread: answers the calls of protocol.ts one after another. */
import { constants, getPriority, setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import Sqlite from "better-sqlite3";
import { StoreDatabase } from "./database.js";
import type { Answer, Calls, Question } from "./protocol.js";
import { inWords } from "./words.js";

let database: StoreDatabase | undefined;
let file: string | undefined;

const calls: { [K in keyof Calls]: Calls[K] } = {
  open: (path) => {
    file = path;
    database = new StoreDatabase(path);
  },
  load: () => {
    const batch = opened().load();
    // Until then a start waits for this thread.
    if (batch === null) giveWay();
    return batch;
  },
  write: (batch) => opened().write(batch),
  purge: (keepDays, now) => {
    // A start waits for what is loaded.
    if (opened().isLoading) return true;
    // A store that was started again is not loaded again.
    giveWay();
    return opened().purge(keepDays, now);
  },
  close: () => {
    database?.close();
    database = undefined;
  },
};

/** When everything changes, the writing never ends: on a busy machine the network comes first. */
function giveWay(): void {
  // Only Linux knows this of a thread.
  if (process.platform !== "linux") return;
  const wanted = constants.priority.PRIORITY_BELOW_NORMAL;
  try {
    if (getPriority() < wanted) setPriority(wanted);
  } catch {
    // A sandbox forbids it: the store works as well without.
  }
}

function opened(): StoreDatabase {
  if (database === undefined) throw new Error("the database is not open");
  return database;
}

parentPort?.on("message", ({ id, call, parameters }: Question) => {
  let answer: Answer;
  try {
    answer = { id, result: (calls[call] as (...parameters: unknown[]) => unknown)(...parameters) };
  } catch (error) {
    const isRefusal = call === "write" && isOfRow(error);
    answer = { id, error: inWords(error, file), isRefusal };
  }
  parentPort?.postMessage(answer, transferable(answer));
});

function transferable(answer: Answer): ArrayBuffer[] {
  const batch =
    "result" in answer ? (answer.result as { pvs?: unknown } | null | undefined) : undefined;
  return batch?.pvs instanceof Uint8Array ? [batch.pvs.buffer as ArrayBuffer] : [];
}

/** What comes of a value and not of the file: what a column does not take, or no column would. */
function isOfRow(error: unknown): boolean {
  if (error instanceof Sqlite.SqliteError) return /CONSTRAINT|MISMATCH|TOOBIG/.test(error.code);
  return error instanceof TypeError || error instanceof RangeError;
}
