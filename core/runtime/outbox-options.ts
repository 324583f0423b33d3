/** What an outbox may need of memory, disk and time. */
import { BackOff } from "./back-off.js";
import type { Spool } from "./spool.js";

export interface OutboxOptions {
  /** Rows of history kept in memory. */
  readonly historyLimit: number;
  /** Where history goes while the store cannot take it; only memory without one. */
  readonly spool: Spool | undefined;
  /** Rows in one write, at most. */
  readonly batchRows: number;
  /** A write that takes longer is told to end and counts as failing; one that goes on for as long again has its store replaced. */
  readonly writeMs: number;
  readonly backOff: BackOff;
}

export function outboxOptions(given: Partial<OutboxOptions>): OutboxOptions {
  return {
    historyLimit: 200_000,
    spool: undefined,
    batchRows: 2000,
    writeMs: 30_000,
    backOff: new BackOff({ firstMs: 1000, longestMs: 60_000 }),
    ...given,
  };
}
