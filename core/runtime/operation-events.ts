/** The events of operators' changes: who changed what and why, with what was before and is now, all of it bounded. */
import type { EventDraft, Evidence } from "../model/event.js";
import type { By } from "../plugin/services.js";

/** Characters of a text, of a note too. */
export const MAX_TEXT = 2000;
/** Items of a list that are told; counts are always whole. */
const MAX_ITEMS = 100;

/** What people may change of something, by name. */
export type Fields = Evidence;

/** What a change is about. */
export interface About extends Pick<EventDraft, "host" | "server" | "app" | "pv"> {
  /** As the operation is called. */
  readonly change: string;
  /** In the past tense, as in "forgot". */
  readonly verb: string;
  /** As in "host srv-sr-01". */
  readonly subject: string;
}

export function changeEvent(
  { change, verb, subject, ...about }: About,
  evidence: Evidence,
  { who, why }: By,
  at: number,
): EventDraft {
  const reason = why === undefined || why === "" ? "" : `: ${cut(why)}`;
  return {
    at,
    type: "operator.changed",
    severity: "info",
    subject: about.pv ?? about.server ?? about.app ?? about.host ?? subject,
    text: `${cut(who)} ${verb} ${cut(subject)}${reason}`,
    evidence: {
      change,
      who: cut(who),
      why: why === undefined ? null : cut(why),
      ...evidence,
    },
    ...about,
  };
}

/** What is not the same, as `nameBefore` and `nameAfter`; undefined when everything is. */
export function differences(before: Fields, after: Fields): Evidence | undefined {
  const different: Record<string, Evidence[string]> = {};
  for (const field of Object.keys({ ...before, ...after })) {
    const [was, is] = [before[field] ?? null, after[field] ?? null];
    if (JSON.stringify(was) === JSON.stringify(is)) continue;
    different[`${field}Before`] = bounded(was);
    different[`${field}After`] = bounded(is);
  }
  return Object.keys(different).length === 0 ? undefined : different;
}

export function shortened<T extends string | number>(items: readonly T[]): readonly T[] {
  return items.slice(0, MAX_ITEMS);
}

function bounded(value: Evidence[string]): Evidence[string] {
  return typeof value === "string" ? cut(value) : value;
}

/** So that nobody fills the log with one word. */
export function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`;
}
