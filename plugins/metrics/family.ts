/** What a metric is: its name and words, and how its values are read off a snapshot. */
import type { Snapshot } from "./snapshot.js";

/** A value with those of the family's labels, in their order. */
export type Reading = readonly [value: number, ...labels: string[]];

export interface Family {
  /** With the unit at the end; counters end in `_total`. */
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly help: string;
  readonly labels: readonly string[];
  read(snapshot: Snapshot): Iterable<Reading>;
}

export function gauge(
  name: string,
  help: string,
  read: (snapshot: Snapshot) => number | null,
): Family {
  return { name, type: "gauge", help, labels: [], read: single(read) };
}

export function counter(name: string, help: string, read: (snapshot: Snapshot) => number): Family {
  return { name, type: "counter", help, labels: [], read: single(read) };
}

export function gauges(
  name: string,
  help: string,
  labels: readonly string[],
  read: (snapshot: Snapshot) => Iterable<Reading>,
): Family {
  return { name, type: "gauge", help, labels, read };
}

export function counters(
  name: string,
  help: string,
  labels: readonly string[],
  read: (snapshot: Snapshot) => Iterable<Reading>,
): Family {
  return { name, type: "counter", help, labels, read };
}

/** Times are seconds since 1970, as Prometheus has them. */
export function seconds(utcMs: number): number {
  return utcMs / 1000;
}

function single(read: (snapshot: Snapshot) => number | null) {
  return (snapshot: Snapshot): readonly Reading[] => {
    const value = read(snapshot);
    return value === null ? [] : [[value]];
  };
}
