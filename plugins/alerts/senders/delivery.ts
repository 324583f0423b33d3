/** Sends the notifications of one destination, in order, and again until they are taken. */
import type { Clock, Host } from "pvmon";
import type { Notification } from "../rules/alert.js";
import { SendError, type Sender, within } from "./sender.js";

/** What may wait: beyond it the rules keep back what they have, and tell it together later. */
const MAX_WAITING = 10;
const TIMEOUT_MS = 60_000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 5 * 60_000;
/** One that is refused so often keeps others waiting for nothing. */
const MAX_REFUSALS = 5;
/** Nobody wants to hear of it any more. */
const GIVE_UP_MS = 24 * 3_600_000;

export interface DeliveryState {
  readonly name: string;
  readonly waiting: number;
  readonly sent: number;
  readonly givenUp: number;
  /** UTC ms. */
  readonly lastSentAt: number | null;
  /** Why the latest could not be sent; null when all is well. */
  readonly error: string | null;
}

export interface DeliveryObserver {
  /** The error is another one, or gone. */
  changed(): void;
  /** The notification was taken or given up; the next one waits until this resolves. */
  done(notification: Notification): Promise<void>;
}

export class Delivery {
  readonly name: string;
  readonly #sender: Sender;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #observer: DeliveryObserver;
  readonly #counters: Record<"sent" | "failed" | "givenUp", { add(): void }>;
  readonly #waiting: Notification[] = [];
  #sending: Promise<void> | undefined;
  #sent = 0;
  #givenUp = 0;
  #lastSentAt: number | null = null;
  #error: string | null = null;

  constructor(
    name: string,
    sender: Sender,
    clock: Clock,
    { signal, metrics }: Pick<Host, "signal" | "metrics">,
    observer: DeliveryObserver,
  ) {
    this.name = name;
    this.#sender = sender;
    this.#clock = clock;
    this.#signal = signal;
    this.#observer = observer;
    const { counter } = metrics;
    this.#counters = {
      sent: counter("notifications_sent_total", "Notifications that were taken."),
      failed: counter("notification_failures_total", "Times a notification was not taken."),
      givenUp: counter("notifications_given_up_total", "Notifications that were never taken."),
    };
  }

  get hasRoom(): boolean {
    return this.#waiting.length < MAX_WAITING;
  }

  get state(): DeliveryState {
    return {
      name: this.name,
      waiting: this.#waiting.length,
      sent: this.#sent,
      givenUp: this.#givenUp,
      lastSentAt: this.#lastSentAt,
      error: this.#error,
    };
  }

  add(notification: Notification): void {
    this.#waiting.push(notification);
    this.#sending ??= this.#sendAll();
  }

  /** Resolves once nothing is on its way, soon after the signal has aborted. */
  async settled(): Promise<void> {
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    for (let [first] = this.#waiting; first !== undefined; [first] = this.#waiting) {
      if (!(await this.#sendOne(first))) break;
      this.#waiting.shift();
      await this.#observer.done(first);
    }
    this.#sending = undefined;
  }

  /** True once it is taken or given up, false when the plugin stops before. */
  async #sendOne(notification: Notification): Promise<boolean> {
    const begun = this.#clock.elapsed();
    let refusals = 0;
    for (let pauseMs = FIRST_PAUSE_MS; !this.#signal.aborted; ) {
      const error = await this.#try(notification);
      if (error === undefined) return true;
      if (error.isRefused) refusals += 1;
      if (refusals >= MAX_REFUSALS || this.#clock.elapsed() - begun >= GIVE_UP_MS) {
        this.#givenUp += 1;
        this.#counters.givenUp.add();
        return true;
      }
      await this.#clock.sleep(pauseMs, this.#signal).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
    return false;
  }

  async #try(notification: Notification): Promise<SendError | undefined> {
    try {
      await within(this.#clock, TIMEOUT_MS, this.#signal, (signal) =>
        this.#sender.send(notification, signal),
      );
    } catch (cause) {
      const error = cause instanceof SendError ? cause : new SendError(String(cause));
      if (this.#signal.aborted) return error;
      this.#counters.failed.add();
      this.#settle(error.message);
      return error;
    }
    this.#sent += 1;
    this.#lastSentAt = this.#clock.now();
    this.#counters.sent.add();
    this.#settle(null);
    return undefined;
  }

  #settle(error: string | null): void {
    if (error === this.#error) return;
    this.#error = error;
    this.#observer.changed();
  }
}
