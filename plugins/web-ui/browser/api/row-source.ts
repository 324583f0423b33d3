/** Where a table gets its rows from: from an array, or from far away a window at a time. */
export interface RowSource<T> {
  /** Undefined while it is not known. */
  readonly total: number | undefined;
  /** Undefined while it is being loaded. */
  get(index: number): T | undefined;
  /** Says which rows are looked at. */
  show?(first: number, count: number): void;
}

export function rowsOf<T>(items: readonly T[] | undefined): RowSource<T> {
  return { total: items?.length, get: (index) => items?.[index] };
}
