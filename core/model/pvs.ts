/** All PVs: which names are asked for and by whom, which servers answer for them, and what state that puts them in. */
import type { EventDraft } from "./event.js";
import type { AnswerSeen, ChannelSeen, SearchSeen, SearchUnanswered } from "./observation.js";
import type { PvRow } from "./row.js";
import type { Counts, Page, PvDetail, PvItem, PvQuery, PvState, ServerState } from "./views.js";

export interface PvsOptions {
  /** Names kept at most; further ones are refused and counted. Default 6,000,000. */
  readonly maxNames?: number;
  /** Seeds the hash of names against collision attacks, 0..2^53-1. Default 0. */
  readonly seed?: number;
}

export interface PvSink {
  event(draft: EventDraft): void;
  /** The row of this PV has changed. */
  dirty(id: number): void;
}

/** Whether a server that answered for a PV last at `since` is lost, stopped, or was restarted after that. */
export type ServerIsGone = (key: number, since: number) => boolean;

export declare class Pvs {
  constructor(options: PvsOptions, sink: PvSink);
  /** Names refused since the start: the table was full, or they were empty or of 500 bytes and more. */
  get refused(): number;
  foldSearch(search: SearchSeen): Uint32Array;
  answer(answer: AnswerSeen): void;
  unanswered(search: SearchUnanswered, serverIsGone: ServerIsGone): void;
  channel(channel: ChannelSeen): void;
  serverChanged(key: number, state: ServerState, at: number): void;
  /** -1 when there is no such name. */
  idOf(name: string | Uint8Array): number;
  nameOf(id: number): string;
  stateOf(id: number): PvState;
  counts(): Counts["pvs"];
  item(id: number): PvItem;
  detail(id: number): PvDetail;
  row(id: number): PvRow | undefined;
  restore(row: PvRow): void;
  forget(id: number): void;
  /** Ids of the names whose latest owner is this server. */
  namesOf(key: number): Iterable<number>;
  /** How many {@link namesOf} has. */
  ownedBy(key: number): number;
  /** Ids run from 0 to one less than this. */
  slots(): number;
  /** For walks over all: undefined for an empty slot. */
  slot(
    id: number,
  ):
    | { readonly name: string; readonly state: PvState; readonly servers: readonly string[] }
    | undefined;
  /** When it was last asked for, answered for, or first seen; undefined for an empty slot. */
  lastUsedAt(id: number): number | undefined;
  page(query: PvQuery): Generator<undefined, Page<PvItem>>;
}
