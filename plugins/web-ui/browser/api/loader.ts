/** Loads one thing again and again, one attempt at a time, and keeps the latest answer while the next one is under way. */
import { isRefusal, type Problem, problemFrom } from "./problem.js";

export interface Outcome<T> {
  /** The latest answer. */
  readonly data: T | undefined;
  /** Of the latest attempt. */
  readonly problem: Problem | undefined;
  readonly loading: boolean;
}

/** There is an answer, or a reason why there is none; also where nothing was asked. */
export function isSettled({ data, problem, loading }: Outcome<unknown>): boolean {
  return data !== undefined || problem !== undefined || !loading;
}

/** Of one thing that is asked for by its name: nobody has named one, or pvmon knows none that is called so. */
export function isMissing({ data, problem, loading }: Outcome<unknown>): boolean {
  if (problem !== undefined) return problem.status === 404 || problem.status === 400;
  return data === undefined && !loading;
}

export class Loader<T> {
  readonly #ask: (signal: AbortSignal) => Promise<T>;
  readonly #tell: (outcome: Outcome<T>) => void;
  readonly #gone = new AbortController();
  #outcome: Outcome<T> = { data: undefined, problem: undefined, loading: false };
  #isWantedAgain = false;

  /** @param tell what there is now; not any more after {@link stop}. */
  constructor(ask: (signal: AbortSignal) => Promise<T>, tell: (outcome: Outcome<T>) => void) {
    this.#ask = ask;
    this.#tell = tell;
  }

  /**
   * Now; during an attempt once more when that has ended. It is not broken off: where answers take longer than the time between
   * two calls, none would ever come. Nor is it enough: it may have been answered before what somebody wants to see.
   */
  load(): void {
    if (this.#outcome.loading) this.#isWantedAgain = true;
    else void this.#attempt();
  }

  stop(): void {
    this.#gone.abort();
  }

  async #attempt(): Promise<void> {
    const { signal } = this.#gone;
    do {
      this.#isWantedAgain = false;
      this.#set({ ...this.#outcome, loading: true });
      const [data, problem] = await this.#ask(signal).then(
        (answer): [T, undefined] => [answer, undefined],
        (error: unknown): [T | undefined, Problem] => this.#failed(problemFrom(error)),
      );
      this.#set({ data, problem, loading: this.#isWantedAgain });
    } while (this.#isWantedAgain && !signal.aborted);
  }

  #failed(problem: Problem): [T | undefined, Problem] {
    return [isRefusal(problem) ? undefined : this.#outcome.data, problem];
  }

  #set(outcome: Outcome<T>): void {
    if (this.#gone.signal.aborted) return;
    this.#outcome = outcome;
    this.#tell(outcome);
  }
}
