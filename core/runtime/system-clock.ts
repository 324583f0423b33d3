/** The machine's clock. */
import { performance } from "node:perf_hooks";
import type { Clock } from "../plugin/services.js";
import { sleep } from "./sleep.js";

/** What a Node timer can wait at most. */
const LONGEST_MS = 2 ** 31 - 1;

export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  elapsed(): number {
    return performance.now();
  }

  after(ms: number, call: () => void): () => void {
    const timer = setTimeout(call, Math.min(ms, LONGEST_MS)).unref();
    return () => clearTimeout(timer);
  }

  every(ms: number, call: () => void): () => void {
    const timer = setInterval(call, Math.min(ms, LONGEST_MS)).unref();
    return () => clearInterval(timer);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return sleep(this, ms, signal);
  }
}
