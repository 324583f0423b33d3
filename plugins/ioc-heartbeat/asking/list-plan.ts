/** When the PV list of which application is read. */
import type { Clock } from "pvmon";
import type { HeartbeatConfig } from "../config.js";
import type { Sender, Senders } from "../senders.js";

const HOUR_MS = 3_600_000;
/** After a list that could not be read to its end; doubles from time to time. */
const FIRST_RETRY_MS = 300_000;

export class ListPlan {
  readonly #config: HeartbeatConfig["pvLists"];
  readonly #clock: Clock;
  readonly #senders: Senders;

  constructor(config: HeartbeatConfig["pvLists"], clock: Clock, senders: Senders) {
    this.#config = config;
    this.#clock = clock;
    this.#senders = senders;
  }

  /** It is another process now, whose records may be others. */
  restarted(sender: Sender): void {
    sender.listFailures = 0;
    const earliest = sender.listBegunAt + this.#config.minSeconds * 1000;
    sender.listDueAt = Math.max(this.#clock.elapsed(), earliest);
  }

  /** The one that has been due for longest. */
  next(): Sender | undefined {
    let next: Sender | undefined;
    for (const sender of this.#senders) {
      if (this.#isDue(sender) && sender.listDueAt < (next?.listDueAt ?? Number.POSITIVE_INFINITY)) {
        next = sender;
      }
    }
    return next;
  }

  begun(sender: Sender): void {
    sender.listBegunAt = this.#clock.elapsed();
    sender.listDueAt = Number.POSITIVE_INFINITY;
  }

  ended(sender: Sender, isComplete: boolean): void {
    const now = this.#clock.elapsed();
    const everyMs = this.#config.everyHours * HOUR_MS;
    if (isComplete) {
      sender.listFailures = 0;
      sender.listDueAt = now + everyMs;
    } else {
      const retryMs = FIRST_RETRY_MS * 2 ** Math.min(sender.listFailures, 16);
      sender.listFailures += 1;
      // A restart in the meantime has set an earlier time.
      sender.listDueAt = Math.min(sender.listDueAt, now + Math.min(retryMs, everyMs));
    }
  }

  #isDue(sender: Sender): boolean {
    return (
      this.#config.enabled &&
      !sender.isBusy &&
      sender.listDueAt <= this.#clock.elapsed() &&
      (sender.generation < 3 || this.#config.version3) &&
      this.#senders.isUsable(sender)
    );
  }
}
