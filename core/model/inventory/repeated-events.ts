/**
 * Events that come again and again in the life of a server, an application or a host: lost, returned, restarted and so on.
 * An IOC that starts every few seconds, or a forger, may have so many that nobody could read any others. Each subject has a
 * budget, and all together have one. What goes beyond is counted in the next event that is told; the latest waits until it
 * may be told, so that how things stand is known a little later and always.
 */

import type { EventDraft } from "../event.js";
import { EventBudget } from "../event-budget.js";
import { DELIVERY_MS } from "../lateness.js";

export interface RepeatedEventsOptions {
  /** Of one subject at once. Default 10. */
  readonly burst?: number;
  /** Then one in so long. Default a minute. */
  readonly everyMs?: number;
  /** Of all at once: a large site that loses its power. Default 5,000. */
  readonly overallBurst?: number;
  /** Default 100 ms. */
  readonly overallEveryMs?: number;
  /** Default 60,000: servers, applications and hosts are as many at most. */
  readonly maxSubjects?: number;
}

interface Subject {
  readonly budget: EventBudget;
  /** The latest event that could not be told. */
  owed: EventDraft | undefined;
  /** Since the last that was told, without the one that is owed. */
  notTold: number;
  /** Among these. */
  restartsNotTold: number;
  returnsNotTold: number;
}

/** Subjects of which nothing is left to know are looked for this often. */
const TIDY_EVERY_MS = 60_000;

export class RepeatedEvents {
  readonly #tell: (draft: EventDraft) => void;
  readonly #burst: number;
  readonly #everyMs: number;
  readonly #maxSubjects: number;
  readonly #overall: EventBudget;
  /** Those that had events of late, the oldest first. */
  readonly #subjects = new Map<string, Subject>();
  /** Those that wait, the one that has waited for longest first. */
  readonly #owing = new Set<Subject>();
  /** Nobody's turn comes before. */
  #dueAt = Number.POSITIVE_INFINITY;
  #tidyAt = Number.NEGATIVE_INFINITY;
  /** Of subjects that had to make room. */
  #ofOthers = 0;

  constructor(tell: (draft: EventDraft) => void, options: RepeatedEventsOptions = {}) {
    this.#tell = tell;
    this.#burst = options.burst ?? 10;
    this.#everyMs = options.everyMs ?? 60_000;
    this.#maxSubjects = options.maxSubjects ?? 60_000;
    this.#overall = new EventBudget(options.overallBurst ?? 5_000, options.overallEveryMs ?? 100);
  }

  /** @param noticedAt by the data alone, so that live traffic and its capture tell the same. */
  noticed(draft: EventDraft, noticedAt: number): void {
    this.#settle(noticedAt);
    const subject = this.#subjects.get(draft.subject) ?? this.#add(draft.subject);
    const isFree = subject.owed === undefined && this.#availableAt(subject) <= noticedAt;
    if (isFree) {
      this.#take(subject, draft, noticedAt);
      return;
    }
    if (subject.owed !== undefined) count(subject, subject.owed);
    subject.owed = draft;
    this.#owing.add(subject);
    this.#dueAt = Math.min(this.#dueAt, this.#availableAt(subject));
  }

  /** Once per whole second of data time, after the observations before it: those whose turn has come. */
  tick(at: number): void {
    this.#settle(at - DELIVERY_MS);
    if (at >= this.#tidyAt) this.#tidy(at);
  }

  #settle(at: number): void {
    if (at < this.#dueAt) return;
    this.#dueAt = Number.POSITIVE_INFINITY;
    for (const subject of this.#owing) {
      const freeAt = this.#overall.availableAt();
      if (freeAt > at) {
        this.#dueAt = freeAt;
        return;
      }
      const dueAt = this.#availableAt(subject);
      if (dueAt > at) {
        this.#dueAt = Math.min(this.#dueAt, dueAt);
        continue;
      }
      this.#owing.delete(subject);
      const { owed } = subject;
      subject.owed = undefined;
      if (owed !== undefined) this.#take(subject, owed, dueAt);
    }
  }

  #availableAt({ budget }: Subject): number {
    return Math.max(budget.availableAt(), this.#overall.availableAt());
  }

  #take(subject: Subject, draft: EventDraft, at: number): void {
    subject.budget.take(at);
    this.#overall.take(at);
    const { notTold, restartsNotTold, returnsNotTold } = subject;
    const ofOthers = this.#ofOthers;
    subject.notTold = 0;
    subject.restartsNotTold = 0;
    subject.returnsNotTold = 0;
    this.#ofOthers = 0;
    if (notTold + ofOthers === 0) {
      this.#tell(draft);
      return;
    }
    const evidence = {
      ...draft.evidence,
      ...(notTold > 0 && { eventsNotTold: notTold }),
      ...(restartsNotTold > 0 && { restartsNotTold }),
      ...(returnsNotTold > 0 && { returnsNotTold }),
      ...(ofOthers > 0 && { eventsOfOthersNotTold: ofOthers }),
    };
    const after = notTold === 0 ? "" : `, after ${notTold} more that were only counted`;
    this.#tell({ ...draft, text: `${draft.text}${after}`, evidence });
  }

  #add(name: string): Subject {
    if (this.#subjects.size >= this.#maxSubjects) this.#giveUpOldest();
    const subject: Subject = {
      budget: new EventBudget(this.#burst, this.#everyMs),
      owed: undefined,
      notTold: 0,
      restartsNotTold: 0,
      returnsNotTold: 0,
    };
    this.#subjects.set(name, subject);
    return subject;
  }

  #giveUpOldest(): void {
    for (const [name, subject] of this.#subjects) {
      this.#subjects.delete(name);
      this.#owing.delete(subject);
      this.#ofOthers += subject.notTold + (subject.owed === undefined ? 0 : 1);
      return;
    }
  }

  /** One with all of its budget and nothing to tell is like one that was never heard of. */
  #tidy(at: number): void {
    this.#tidyAt = at + TIDY_EVERY_MS;
    for (const [name, subject] of this.#subjects) {
      const isOver = subject.owed === undefined && subject.budget.isWhole(at - DELIVERY_MS);
      if (isOver) this.#subjects.delete(name);
    }
  }
}

function count(subject: Subject, { type }: EventDraft): void {
  subject.notTold++;
  if (type.endsWith(".restarted")) subject.restartsNotTold++;
  else if (type.endsWith(".returned")) subject.returnsNotTold++;
}
