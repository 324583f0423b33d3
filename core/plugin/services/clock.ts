/** CLOCK: time. */
import { token } from "../token.js";

/** The only source of time for everything whose behaviour depends on it. */
export interface Clock {
  /** UTC ms. */
  now(): number;
  /** Monotonic ms, for intervals. */
  elapsed(): number;
  /** Calls once after `ms`; the answer cancels. Never keeps the process alive. */
  after(ms: number, call: () => void): () => void;
  /** Calls every `ms`; the answer cancels. Never keeps the process alive. */
  every(ms: number, call: () => void): () => void;
  /** Resolves after `ms`, rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
export const CLOCK = token<Clock>("CLOCK");
