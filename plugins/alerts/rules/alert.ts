/** What alerts and notifications are. */
import type { Severity } from "pvmon";
import type { Rule } from "./rule.js";

/** What an alert is about, and where that is: enough to know what silences it. */
export interface Subject {
  /** `server`, `host`, `app`, `pv`, `sensor`, `plugin`, `anomaly`, `operator`, `client`, `site`. */
  readonly kind: string;
  readonly name: string;
  /** Address. */
  readonly host?: string | undefined;
  readonly server?: string | undefined;
}

/** Something that a rule is about and that lasts, or has just ended. */
export interface Alert {
  readonly rule: Rule;
  readonly subject: Subject;
  /** The event type that began it, or `state`. */
  condition: string;
  severity: Severity;
  text: string;
  /** When it began, by the event, UTC ms. */
  startedAt: number;
  /** When it ended; null while it lasts. */
  endedAt: number | null;
  /** When it was noticed that it began or ended. */
  changedAt: number;
  /** How often it ended and began again since it was first told of. */
  returns: number;
}

/** As it is told: a copy, since alerts go on. */
export interface ToldAlert {
  readonly subject: Subject;
  readonly condition: string;
  readonly severity: Severity;
  readonly text: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly returns: number;
}

/** A rule and a destination that is told of it, by their names. */
export interface Telling {
  readonly destination: string;
  readonly rule: string;
}

export interface Notification {
  /** Name of the destination. */
  readonly destination: string;
  readonly rule: Rule;
  /** When it was due, UTC ms. */
  readonly at: number;
  /** What lasts, and was not told of before. */
  readonly began: readonly ToldAlert[];
  /** What was told of before and has ended. */
  readonly ended: readonly ToldAlert[];
  /** What was told of before and lasts. */
  readonly reminded: readonly ToldAlert[];
  /** What just happened. */
  readonly happened: readonly ToldAlert[];
  /** Further ones that there was no room to remember: nothing more will be heard of them. */
  readonly notKept: number;
}

export function told({ rule, changedAt, ...alert }: Alert): ToldAlert {
  return alert;
}
