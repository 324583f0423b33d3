/** An outbox whose store does what a test says. */
import { IdSet } from "../../../core/model/inventory/id-set.js";
import type { PvRow, Row, TrafficRow } from "../../../core/model/row.js";
import type { Store } from "../../../core/plugin/plugin.js";
import { BackOff } from "../../../core/runtime/back-off.js";
import { Outbox } from "../../../core/runtime/outbox.js";
import type { OutboxOptions } from "../../../core/runtime/outbox-options.js";
import { FakeClock, pvRow } from "../../../core/testkit/index.js";

/** A store that does what the test says. */
export class ScriptedStore implements Store {
  readonly batches: (readonly Row[])[] = [];
  /** Of each write: what it does, and the signal it was given. */
  behave: (signal: AbortSignal) => Promise<void> = async () => undefined;
  writing = 0;
  mostAtOnce = 0;

  async start(): Promise<void> {}
  async stop(): Promise<void> {}
  async *load(): AsyncGenerator<readonly Row[]> {}

  async write(rows: readonly Row[], signal: AbortSignal): Promise<void> {
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.writing);
    try {
      await this.behave(signal);
      this.batches.push(rows);
    } finally {
      this.writing--;
    }
  }
}

export function traffic(minute: number, value = 0): TrafficRow {
  return { kind: "traffic", minuteAt: minute * 60_000, series: "beacons", value };
}

export function scene(options: Partial<OutboxOptions> = {}) {
  const clock = new FakeClock();
  const store = new ScriptedStore();
  const requests = new Map<number, number>();
  const complaints: (string | undefined)[] = [];
  const failures: string[] = [];
  const moves: number[] = [];
  const slot = {
    id: "memory",
    store: store as Store | undefined,
    complain: (reason: string | undefined) => void complaints.push(reason),
    fail: (reason: string) => void failures.push(reason),
  };
  const source = {
    pvRow: (id: number): PvRow | undefined => {
      const count = requests.get(id);
      return count === undefined ? undefined : pvRow(`PV:${id}`, { requests: count });
    },
    serverRow: () => undefined,
    clientRow: () => undefined,
    hostRow: () => undefined,
    appRow: () => undefined,
    groupRow: () => undefined,
    healthRow: () => undefined,
  };
  const outbox = new Outbox(slot, source, clock, () => moves.push(clock.now()), {
    backOff: new BackOff({ firstMs: 1000, longestMs: 60_000, random: () => 1 }),
    ...options,
  });
  const change = (id: number, count: number): void => {
    requests.set(id, count);
    outbox.dirty.pvs(new IdSet([id]));
  };
  return { clock, store, slot, outbox, change, requests, complaints, failures };
}

export const requestsIn = (rows: readonly Row[] | undefined): readonly number[] =>
  (rows ?? []).flatMap((row) => (row.kind === "pv" ? [row.requests] : []));
