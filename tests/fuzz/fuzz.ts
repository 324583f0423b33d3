/** One run over one target: the corpus as it is, then as many mutations of it as are wanted. */
import type { Seed } from "./corpus.js";
import { Mutator } from "./mutator.js";
import type { FuzzTarget } from "./target.js";

export interface FuzzOptions {
  readonly seeds: readonly Seed[];
  /** How many mutations. */
  readonly count: number;
  /** Of the mutations; another one gives others. */
  readonly seed: number;
  /** Called after each hundredth of the mutations. */
  readonly progress?: (done: number) => void;
}

/** An input that broke its reader. */
export class BrokenByInput extends Error {
  constructor(
    readonly input: Uint8Array,
    /** The name of a seed, or the number of a mutation. */
    which: string,
    cause: unknown,
  ) {
    super(`${which}: ${cause instanceof Error ? cause.stack : String(cause)}`, { cause });
  }
}

/** @throws BrokenByInput at the first input that the target cannot stand. */
export async function fuzz(
  target: FuzzTarget,
  { seeds, count, seed, progress }: FuzzOptions,
): Promise<void> {
  const read = target.create();
  const tried = async (input: Uint8Array, which: () => string): Promise<void> => {
    try {
      await read(input);
    } catch (error) {
      throw new BrokenByInput(input.slice(), which(), error);
    }
  };
  for (const { name, bytes } of seeds) await tried(bytes, () => name);
  const mutator = new Mutator(
    seeds.map(({ bytes }) => bytes),
    seed,
  );
  const step = Math.ceil(count / 100);
  for (let done = 1; done <= count; done++) {
    await tried(mutator.next(), () => `mutation ${done} of seed ${seed}`);
    if (done % step === 0) progress?.(done);
  }
}
