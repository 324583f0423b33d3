/** Waiting for an answer that may never come: at most so long, and not after the caller has lost interest. */
import { setMaxListeners } from "node:events";
import { CaError } from "./error.js";

/** What every request takes. */
export interface RequestOptions {
  /** How long to wait, in ms. Default the client's `timeoutMs`. */
  readonly timeoutMs?: number;
  /** Ends the wait early, with code `aborted`. */
  readonly signal?: AbortSignal | undefined;
}

/** The same, with the default filled in. */
export interface WaitLimits {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Longest delay of a timer: a larger one would fire at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

export class Wait<T> {
  readonly promise: Promise<T>;
  readonly #what: string;
  readonly #forget: () => void;
  readonly #timer: NodeJS.Timeout;
  readonly #signal: AbortSignal | undefined;
  #settle!: { resolve(value: T): void; reject(error: unknown): void };
  #isSettled = false;

  /**
   * @param what is waited for, as errors tell it: "reading X from 10.0.0.1:5064"
   * @param forget called once, however the wait ends
   */
  constructor(what: string, { timeoutMs, signal }: WaitLimits, forget: () => void) {
    this.#what = what;
    this.#forget = forget;
    this.#signal = signal;
    this.promise = new Promise<T>((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Whoever waits sees the rejection by the promise; when nobody does, it is nobody's concern.
    this.promise.catch(() => undefined);
    this.#timer = setTimeout(
      () => this.reject(new CaError("timeout", `${what}: no answer within ${timeoutMs} ms`)),
      Math.min(timeoutMs, MAX_TIMER_MS),
    );
    if (signal === undefined) return;
    if (signal.aborted) this.#abort();
    else {
      // One signal may end thousands of waits, each of which takes its listener back.
      setMaxListeners(0, signal);
      signal.addEventListener("abort", this.#abort, { once: true });
    }
  }

  resolve(value: T): void {
    if (this.#end()) this.#settle.resolve(value);
  }

  reject(error: unknown): void {
    if (this.#end()) this.#settle.reject(error);
  }

  readonly #abort = (): void => {
    this.reject(new CaError("aborted", `${this.#what}: aborted`, this.#signal?.reason));
  };

  #end(): boolean {
    if (this.#isSettled) return false;
    this.#isSettled = true;
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#abort);
    this.#forget();
    return true;
  }
}

/** The result of something shared, for one of those who wait for it: its end does not end the thing itself. */
export async function waitFor<T>(what: string, shared: Promise<T>, limits: WaitLimits): Promise<T> {
  const wait = new Wait<T>(what, limits, () => undefined);
  shared.then(
    (value) => wait.resolve(value),
    (error: unknown) => wait.reject(error),
  );
  return await wait.promise;
}
