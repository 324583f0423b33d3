/** What is fuzzed: one reader of what others say, and what has to hold of every answer that it gives. */

export interface FuzzTarget {
  /** What is read, in a few words. */
  readonly what: string;
  /** Makes the reader, with whatever it keeps from input to input. */
  create(): FuzzReader;
}

/** Reads one input, valid until it is done; throws when anything comes of it that must not. */
export type FuzzReader = (input: Uint8Array) => void | Promise<void>;
