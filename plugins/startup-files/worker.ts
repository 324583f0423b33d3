/** Entry of the thread that reads an index: reads, parses, packs, answers once and ends. */
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { parseIndex } from "./parse.js";
import type { Answer, Order } from "./thread.js";

function read({ path, sizeBytes }: Order): string {
  const file = openSync(path, "r");
  try {
    if (fstatSync(file).size !== sizeBytes) throw new Error("it changes at this moment");
    return readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}

function answer(): Answer {
  let text: string;
  try {
    text = read(workerData as Order);
  } catch (error) {
    return { error: (error as Error).message, isUnreadable: true };
  }
  try {
    return { index: parseIndex(text) };
  } catch (error) {
    return { error: (error as Error).message, isUnreadable: false };
  }
}

const message = answer();
const arrays = "index" in message ? Object.values(message.index) : [];
parentPort?.postMessage(
  message,
  arrays.map(({ buffer }) => buffer as ArrayBuffer),
);
