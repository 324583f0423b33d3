/** Reading an index from the outside: in a thread of its own, because it takes seconds and would hold up everything else. */
import { Worker } from "node:worker_threads";
import type { PackedIndex } from "./packed-index.js";

export interface Order {
  readonly path: string;
  /** Of the file. */
  readonly sizeBytes: number;
}

export type Answer =
  | { readonly index: PackedIndex }
  /** `isUnreadable`: nothing is known of what is in the file. */
  | { readonly error: string; readonly isUnreadable: boolean };

/** The file could not be read, and may be readable the next time though it is the same. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
}

/** Text, objects and arrays together; an index needs less than 20. */
const HEAP_PER_FILE = 30;
const LEAST_HEAP_MB = 64;
const BYTES_PER_MEGABYTE = 2 ** 20;

/** Rejects with what is wrong, for people, or when `signal` aborts, which ends the thread. */
export function readIndex(order: Order, signal: AbortSignal): Promise<PackedIndex> {
  return new Promise((resolve, reject) => {
    const fileMb = order.sizeBytes / BYTES_PER_MEGABYTE;
    const heapMb = Math.ceil(LEAST_HEAP_MB + fileMb * HEAP_PER_FILE);
    const worker = new Worker(new URL("./worker.js", import.meta.url), {
      workerData: order,
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    });
    const end = (): void => {
      void worker.terminate();
    };
    signal.addEventListener("abort", end, { once: true });
    worker.on("message", (answer: Answer) => {
      if ("index" in answer) resolve(answer.index);
      else reject(new (answer.isUnreadable ? UnreadableError : Error)(answer.error));
    });
    worker.on("error", (error) => reject(error));
    worker.on("exit", (code) => {
      signal.removeEventListener("abort", end);
      reject(new Error(`the thread that read it ended (${code})`));
    });
    if (signal.aborted) end();
  });
}
