/** What a benchmark is: one figure, where possible beside a peer's figure from the same run. */

export interface BenchmarkOptions {
  /** Size of the site, for quick runs: distinct names. */
  readonly names: number;
}

export interface Peer {
  readonly name: string;
  readonly figure: number;
}

export interface Result {
  /** Of what, where a benchmark has several. */
  readonly of?: string;
  readonly figure: number;
  readonly unit: string;
  readonly peer?: Peer;
  /** Further figures of the same run, with their units in their names. */
  readonly also?: Readonly<Record<string, number | string>>;
}

export interface Benchmark {
  readonly name: string;
  /** What is measured, in one line. */
  readonly what: string;
  /** One figure, or one after the other. */
  run(options: BenchmarkOptions): Result | Promise<Result> | AsyncIterable<Result>;
}

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
