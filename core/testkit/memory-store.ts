/**
 * A store that remembers in memory only: for tests, and as the plainest example of what a store does. It copies all that it
 * has on every write, so that a batch is taken whole or not at all.
 */
import { type HistoryService, type Row, RowRefusedError, type Store } from "../index.js";
import { MemoryHistory } from "./memory-history.js";
import { MemoryMedium } from "./memory-medium.js";

export class MemoryStore implements Store<HistoryService> {
  readonly service: HistoryService = new MemoryHistory(() => this.#medium.current);
  readonly #medium: { current: MemoryMedium };
  #isRunning = false;

  /** @param medium shared by stores that follow one another */
  constructor(medium: { current: MemoryMedium } = { current: new MemoryMedium() }) {
    this.#medium = medium;
  }

  async start(): Promise<void> {
    this.#isRunning = true;
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
  }

  async *load(): AsyncGenerator<readonly Row[]> {
    const { records, events, traffic } = this.#medium.current;
    const ordered = [...events.values()].sort((a, b) => Number(a.id) - Number(b.id));
    const storm = ordered.findLast(({ type }) => type.startsWith("storm."));
    const restored = ordered.filter(
      (event) => event.log === "pending" || event === ordered.at(-1) || event === storm,
    );
    const latest = Math.max(...[...traffic.values()].map(({ minuteAt }) => minuteAt));
    yield [
      ...records.values(),
      ...restored.map((event): Row => ({ kind: "event", event })),
      ...[...traffic.values()].filter(({ minuteAt }) => minuteAt === latest),
    ];
  }

  async write(rows: readonly Row[]): Promise<void> {
    if (!this.#isRunning) throw new Error("the store is not running");
    const next = this.#medium.current.copy();
    try {
      for (const row of rows) if (row.kind !== "pv") next.write(row);
      for (const row of rows) if (row.kind === "pv") next.write(row);
    } catch (error) {
      throw new RowRefusedError("a row is none", { cause: error });
    }
    this.#medium.current = next;
  }
}
