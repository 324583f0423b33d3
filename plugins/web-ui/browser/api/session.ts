/** Who is using the pages, and what they may do. */
import { computed, signal } from "@preact/signals";
import { ask, change, keepCsrfToken, onRefused } from "./client.js";
import { tellGap } from "./stream.js";
import type { Role, Session } from "./types.js";

const RANK: Readonly<Record<Role, number>> = { viewer: 1, operator: 2, admin: 3 };

/** Undefined until pvmon has said it. */
export const session = signal<Session | undefined>(undefined);
const rank = computed(() => {
  const role = session.value?.role;
  return role === null || role === undefined ? 0 : RANK[role];
});

export function may(role: Role): boolean {
  return rank.value >= RANK[role];
}

/** Why somebody may not, for people. */
export function whyNot(role: Role): string {
  const who = session.value?.who;
  if (who !== null && who !== undefined) return `${who} would have to be ${role} for this`;
  return session.value?.canLogIn === true
    ? `log in as ${role} to do this`
    : `this needs an ${role}: see "Who may do what" in the README of http-api`;
}

/** Keeps it as it is in this browser, which other tabs change too. */
export function watchSession(): void {
  const load = (): void => {
    // Nothing is told when that fails: the pages tell themselves when pvmon does not answer.
    ask<Session>("session").then(set, () => undefined);
  };
  load();
  onRefused(load);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) load();
  });
}

export async function logIn(name: string, password: string): Promise<void> {
  set(await change<Session>("POST", "session", { name, password }));
}

export async function logOut(): Promise<void> {
  set(await change<Session>("DELETE", "session"));
}

function set(answer: Session): void {
  const before = session.value;
  keepCsrfToken(answer.csrfToken);
  session.value = answer;
  const isOther = before?.who !== answer.who || before.role !== answer.role;
  // Somebody else may see more, or less.
  if (before !== undefined && isOther) tellGap();
}
