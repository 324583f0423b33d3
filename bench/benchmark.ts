/** What a benchmark is: figures with the goals that they are to reach, where possible beside a peer's figure of the same run. */

/** What goals are set for, unless they say otherwise. */
export const MILLION = 1_000_000;

export interface BenchmarkOptions {
  /** Size of the site, for quick runs: distinct names. */
  readonly names: number;
}

export interface Peer {
  readonly name: string;
  readonly figure: number;
}

/** A bound, either `atLeast` or `atMost`. */
export interface Goal {
  /** A member of `also`; the figure itself when left out. */
  readonly of?: string;
  /** What that is, in words for the report; the member's name without it. */
  readonly what?: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly unit: string;
  /** Distinct names for which it is set: at other sizes it says nothing. A million without it. */
  readonly names?: number;
}

/** Figures at moments of a run, in order of time; all of one length. */
export interface Course {
  /** Since the start. */
  readonly minutes: readonly number[];
  /** By what they are, in words. */
  readonly lines: Readonly<Record<string, readonly number[]>>;
  /** Of the figures. */
  readonly unit: string;
}

export interface Result {
  /** Of what, where a benchmark has several. */
  readonly of?: string;
  readonly figure: number;
  readonly unit: string;
  readonly goals?: readonly Goal[];
  readonly peer?: Peer;
  /** Further figures of the same run, with their units in their names. */
  readonly also?: Readonly<Record<string, number | string>>;
  /** What became of figures while the run went on. */
  readonly course?: Course;
}

export interface Benchmark {
  readonly name: string;
  /** What is measured, in one line. */
  readonly what: string;
  /** Sizes that the report shows, in distinct names; a million without it. */
  readonly sizes?: readonly number[];
  /** It takes so long that it runs only when it is named. */
  readonly byNameOnly?: boolean;
  /** One figure, or one after the other. */
  run(options: BenchmarkOptions): Result | Promise<Result> | AsyncIterable<Result>;
}

/** How costs grow, from a small site to more names than any has. */
export const GROWTH: readonly number[] = [10_000, 100_000, MILLION, 5 * MILLION];

/** Of the runs, the middle one in names/s; every run does `names` names. */
export function medianRate(runs: number, names: number, run: () => void): number {
  const rates = Array.from({ length: runs }, () => {
    const begin = process.hrtime.bigint();
    run();
    return (names * 1e9) / Number(process.hrtime.bigint() - begin);
  });
  rates.sort((a, b) => a - b);
  return Math.round(rates[runs >> 1]!);
}

/** Resident memory, MB, after a collection where Node was started with `--expose-gc`. */
export function residentMegabytes(): number {
  globalThis.gc?.();
  return Math.round(process.memoryUsage.rss() / 1e6);
}
