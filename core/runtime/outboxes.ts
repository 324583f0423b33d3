/** All outboxes together: they are fed from the inventory, flushed in rhythm, and emptied at the end. */
import type { PvmonEvent } from "../model/event.js";
import type { DirtyVisitor } from "../model/inventory/dirty-marks.js";
import type { IdSet } from "../model/inventory/id-set.js";
import type { Inventory } from "../model/inventory/inventory.js";
import type { InventorySink } from "../model/inventory/inventory-parts.js";
import type { HistoryRow } from "../model/row.js";
import type { Store } from "../plugin/plugin.js";
import type { Clock } from "../plugin/services.js";
import { EventGate, type ShowEvent } from "./event-gate.js";
import { Outbox, type StoreSlot } from "./outbox.js";
import type { Spool } from "./spool.js";

const FLUSH_MS = 2000;
/** Events are wanted soon; several of one moment go in one write. */
const EVENT_FLUSH_MS = 200;
/** Above this share of a full history, emitters are told to wait. */
export const HIGH_WATER = 0.8;
const LOW_WATER = 0.5;
const POLL_MS = 50;

export class Outboxes implements InventorySink {
  readonly #clock: Clock;
  readonly #outboxes: readonly Outbox[];
  readonly #byStore: ReadonlyMap<string, Outbox>;
  readonly #gate: EventGate;
  readonly #inventory: () => Inventory;
  readonly #cancels: (() => void)[] = [];
  #cancelEventFlush: (() => void) | undefined;

  /**
   * @param inventory asked later, because it is made with this as its sink.
   * @param show gets each event once it is safe.
   * @param spoolOf the spool of a store, by its id.
   */
  constructor(
    slots: readonly StoreSlot[],
    inventory: () => Inventory,
    clock: Clock,
    show: ShowEvent,
    spoolOf: (store: string) => Spool | undefined = () => undefined,
  ) {
    this.#clock = clock;
    this.#inventory = inventory;
    const source = {
      pvRow: (id: number) => inventory().pvRow(id),
      serverRow: (key: number) => inventory().serverRow(key),
      clientRow: (ip: number) => inventory().clientRow(ip),
      hostRow: (ip: number) => inventory().hostRow(ip),
      appRow: (id: string) => inventory().appRow(id),
      groupRow: (id: string) => inventory().groupRow(id),
      healthRow: (name: string) => inventory().healthRow(name),
    };
    const moved = (): void => this.#gate.release();
    this.#byStore = new Map(
      slots.map((slot) => {
        const spool = spoolOf(slot.id);
        return [slot.id, new Outbox(slot, source, clock, moved, { spool })];
      }),
    );
    this.#outboxes = [...this.#byStore.values()];
    this.#gate = new EventGate(this.#outboxes, show);
  }

  event(event: PvmonEvent): void {
    this.#pass(event, true);
  }

  history(row: HistoryRow): void {
    // A new state of an event that was told before.
    if (row.kind === "event") this.#pass(row.event, false);
    else for (const outbox of this.#outboxes) outbox.add(row);
  }

  /** Resolves when the stores have all events so far, or cannot take them; what waits is written now. */
  settled(): Promise<void> {
    for (const outbox of this.#outboxes) outbox.flush(false);
    return this.#gate.passed();
  }

  /** Before a store is loaded, it gets what it has missed. */
  async catchUp(id: string, store: Store, signal: AbortSignal): Promise<void> {
    await this.#byStore.get(id)?.catchUp(store, signal);
  }

  views() {
    return this.#outboxes.map((outbox) => outbox.view());
  }

  /** Of the fullest outbox whose store works, 0..1. */
  get pressure(): number {
    let most = 0;
    for (const { pressure } of this.#outboxes) if (pressure > most) most = pressure;
    return most;
  }

  /** Resolves when there is room: at once below the high-water mark, otherwise well below it. */
  async drained(signal: AbortSignal): Promise<void> {
    if (this.pressure < HIGH_WATER) return;
    while (this.pressure > LOW_WATER && !signal.aborted) {
      await this.#clock.sleep(POLL_MS, signal).catch(() => undefined);
    }
  }

  start(): void {
    this.#cancels.push(this.#clock.every(FLUSH_MS, () => this.#flush()));
  }

  /** Writes everything, at most `ms` long. Answers what was left, for people. */
  async drain(ms: number): Promise<readonly string[]> {
    for (const cancel of this.#cancels.splice(0)) cancel();
    this.#cancelEventFlush?.();
    this.#inventory().flushTraffic();
    this.#collect();
    const over = new AbortController();
    const reason = new Error(`pvmon stops, and ${ms / 1000} s are over`);
    const cancel = this.#clock.after(ms, () => over.abort(reason));
    const left = await Promise.all(this.#outboxes.map((outbox) => outbox.drain(over.signal)));
    cancel();
    return left.filter((text) => text !== undefined);
  }

  #pass(event: PvmonEvent, isNew: boolean): void {
    this.#gate.pass(event, isNew);
    this.#cancelEventFlush ??= this.#clock.after(EVENT_FLUSH_MS, () => {
      this.#cancelEventFlush = undefined;
      for (const outbox of this.#outboxes) outbox.flush(false);
    });
  }

  #flush(): void {
    // The running minute so far; a store that is away gets whole minutes only, or its history would fill up with repeats.
    if (this.#outboxes.some(({ isDegraded }) => !isDegraded)) this.#inventory().flushTraffic();
    this.#collect();
    for (const outbox of this.#outboxes) outbox.flush(true);
  }

  /** Without a store too, so that the inventory's own list stays short. */
  #collect(): void {
    const each =
      <T>(mark: (outbox: Outbox, item: T) => void) =>
      (item: T): void => {
        for (const outbox of this.#outboxes) mark(outbox, item);
      };
    const visitor: DirtyVisitor = {
      pvs: each<IdSet>(({ dirty }, ids) => dirty.pvs(ids)),
      server: each<number>(({ dirty }, key) => dirty.server(key)),
      client: each<number>(({ dirty }, ip) => dirty.client(ip)),
      host: each<number>(({ dirty }, ip) => dirty.host(ip)),
      app: each<string>(({ dirty }, id) => dirty.app(id)),
      group: each<string>(({ dirty }, id) => dirty.group(id)),
      health: each<string>(({ dirty }, name) => dirty.health(name)),
    };
    this.#inventory().drainDirty(visitor);
  }
}
