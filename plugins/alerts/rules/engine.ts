/**
 * The rules at work: what happens goes in, notifications come out. Pure: it reads no clock, asks nobody and sends nothing, so that
 * a week of history replayed gives what was told then.
 */
import type { PvmonEvent } from "pvmon";
import type { Alert, Notification, Subject, Telling, ToldAlert } from "./alert.js";
import { Budget } from "./budget.js";
import { endedBy, lasts } from "./episodes.js";
import { Group, type Silence } from "./group.js";
import { Losses } from "./losses.js";
import type { Rule } from "./rule.js";
import { keyOf, subjectOf } from "./subject.js";

export interface Destination {
  readonly name: string;
  /** Infinity: no limit. */
  readonly perHour: number;
  /** In the place of the rules' own. */
  readonly repeatMs?: number;
}

export interface EngineOptions {
  readonly rules: readonly Rule[];
  readonly destinations: readonly Destination[];
  readonly waitMs: number;
  readonly intervalMs: number;
  readonly settleMs: number;
  /** Whether losses silence what is on what is lost. */
  readonly topology: boolean;
  /** Name of a host by its address. */
  readonly hostName: (host: string) => string | null;
  /** Whether it is worked at there. */
  readonly isMaintained: (rule: Rule, subject: Subject, now: number) => boolean;
  /** Of each kind of subject. Default 10,000: a host has its place however many PVs are lost. */
  readonly maxAlerts?: number;
}

/** What holds now, by a look at it and not by an event. */
export interface State {
  readonly subject: Subject;
  readonly text: string;
}

/** What is said of an alert when it begins. */
type News = Pick<Alert, "condition" | "severity" | "text" | "startedAt">;

const NEW = { endedAt: null, returns: 0 } as const;

export class AlertEngine {
  readonly #options: EngineOptions;
  readonly #groups: readonly Group[];
  readonly #groupsOf = new Map<Rule, readonly Group[]>();
  readonly #budgets: ReadonlyMap<string, Budget>;
  readonly #alerts = new Map<string, Alert>();
  readonly #counts = new Map<string, number>();
  readonly #losses = new Losses();
  /** Alerts that there was no room for. */
  notKept = 0;

  constructor(options: EngineOptions) {
    const { rules, destinations, waitMs, intervalMs } = options;
    this.#options = options;
    this.#budgets = new Map(destinations.map(({ name, perHour }) => [name, new Budget(perHour)]));
    for (const rule of rules) {
      const groups = destinations
        .filter(({ name }) => rule.destinations.includes(name))
        .map(({ name, repeatMs }) => {
          const timing = { waitMs, intervalMs, ...(repeatMs !== undefined && { repeatMs }) };
          return new Group(rule, name, timing);
        });
      this.#groupsOf.set(rule, groups);
    }
    this.#groups = [...this.#groupsOf.values()].flat();
  }

  get rules(): readonly Rule[] {
    return this.#options.rules;
  }

  /** Those that last, or have ended and are still to be told so. */
  get alerts(): Iterable<Alert> {
    return this.#alerts.values();
  }

  get tellings(): readonly Telling[] {
    return this.#groups.map(({ telling }) => telling);
  }

