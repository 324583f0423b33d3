/** How a store is broken on purpose: a sound one with a part that does something else. */
import type { HistoryService, Row, Store } from "pvmon";
import type { MemoryStore } from "pvmon/testkit";

export type Breaking = (store: MemoryStore) => Partial<Store<HistoryService>>;

export interface BrokenStore {
  /** How it is broken. */
  readonly how: string;
  /** The rule that has to catch it. */
  readonly rule: string;
  /** What is different from the sound store. */
  readonly breaking: Breaking;
}

export const writing =
  (change: (rows: readonly Row[]) => readonly Row[]): Breaking =>
  (store) => ({ write: (rows) => store.write(change(rows)) });

export const loading =
  (change: (rows: readonly Row[]) => readonly Row[]): Breaking =>
  (store) => ({
    async *load() {
      for await (const rows of store.load()) yield change(rows);
    },
  });

/** Each member by itself: a spread copies no methods, and the store would be broken in all that it answers. */
export const answering =
  (change: (service: HistoryService) => Partial<HistoryService>): Breaking =>
  ({ service }) => {
    const sound: HistoryService = {
      events: (query) => service.events(query),
      eventCounts: (query) => service.eventCounts(query),
      traffic: (query) => service.traffic(query),
      top: (query) => service.top(query),
      changes: (span) => service.changes(span),
    };
    return { service: { ...sound, ...change(service) } };
  };

export const each = (change: (row: Row) => Row): Breaking => writing((rows) => rows.map(change));

export const eventsWithout = (member: string): Breaking =>
  answering((service) => ({
    events: (query) => {
      const { [member as never]: _left, ...rest } = query;
      return service.events(rest);
    },
  }));

export const named = (name: Uint8Array): string => String.fromCharCode(...name);
export const bytes = (name: string): Uint8Array => Uint8Array.from(name, (c) => c.charCodeAt(0));

/** A sound store but for what is broken. */
export function broken(store: MemoryStore, breaking: Breaking): Store<HistoryService> {
  const sound: Store<HistoryService> = {
    service: store.service,
    start: () => store.start(),
    stop: () => store.stop(),
    load: () => store.load(),
    write: (rows) => store.write(rows),
  };
  return { ...sound, ...breaking(store) };
}
