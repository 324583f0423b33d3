/** Values as every driver takes and gives them. */

export type SqlValue = string | number | null | Uint8Array;

/** The columns of one row, in the order that was asked for. */
export type SqlRow = readonly SqlValue[];

export interface Question {
  readonly sql: string;
  readonly values: readonly SqlValue[];
}

/** Asks one question after another, each answered by its rows: what is asked next may depend on them. */
export type Asking<T> = Generator<Question, T, readonly SqlRow[]>;
