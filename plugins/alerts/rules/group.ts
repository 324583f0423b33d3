/** What one destination is told of one rule: what changed since it was last told, and when it is told next. */
import { type Alert, type Notification, type Telling, told } from "./alert.js";
import type { Rule } from "./rule.js";

/** Of things that just happened; further ones are counted. */
const MAX_HAPPENED = 500;

export interface Timing {
  readonly waitMs: number;
  readonly intervalMs: number;
  /** In the place of the rule's own. */
  readonly repeatMs?: number;
}

/** Why an alert is not told now: it never has to be looked at again until a loss ends, or later. */
export type Silence = "loss" | "maintenance" | undefined;

/** Maintenance is looked at again after so long. */
const MAINTENANCE_CHECK_MS = 60_000;

export class Group {
  readonly rule: Rule;
  readonly destination: string;
  readonly #timing: Timing;
  readonly #repeatMs: number;
  /** Alerts that it may have to be told about, with when that is settled. */
  readonly #changed = new Map<Alert, number>();
  /** Those that began or lasted when it was last told, as it knows. */
  readonly #known = new Set<Alert>();
  /** Silenced by a loss. */
  readonly #silenced = new Set<Alert>();
  #happened: Alert[] = [];
  #notKept = 0;
  #firstChangeAt: number | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #toldAt = Number.NEGATIVE_INFINITY;
  #repeatAt = Number.POSITIVE_INFINITY;

  constructor(rule: Rule, destination: string, timing: Timing) {
    this.rule = rule;
    this.destination = destination;
    this.#timing = timing;
    this.#repeatMs = timing.repeatMs ?? rule.repeatMs;
  }

  get telling(): Telling {
    return { destination: this.destination, rule: this.rule.name };
  }

  get dueAt(): number {
    return Math.min(this.#dueAt, this.#repeatAt);
  }

  /** Whether there is something that it may have to tell later. */
  get keepsBack(): boolean {
    return this.#changed.size > 0;
  }

  /** Whether anything is still to be done about it here. */
  holds(alert: Alert): boolean {
    return this.#known.has(alert) || this.#changed.has(alert) || this.#silenced.has(alert);
  }

  /** It began or ended. What began and ended before it was told of is no news. */
  changed(alert: Alert, now: number): void {
    const lasts = alert.endedAt === null;
    this.#silenced.delete(alert);
    if (lasts === this.#known.has(alert)) {
      this.#changed.delete(alert);
      return;
    }
    const { forMs, calmMs } = this.rule;
    const settlesMs = lasts ? Math.max(forMs, this.#timing.waitMs) : calmMs;
    this.#changed.set(alert, now + settlesMs);
    this.#await(now);
  }

  /** It was told of it at the latest then. */
  restore(alert: Alert, at: number): void {
    this.#know(alert);
    this.#repeatAt = Math.min(this.#repeatAt, at + this.#repeatMs);
  }

  /** It does not last: once a silence is over there is nothing to tell of what happened in it. */
  happened(alert: Alert, now: number, silence: Silence): void {
    if (silence === undefined) {
      if (this.#happened.length < MAX_HAPPENED) this.#happened.push(alert);
      else this.#notKept += 1;
    }
    // In any case, so that it is known to be told all that there was.
    this.#await(now);
  }

  notKept(now: number): void {
    this.#notKept += 1;
    this.#await(now);
  }

  /** A loss has ended: what it silenced is told unless it ends, too, in so long. */
  lossEnded(now: number, settleMs: number): void {
    for (const alert of this.#silenced) this.#changed.set(alert, now + settleMs);
    const dueAt = Math.max(now + settleMs, this.#toldAt + this.#timing.intervalMs);
    if (this.#silenced.size > 0) this.#dueAt = Math.min(this.#dueAt, dueAt);
    this.#silenced.clear();
  }

  /** It cannot be told before; nothing of it is lost. */
  postpone(until: number): void {
    this.#dueAt = Math.max(this.#dueAt, until);
    this.#repeatAt = Math.max(this.#repeatAt, until);
  }

  /** What is to be told now, undefined for nothing. The destination knows it from then on. */
  due(now: number, silence: (alert: Alert) => Silence): Notification | undefined {
    if (now < this.dueAt) return undefined;
    const began: Alert[] = [];
    const ended: Alert[] = [];
    let nextAt = Number.POSITIVE_INFINITY;
    for (const [alert, settledAt] of this.#changed) {
      const why = alert.endedAt === null ? silence(alert) : undefined;
      if (why === "loss") this.#setAside(alert);
      else if (settledAt > now) nextAt = Math.min(nextAt, settledAt);
      else if (why === "maintenance") nextAt = Math.min(nextAt, now + MAINTENANCE_CHECK_MS);
      else (alert.endedAt === null ? began : ended).push(alert);
    }
    const reminded = now >= this.#repeatAt ? this.#remind(silence) : [];
    const happened = this.#happened.filter((alert) => silence(alert) === undefined);
    const notKept = this.#notKept;
    this.#happened = [];
    this.#notKept = 0;
    for (const alert of began) this.#know(alert);
    for (const alert of ended) this.#forget(alert);
    const isNews = began.length + ended.length + reminded.length + happened.length + notKept > 0;
    if (isNews) this.#toldAt = now;
    this.#plan(now, nextAt);
    if (!isNews) return undefined;
    const list = (alerts: readonly Alert[]) => alerts.map(told);
    return {
      destination: this.destination,
      rule: this.rule,
      at: now,
      began: list(began),
      ended: list(ended),
      reminded: list(reminded),
      happened: list(happened),
      notKept,
    };
  }

  /** A little later as long as more comes, and not before the interval is over. */
  #await(now: number): void {
    const { waitMs, intervalMs } = this.#timing;
    const isFirst = this.#firstChangeAt === undefined;
    this.#firstChangeAt ??= now;
    const quietAt = Math.min(now + waitMs, this.#firstChangeAt + 3 * waitMs);
    const dueAt = Math.max(quietAt, this.#toldAt + intervalMs);
    this.#dueAt = isFirst ? Math.min(this.#dueAt, dueAt) : dueAt;
  }

  /** @param settledAt when the first of what could not be told yet can be */
  #plan(now: number, settledAt: number): void {
    this.#firstChangeAt = undefined;
    this.#dueAt = Math.max(settledAt, this.#toldAt + this.#timing.intervalMs);
    if (this.#known.size === 0) this.#repeatAt = Number.POSITIVE_INFINITY;
    else if (now >= this.#repeatAt || this.#repeatAt === Number.POSITIVE_INFINITY) {
      this.#repeatAt = now + this.#repeatMs;
    }
  }

  #remind(silence: (alert: Alert) => Silence): Alert[] {
    return [...this.#known].filter(
      (alert) => alert.endedAt === null && silence(alert) === undefined,
    );
  }

  #setAside(alert: Alert): void {
    this.#changed.delete(alert);
    this.#silenced.add(alert);
  }

  #know(alert: Alert): void {
    this.#changed.delete(alert);
    this.#known.add(alert);
  }

  #forget(alert: Alert): void {
    this.#changed.delete(alert);
    this.#known.delete(alert);
  }
}
