/** The operators' log: which events wait to be acknowledged, and which still have to learn their application. */
import type { PvmonEvent } from "./event.js";

/** Of events that are told already. */
export interface JournalSink {
  /** The event in its new state: to be kept in the place of the one with its id. */
  changed(event: PvmonEvent): void;
}

export class Journal {
  constructor(readonly sink: JournalSink) {}

  /** Every event that is told, in order. */
  recorded(_event: PvmonEvent): void {}

  /** How many entries of a host are pending. */
  pendingOf(_host: string): number {
    return 0;
  }

  /** The ids of pending entries: of a host, or all. */
  pending(_host?: string): readonly string[] {
    return [];
  }

  /** Answers how many were pending; other ids are left alone. */
  acknowledge(_ids: readonly string[], _who: string, _at: number): number {
    return 0;
  }

  /** A server turned out to be this application: events about it since then that know of none get it. */
  identified(_server: string, _app: string, _since: number): void {}

  /** Takes a pending entry back. */
  restore(_event: PvmonEvent): void {}
}
