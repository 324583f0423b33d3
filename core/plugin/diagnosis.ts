/** What `pvmon doctor` finds out, from pvmon itself and from those plugins that know what they need of a machine. */

export const FINDING_STATES = ["ok", "warning", "failed"] as const;

/** Failed: it cannot work like this. Warning: it works, less well or less safely. */
export type FindingState = (typeof FINDING_STATES)[number];

export interface Finding {
  /** What was looked at: `UDP port 5065`. */
  readonly subject: string;
  readonly state: FindingState;
  /** What was seen, in one line for people. */
  readonly saw: string;
  /** What to do, as a command where one does it; there unless all is well. */
  readonly todo?: string;
}

export interface Examination<C> {
  /** As `create` would get them. */
  readonly config: C;
  /** UTC ms. */
  readonly now: number;
  /** Aborts when nobody waits for the findings any more. */
  readonly signal: AbortSignal;
  /** The process in which this very site runs already: what it holds is as it should be. */
  readonly runningPid: number | undefined;
}
