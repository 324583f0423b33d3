/** Shows an event only once no crash can take it back: when every store has it, or cannot take it. */
import type { PvmonEvent } from "../model/event.js";
import type { Outbox } from "./outbox.js";

interface Held {
  readonly event: PvmonEvent;
  /** The event's place in each outbox. */
  readonly places: readonly number[];
}

type Queue = Pick<Outbox, "add" | "settled">;

export class EventGate {
  readonly #outboxes: readonly Queue[];
  readonly #show: (event: PvmonEvent) => void;
  /** No longer than the longest outbox: what is not settled is in one of them. */
  #held: Held[] = [];

  constructor(outboxes: readonly Queue[], show: (event: PvmonEvent) => void) {
    this.#outboxes = outboxes;
    this.#show = show;
  }

  pass(event: PvmonEvent): void {
    const places = this.#outboxes.map((outbox) => outbox.add({ kind: "event", event }));
    this.#held.push({ event, places });
    this.release();
  }

  /** Shows what has become safe, in the order it came. */
  release(): void {
    const blocked = this.#held.findIndex(
      ({ places }) => !places.every((place, index) => this.#outboxes[index]?.settled(place)),
    );
    const free = blocked === -1 ? this.#held : this.#held.slice(0, blocked);
    if (free.length === 0) return;
    this.#held = blocked === -1 ? [] : this.#held.slice(blocked);
    for (const { event } of free) this.#show(event);
  }
}
