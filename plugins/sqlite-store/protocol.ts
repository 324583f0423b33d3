/** What the plugin asks of its database thread: one table of calls, with the shape of each question and answer. */
import type {
  ChangeReport,
  EventQuery,
  Page,
  PvmonEvent,
  Row,
  TopEntry,
  TopQuery,
  TrafficAnswer,
} from "pvmon";
import type { ChangesSpan, KeepDays } from "pvmon/sql-store";

/** Rows on their way between the threads: PVs as bytes, the few others as they are. */
export interface Batch {
  readonly pvs: Uint8Array<ArrayBuffer>;
  readonly others: readonly Exclude<Row, { kind: "pv" }>[];
}

export interface TrafficRange {
  readonly series: readonly string[];
  readonly from: number;
  readonly to: number;
}

export interface Calls {
  /** Opens, migrates, locks. */
  open(path: string): void;
  /** The next rows of everything stored, null after the last. */
  load(): Batch | null;
  write(batch: Batch): void;
  events(query: EventQuery): Page<PvmonEvent>;
  traffic(range: TrafficRange): TrafficAnswer;
  top(query: TopQuery): readonly TopEntry[];
  changes(span: ChangesSpan): ChangeReport;
  /** Deletes history that is too old, at most some ten thousand rows; true when there is more. */
  purge(keepDays: KeepDays, now: number): boolean;
  close(): void;
}

export type CallName = keyof Calls;

export interface Question<K extends CallName = CallName> {
  readonly id: number;
  readonly call: K;
  readonly parameters: Parameters<Calls[K]>;
}

export type Answer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string };
