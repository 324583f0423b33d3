/** Notifications in words, for people. */
import type { Notification, ToldAlert } from "../rules/alert.js";
import type { Origin } from "./sender.js";

/** Of each list; the rest is counted. */
const MAX_LINES = 50;
const MAX_TEXT = 500;

/** One line: `[Example site] servers-lost: 3 began, 1 is over`. */
export function titleOf(
  { rule, began, ended, reminded, happened, notKept }: Notification,
  { site }: Origin,
): string {
  const counts = [
    [began.length, "began", "began"],
    [ended.length, "is over", "are over"],
    [reminded.length, "still lasts", "still last"],
    [happened.length, "happened", "happened"],
    [notKept, "more", "more"],
  ] as const;
  const parts = counts
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => `${count} ${count === 1 ? one : many}`);
  return plain(`[${site}] ${rule.name}: ${parts.join(", ")}`);
}

export function bodyOf(notification: Notification, { link }: Origin): string {
  const { rule, began, ended, reminded, happened, notKept } = notification;
  const sections = [
    section("Began", began, ({ startedAt }) => `since ${iso(startedAt)}`),
    section("Happened", happened, ({ startedAt }) => `at ${iso(startedAt)}`),
    section("Still lasts", reminded, ({ startedAt }) => `since ${iso(startedAt)}`),
    section("Is over", ended, ({ startedAt, endedAt }) => `${iso(startedAt)} to ${iso(endedAt)}`),
  ].flat();
  const more = notKept === 0 ? [] : [`There are ${notKept} more, too many to be remembered.`, ""];
  const about = [
    ["Owner", rule.owner],
    ["What to do", rule.procedure],
    ["Pages", link],
  ].flatMap(([what, text]) => (text === "" ? [] : [`${what}: ${text}`]));
  return `${[...sections, ...more, ...about].join("\n").trim()}\n`;
}

/** Names and commands come from the network: no control characters, and no end. */
export function plain(text: string): string {
  const clean = text.replaceAll(/[\s\p{C}]+/gu, " ");
  return clean.length > MAX_TEXT ? `${clean.slice(0, MAX_TEXT)}…` : clean;
}

function section(
  heading: string,
  alerts: readonly ToldAlert[],
  when: (alert: ToldAlert) => string,
): string[] {
  if (alerts.length === 0) return [];
  const lines = alerts.slice(0, MAX_LINES).map((alert) => {
    const { severity, text, returns } = alert;
    const often = returns === 0 ? "" : `, came again ${returns} times`;
    return `- ${plain(text)} (${severity}, ${when(alert)}${often})`;
  });
  const rest = alerts.length - lines.length;
  return [`${heading}:`, ...lines, ...(rest > 0 ? [`- and ${rest} more`] : []), ""];
}

export function iso(at: number | null): string {
  return at === null ? "" : new Date(at).toISOString();
}
