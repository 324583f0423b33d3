/** Shows an event only once no crash can take it back: when every store has it, or cannot take it. */
import type { PvmonEvent } from "../model/event.js";
import type { Outbox } from "./outbox.js";

interface Held {
  /** In each outbox; none of what only waits for what is in front of it. */
  readonly places: readonly number[];
  readonly free: () => void;
}

type Queue = Pick<Outbox, "add" | "settled">;

/** @param isNew false for an event that was told before, and is in another state now. */
export type ShowEvent = (event: PvmonEvent, isNew: boolean) => void;

export class EventGate {
  readonly #outboxes: readonly Queue[];
  readonly #show: ShowEvent;
  /** Beside those who wait no longer than the longest outbox: what is not settled is in one of them. */
  #held: Held[] = [];

  constructor(outboxes: readonly Queue[], show: ShowEvent) {
    this.#outboxes = outboxes;
    this.#show = show;
  }

  pass(event: PvmonEvent, isNew = true): void {
    const places = this.#outboxes.map((outbox) => outbox.add({ kind: "event", event }));
    this.#hold({ places, free: () => this.#show(event, isNew) });
  }

  /** Resolves when all that came before has been shown. */
  passed(): Promise<void> {
    return new Promise((resolve) => this.#hold({ places: [], free: resolve }));
  }

  /** Shows what has become safe, in the order it came. */
  release(): void {
    const blocked = this.#held.findIndex(
      ({ places }) => !places.every((place, index) => this.#outboxes[index]?.settled(place)),
    );
    const free = blocked === -1 ? this.#held : this.#held.slice(0, blocked);
    if (free.length === 0) return;
    this.#held = blocked === -1 ? [] : this.#held.slice(blocked);
    for (const held of free) held.free();
  }

  #hold(held: Held): void {
    this.#held.push(held);
    this.release();
  }
}
