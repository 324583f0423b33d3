/** Lists come a page at a time. */

export interface Page<T> {
  readonly items: readonly T[];
  /** How many match in all. */
  readonly total: number;
  /** Opaque; null on the last page, and on those that were asked for by their offset. Stays valid while data changes. */
  readonly next: string | null;
}

export interface PageQuery {
  /** 1..1000. */
  readonly limit: number;
  readonly cursor?: string;
}

/** Of a list that can be sorted, and any page of it had at once. */
export interface SortedQuery<S> extends PageQuery {
  readonly sort?: S;
  /** Without it the one that people look for first: times and numbers go down, texts up. */
  readonly order?: "asc" | "desc";
  /** In the place of `cursor`: how many items come before the page, 0 or more. */
  readonly offset?: number;
}