  /** When {@link due} has something to look at, Infinity when never. */
  get dueAt(): number {
    let dueAt = Number.POSITIVE_INFINITY;
    for (const group of this.#groups) dueAt = Math.min(dueAt, group.dueAt);
    return dueAt;
  }

  /** @param now when it was noticed, not before that of earlier events */
  take(event: PvmonEvent, now: number): void {
    const subject = subjectOf(event);
    for (const rule of this.#options.rules) {
      const alert = this.#alerts.get(keyOf(rule, subject));
      const begins = rule.events.has(event.type) && rule.isSevere(event.severity);
      if (begins && this.#isAbout(rule, subject)) {
        if (lasts(event.type)) this.#begin(rule, subject, newsOf(event), now);
        else this.#happen(rule, subject, newsOf(event), now);
      } else if (
        alert !== undefined &&
        endedBy(event.type).some((type) => type === alert.condition)
      ) {
        this.#end(alert, event.at, now);
      }
    }
  }

  /** All that holds for a rule about states; what held before and is not among them has ended. */
  look(rule: Rule, states: readonly State[], now: number): void {
    const holding = new Set<string>();
    for (const { subject, text } of states) {
      if (!this.#isAbout(rule, subject)) continue;
      holding.add(keyOf(rule, subject));
      const { severity } = rule;
      this.#begin(rule, subject, { condition: "state", severity, text, startedAt: now }, now);
    }
    for (const [key, alert] of this.#alerts) {
      if (alert.rule === rule && !holding.has(key)) this.#end(alert, now, now);
    }
  }

  /** What the destination was told of by a rule about states or figures, and lasts, as it was noted then. */
  restore({ destination, rule: name }: Telling, alerts: readonly ToldAlert[], at: number): void {
    const rule = this.#options.rules.find((each) => each.name === name);
    const group = this.#groups.find(
      (each) => each.rule === rule && each.destination === destination,
    );
    if (rule === undefined || group === undefined || rule.events.size > 0) return;
    for (const told of alerts) {
      const key = keyOf(rule, told.subject);
      const alert = this.#alerts.get(key) ?? this.#add(key, { rule, ...told, changedAt: at });
      if (alert !== undefined) group.restore(alert, at);
    }
  }

  /** What ended without an event: it was forgotten, or pvmon did not run. */
  end(alert: Alert, now: number): void {
    this.#end(alert, now, now);
  }

  /**
   * @param roomAt when the destination can be told; what it cannot be told now is told then, together with what comes
   * @param silent is called for a rule about events that was due, had nothing to tell and keeps nothing back
   */
  due(
    now: number,
    roomAt: (telling: Telling) => number,
    silent?: (telling: Telling) => void,
  ): Notification[] {
    const notifications: Notification[] = [];
    for (const group of this.#groups) {
      if (group.dueAt > now) continue;
      const budget = this.#budgets.get(group.destination);
      const freeAt = Math.max(roomAt(group.telling), budget?.freeAt(now) ?? now);
      if (freeAt > now) {
        group.postpone(freeAt);
        continue;
      }
      const notification = group.due(now, (alert) => this.#silence(alert, group, now));
      if (notification === undefined) {
        if (group.rule.events.size > 0 && !group.keepsBack) silent?.(group.telling);
        continue;
      }
      budget?.take(now);
      notifications.push(notification);
      this.#tidy();
    }
    return notifications;
  }

  #isAbout(rule: Rule, subject: Subject): boolean {
    const { host } = subject;
    return rule.isAbout(subject, host === undefined ? null : this.#options.hostName(host));
  }

  #begin(rule: Rule, subject: Subject, news: News, now: number): void {
    const key = keyOf(rule, subject);
    const before = this.#alerts.get(key);
    if (before !== undefined && before.endedAt === null) {
      if (before.condition !== news.condition) this.#becomes(before, news);
      return;
    }
    const alert = before ?? this.#add(key, { rule, subject, ...news, changedAt: now, ...NEW });
    if (alert === undefined) return;
    if (before !== undefined) alert.returns += 1;
    Object.assign(alert, news, { endedAt: null, changedAt: now });
    this.#losses.began(alert);
    for (const group of this.#groupsOf.get(rule) ?? []) group.changed(alert, now);
  }

  /** One trouble has turned into another; to people it is the same. */
  #becomes(alert: Alert, { condition, severity, text }: News): void {
    this.#losses.ended(alert);
    Object.assign(alert, { condition, severity, text });
    this.#losses.began(alert);
  }

  /** Undefined when there is no room. */
  #add(key: string, alert: Alert): Alert | undefined {
    const { rule, subject, changedAt } = alert;
    const count = this.#counts.get(subject.kind) ?? 0;
    if (count >= (this.#options.maxAlerts ?? 10_000)) {
      this.notKept += 1;
      for (const group of this.#groupsOf.get(rule) ?? []) {
        if (!this.#isSilencedByLoss(subject, group)) group.notKept(changedAt);
      }
      return undefined;
    }
    this.#alerts.set(key, alert);
    this.#counts.set(subject.kind, count + 1);
    return alert;
  }

  #happen(rule: Rule, subject: Subject, news: News, now: number): void {
    const alert: Alert = {
      rule,
      subject,
      ...news,
      changedAt: now,
      ...NEW,
      endedAt: news.startedAt,
    };
    for (const group of this.#groupsOf.get(rule) ?? []) {
      group.happened(alert, now, this.#silence(alert, group, now));
    }
  }

  #end(alert: Alert, at: number, now: number): void {
    if (alert.endedAt !== null) return;
    alert.endedAt = at;
    alert.changedAt = now;
    for (const group of this.#groupsOf.get(alert.rule) ?? []) group.changed(alert, now);
    if (this.#losses.ended(alert)) {
      for (const group of this.#groups) group.lossEnded(now, this.#options.settleMs);
    }
    this.#dropIfDone(alert);
  }

  #silence(alert: Alert, group: Group, now: number): Silence {
    if (this.#options.isMaintained(alert.rule, alert.subject, now)) return "maintenance";
    return this.#isSilencedByLoss(alert.subject, group) ? "loss" : undefined;
  }

  #isSilencedByLoss(subject: Subject, { destination }: Group): boolean {
    return this.#options.topology && this.#losses.silence(subject, destination);
  }

  /** Those that ended and were told so. */
  #tidy(): void {
    for (const alert of this.#alerts.values()) {
      if (alert.endedAt !== null) this.#dropIfDone(alert);
    }
  }

  #dropIfDone(alert: Alert): void {
    const groups = this.#groupsOf.get(alert.rule) ?? [];
    if (groups.some((group) => group.holds(alert))) return;
    const { kind } = alert.subject;
    if (!this.#alerts.delete(keyOf(alert.rule, alert.subject))) return;
    this.#counts.set(kind, (this.#counts.get(kind) ?? 1) - 1);
  }
}

function newsOf({ type, severity, text, at }: PvmonEvent): News {
  return { condition: type, severity, text, startedAt: at };
}
