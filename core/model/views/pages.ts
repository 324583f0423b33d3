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
