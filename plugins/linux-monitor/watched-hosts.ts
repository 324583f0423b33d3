/** All hosts that are read in rounds: found by their names, remembered over a restart, and no more than allowed. */
import type { EventDraft, InventoryService } from "pvmon";
import { type Rhythm, WatchedHost } from "./watched-host.js";

const HEALTH_PAGE = 1000;
const BACK: ReadonlySet<string> = new Set([
  "server.started",
  "server.restarted",
  "server.resumed",
  "server.returned",
]);

export class WatchedHosts {
  readonly #maxHosts: number;
  readonly #rhythm: Rhythm;
  readonly #hosts = new Map<string, WatchedHost>();
  /** Of hosts that a run before has read, UTC ms. */
  readonly #readBefore: ReadonlyMap<string, number>;

  constructor(maxHosts: number, rhythm: Rhythm, inventory: Pick<InventoryService, "listHealth">) {
    this.#maxHosts = maxHosts;
    this.#rhythm = rhythm;
    this.#readBefore = readBefore(inventory);
  }

  get size(): number {
    return this.#hosts.size;
  }

  /** Those whose last reading failed. */
  get failing(): number {
    return [...this.#hosts.values()].filter(({ isFailing }) => isFailing).length;
  }

  get(source: string): WatchedHost | undefined {
    return this.#hosts.get(source);
  }

  /** False when there is no room for it. @param at UTC ms  @param now monotonic ms */
  add(source: string, at: number, now: number): boolean {
    if (this.#hosts.has(source)) return true;
    if (this.#hosts.size >= this.#maxHosts) return false;
    const lastGoodAt = this.#readBefore.get(source) ?? at;
    this.#hosts.set(source, new WatchedHost(source, lastGoodAt, now, this.#rhythm));
    return true;
  }

  delete(source: string): void {
    this.#hosts.delete(source);
  }

  /** Those whose turn it is. @param at UTC ms  @param now monotonic ms */
  *due(at: number, now: number): Generator<WatchedHost> {
    for (const host of this.#hosts.values()) {
      if (host.dueAt <= now && !host.isBeingRead && !host.isGivenUp(at)) yield host;
    }
  }

  /** When a server is back, it is the moment to look again at hosts that failed. @param now monotonic ms */
  heard({ type, server, at }: EventDraft, now: number): void {
    if (server === undefined || !BACK.has(type)) return;
    for (const host of this.#hosts.values()) {
      if (host.server === server && host.isFailing) host.returned(at, now);
    }
  }
}

function readBefore(inventory: Pick<InventoryService, "listHealth">): Map<string, number> {
  const before = new Map<string, number>();
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const from = cursor === undefined ? {} : { cursor };
    const page = inventory.listHealth({ limit: HEALTH_PAGE, ...from });
    for (const { source, at } of page.items) before.set(source, at);
    cursor = page.next;
  }
  return before;
}
