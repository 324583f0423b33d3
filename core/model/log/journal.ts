/** The operators' log: which events wait to be acknowledged, and which still have to learn their application. */
import type { EventType, LogState, PvmonEvent } from "../event.js";
import { JournalIndex } from "./journal-index.js";

/** Of events that are told already. */
export interface JournalSink {
  /** The event in its new state: to be kept in the place of the one with its id. */
  changed(event: PvmonEvent): void;
}

/** Which events are entries of the log, unless whoever tells them says otherwise. */
export const LOG_STATE_OF: Readonly<Partial<Record<EventType, LogState>>> = {
  "server.started": "pending",
  "server.restarted": "pending",
  "server.stopped": "pending",
  "server.lost": "pending",
  "server.unresponsive": "pending",
  "server.duplicateIdentity": "pending",
  "server.returned": "noted",
  "server.resumed": "noted",
  "server.duplicateRoute": "noted",
  "host.lost": "pending",
  "host.returned": "noted",
  "app.started": "pending",
  "app.restarted": "pending",
  "app.lost": "pending",
  "app.returned": "pending",
  "operator.changed": "noted",
  "operator.noted": "noted",
};

/** Entries that wait for people; beyond them pvmon acknowledges the oldest, or that of the host with too many. */
const MAX_PENDING = 10_000;
/** Further events that are remembered: other entries, and those about servers. */
const MAX_RECENT = 10_000;
/** Who acknowledges when nobody did. */
const ITSELF = "pvmon";

export interface JournalOptions {
  /** Default 10,000. */
  readonly maxPendingEntries?: number;
  /** Default 10,000. */
  readonly maxRecentEntries?: number;
}

/** Pending entries are all remembered, others while they are recent: a store may not have their newest state yet. */
export class Journal {
  readonly #sink: JournalSink;
  readonly #maxPending: number;
  readonly #maxRecent: number;
  /** The newest state of each by id. */
  readonly #events = new Map<string, PvmonEvent>();
  /** By host; those of none under "". */
  readonly #pending = new JournalIndex();
  /** The rest of them, by nothing. */
  readonly #recent = new JournalIndex();
  /** Those about servers whose application is not known yet, by server. */
  readonly #unidentified = new JournalIndex();

  constructor(sink: JournalSink, options: JournalOptions = {}) {
    this.#sink = sink;
    this.#maxPending = options.maxPendingEntries ?? MAX_PENDING;
    this.#maxRecent = options.maxRecentEntries ?? MAX_RECENT;
  }

  /** Every event that is told, in order. */
  recorded(event: PvmonEvent): void {
    this.#remember(event);
    while (this.#pending.size > this.#maxPending) {
      const because = `more than ${this.#maxPending} entries were pending`;
      this.#acknowledge(this.#displaced(event.host ?? ""), ITSELF, event.at, because);
    }
    this.#forgetOld();
  }

  /** How many entries of a host are pending. */
  pendingOf(host: string): number {
    return this.#pending.countOf(host);
  }

  /** The ids of pending entries: of a host, or all; oldest first. */
  pending(host?: string): readonly string[] {
    return host === undefined ? this.#pending.all() : this.#pending.of(host);
  }

  /** Answers which of them were pending; other ids are left alone. */
  acknowledge(ids: readonly string[], who: string, at: number): readonly string[] {
    const pending = [...new Set(ids)].filter((id) => this.#pending.has(id));
    for (const id of pending) this.#acknowledge(id, who, at);
    this.#forgetOld();
    return pending;
  }

  /** Takes entries out of the log, pending ones acknowledged. Answers which of them were in it, as far as it remembers. */
  forget(ids: readonly string[], who: string, at: number): readonly string[] {
    const entries = [...new Set(ids)].filter((id) => {
      const log = this.#events.get(id)?.log;
      return log !== undefined && log !== "forgotten";
    });
    for (const id of entries) {
      if (this.#pending.has(id)) this.#acknowledge(id, who, at);
      this.#change({ ...this.#events.get(id)!, log: "forgotten" });
    }
    this.#forgetOld();
    return entries;
  }

  /** Whether the newest state of this entry is remembered. */
  remembers(id: string): boolean {
    return this.#events.has(id);
  }

  /**
   * A server turned out to be this application: events about it since then that know of none get it.
   * @param server `ip:port`
   */
  identified(server: string, app: string, since: number): void {
    for (const id of this.#unidentified.of(server)) {
      const event = this.#events.get(id)!;
      if (event.at < since) continue;
      this.#unidentified.delete(id);
      this.#change({ ...event, app });
    }
  }

  /** Takes back what a store has; an event that is remembered stays as it is. Oldest first. */
  restore(event: PvmonEvent): void {
    if (!this.#events.has(event.id)) this.#remember(event);
  }

  /** A host with more than its share, as one whose IOC starts again and again, makes room for itself and not at the others' cost. */
  #displaced(host: string): string {
    const hasTooMany = this.#pending.countOf(host) * this.#pending.keyCount > this.#pending.size;
    return (hasTooMany ? this.#pending.oldestOf(host) : this.#pending.oldest())!;
  }

  #remember(event: PvmonEvent): void {
    const { id, type, log, host, server, app } = event;
    const isOpen = type.startsWith("server.") && server !== undefined && app === undefined;
    if (log === undefined && !isOpen) return;
    this.#events.set(id, event);
    if (log === "pending") this.#pending.add(id, host ?? "");
    else this.#recent.add(id, "");
    if (isOpen) this.#unidentified.add(id, server);
  }

  #acknowledge(id: string, who: string, at: number, because?: string): void {
    const event = this.#events.get(id)!;
    this.#pending.delete(id);
    this.#recent.add(id, "");
    this.#change({
      ...event,
      log: "acknowledged",
      acknowledgedAt: at,
      acknowledgedBy: who,
      ...(because !== undefined && {
        evidence: { ...event.evidence, acknowledgedBecause: because },
      }),
    });
  }

  #change(event: PvmonEvent): void {
    this.#events.set(event.id, event);
    this.#sink.changed(event);
  }

  #forgetOld(): void {
    while (this.#recent.size > this.#maxRecent) {
      const id = this.#recent.oldest()!;
      this.#recent.delete(id);
      this.#unidentified.delete(id);
      this.#events.delete(id);
    }
  }
}
