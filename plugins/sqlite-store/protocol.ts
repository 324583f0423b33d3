/** What the plugin asks of its writing thread and of its reading process: tables of calls, with the shape of each question and answer. */
import type { HistoryService, Row } from "pvmon";
import type { KeepDays } from "pvmon/sql-store";

/** Rows on their way between the threads: PVs as bytes, the few others as they are. */
export interface Batch {
  readonly pvs: Uint8Array<ArrayBuffer>;
  readonly others: readonly Exclude<Row, { kind: "pv" }>[];
}

export interface Calls {
  /** Opens, migrates, locks. */
  open(path: string): void;
  /** The next rows of everything stored, null after the last. */
  load(): Batch | null;
  write(batch: Batch): void;
  /** Deletes history that is too old, at most some ten thousand rows, and nothing during a load; true when there is more. */
  purge(keepDays: KeepDays, now: number): boolean;
  close(): void;
}

export type CallName = keyof Calls;

export interface Question<K extends CallName = CallName> {
  readonly id: number;
  readonly call: K;
  readonly parameters: Parameters<Calls[K]>;
}

export type Answer = { readonly id: number } & Outcome;

export type Outcome = { readonly result: unknown } | Failure;

export interface Failure {
  readonly error: string;
  /** A row is at fault, and would be every time. */
  readonly isRefusal?: boolean;
}

/** The history, answered at once. */
export type Reads = {
  readonly [K in keyof HistoryService]: (
    query: Parameters<HistoryService[K]>[0],
  ) => Awaited<ReturnType<HistoryService[K]>>;
};

export type ReadName = keyof Reads;

/** To the reading process, which gets one at a time. */
export interface ReadQuestion<K extends ReadName = ReadName> {
  readonly read: K;
  readonly query: Parameters<Reads[K]>[0];
  /** Another after facts were written or deleted, undefined while that goes on. */
  readonly factsVersion?: number | undefined;
}

/** Of the reading process, unless it is a {@link Failure}. */
export interface ReadAnswer {
  readonly result: unknown;
  /** It rests on something counted for an earlier question of the same {@link ReadQuestion.factsVersion}. */
  readonly usesKnown: boolean;
}
