/** Those who want to know all of a host now, in order of arrival, until their turn comes or they lose interest. */
import { setMaxListeners } from "node:events";
import type { ProbeOutcome } from "pvmon";

/** Further ones are refused at once. */
const MAX_WAITING = 1000;

/** What came of a request, but for its name and how long it took. */
export type Told = Omit<ProbeOutcome, "name" | "waitedMs">;

export interface Request {
  readonly source: string;
  readonly signal: AbortSignal;
  /** To be called once. */
  settle(told: Told): void;
}

export class Requests {
  readonly #waiting = new Set<Request>();
  #closed: string | undefined;

  /** Rejects only with the signal's reason. */
  async add(source: string, signal: AbortSignal): Promise<Told> {
    signal.throwIfAborted();
    if (this.#closed !== undefined) return notAsked(this.#closed);
    if (this.#waiting.size >= MAX_WAITING) return notAsked(`${MAX_WAITING} hosts wait already`);
    return await new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.delete(request);
        signal.removeEventListener("abort", abort);
      };
      const abort = (): void => {
        leave();
        reject(signal.reason);
      };
      const request: Request = {
        source,
        signal,
        settle: (told) => {
          leave();
          resolve(told);
        },
      };
      // One signal may end all who wait, each of whom takes the listener back.
      setMaxListeners(0, signal);
      signal.addEventListener("abort", abort, { once: true });
      this.#waiting.add(request);
    });
  }

  /** The one that has waited longest; it is the caller's to settle. */
  take(): Request | undefined {
    for (const first of this.#waiting) {
      this.#waiting.delete(first);
      return first;
    }
    return undefined;
  }

  /** Refuses all who wait and all who come. */
  close(why: string): void {
    this.#closed = why;
    for (const { settle } of [...this.#waiting]) settle(notAsked(why));
  }
}

export function notAsked(why: string): Told {
  return { answers: [], tries: 0, error: why };
}
