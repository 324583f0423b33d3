/** What a store in memory remembers, and what a row does to it. */
import type { Fact, FactRow, PvmonEvent, Row, TrafficRow } from "../index.js";

export interface Interval {
  readonly fact: Fact;
  readonly subject: string;
  readonly value: string;
  readonly begins: number;
  readonly ends: number | null;
}

export class MemoryMedium {
  /** PVs and other records, by kind and key. */
  records = new Map<string, Row>();
  events = new Map<string, PvmonEvent>();
  /** By minute and series. */
  traffic = new Map<string, TrafficRow>();
  /** By fact, subject, value and beginning. */
  facts = new Map<string, Interval>();

  copy(): MemoryMedium {
    const copy = new MemoryMedium();
    copy.records = new Map(this.records);
    copy.events = new Map(this.events);
    copy.traffic = new Map(this.traffic);
    copy.facts = new Map(this.facts);
    return copy;
  }

  write(row: Row): void {
    switch (row.kind) {
      case "event":
        this.events.set(row.event.id, structuredClone(row.event));
        break;
      case "traffic":
        this.traffic.set(keyOf(row.minuteAt, row.series), { ...row });
        break;
      case "fact":
        if (row.holds) begin(this.facts, row);
        else end(this.facts, row);
        break;
      case "pvForgotten":
        this.records.delete(keyOf("pv", latin1(row.name)));
        break;
      case "forgotten":
        this.records.delete(keyOf(row.of, row.key));
        break;
      default:
        this.records.set(recordKey(row), structuredClone(row));
    }
  }
}

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
export const keyOf = (...parts: readonly (string | number)[]): string => JSON.stringify(parts);

function recordKey(
  row: Extract<
    Row,
    { kind: "pv" | "server" | "client" | "host" | "app" | "group" | "metrics" | "site" }
  >,
): string {
  switch (row.kind) {
    case "pv":
      return keyOf(row.kind, latin1(row.name));
    case "server":
      return keyOf(row.kind, row.server);
    case "client":
      return keyOf(row.kind, row.client);
    case "host":
      return keyOf(row.kind, row.host);
    case "app":
      return keyOf(row.kind, row.app);
    case "group":
      return keyOf(row.kind, row.group);
    case "metrics":
      return keyOf(row.kind, row.source);
    case "site":
      return keyOf(row.kind, row.subject, row.name);
  }
}

function isSame(item: Interval, { fact, subject, value }: FactRow): boolean {
  return item.fact === fact && item.subject === subject && item.value === value;
}

function begin(facts: Map<string, Interval>, row: FactRow): void {
  if ([...facts.values()].some((item) => isSame(item, row) && item.ends === null)) return;
  const { fact, subject, value, at } = row;
  const key = keyOf(fact, subject, value, at);
  const before = facts.get(key);
  if (before !== undefined && before.ends !== before.begins) return;
  facts.set(key, { fact, subject, value, begins: at, ends: null });
}

function end(facts: Map<string, Interval>, row: FactRow): void {
  for (const [key, item] of facts) {
    const holds = isSame(item, row) && item.ends === null;
    if (holds && item.begins <= row.at) facts.set(key, { ...item, ends: row.at });
  }
}
