/** Waiting for something that another process brings about. */
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 20;

/**
 * Asks again and again until there is an answer.
 * @param what told in the error when there is none in time
 * @param find undefined or false: not yet
 */
export async function waitFor<T>(
  what: string,
  find: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs: number,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = await find();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await sleep(POLL_MS);
  }
}
