/**
 * What a running pvmon holds on to: its heap, and buffers beside it, once all garbage has been collected. Loaded into the process
 * before its own code, this module answers SIGUSR2 on standard error.
 * How much garbage there is beside it depends on how lazy the collector happens to be: what is held tells whether memory grows.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { BroadcastChannel, isMainThread } from "node:worker_threads";
import { waitFor } from "../peers/wait.js";
import type { PvmonProcess } from "./pvmon-process.js";

const ANSWER = /^@held (\d+)$/;
const TIMEOUT_MS = 30_000;
/** In which they have collected theirs, and this one has made new garbage: on a full wire some 10 MB. */
const THREADS_MS = 500;
const LOOKS = 3;
const LOADED = "PVMON_HELD_MEMORY";

/** A pvmon has to be started with it to be asked. */
export const heldMemoryEnvironment = {
  NODE_OPTIONS: `--import=${fileURLToPath(import.meta.url)}`,
  [LOADED]: "1",
} as const;

/** The least of some looks: what a question needs that is just being answered is not held for long. */
export async function heldMegabytes(pvmon: PvmonProcess): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let n = 0; n < LOOKS; n++) least = Math.min(least, await look(pvmon));
  return least;
}

async function look(pvmon: PvmonProcess): Promise<number> {
  const answers = () => pvmon.log.filter((line) => ANSWER.test(line));
  const before = answers().length;
  process.kill(pvmon.pid, "SIGUSR2");
  const answered = () => answers().length > before;
  await waitFor("pvmon says what it holds", answered, TIMEOUT_MS);
  return Number(ANSWER.exec(answers().at(-1) ?? "")?.[1]) / 1e6;
}

/** Its threads have heaps of their own, whose garbage is resident memory as well. */
function collect(): void {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  // What the first frees may free more.
  for (let n = 0; n < 2; n++) gc();
}

async function answer(threads: BroadcastChannel): Promise<void> {
  threads.postMessage("collect");
  await sleep(THREADS_MS);
  collect();
  const { heapUsed, external } = process.memoryUsage();
  process.stderr.write(`@held ${heapUsed + external}\n`);
}

if (process.env[LOADED] !== undefined) {
  const threads = new BroadcastChannel(LOADED);
  threads.unref();
  if (isMainThread) process.on("SIGUSR2", () => void answer(threads));
  else threads.onmessage = collect;
}
