/** Who is using the pages, and what they may do. */
import { computed, signal } from "@preact/signals";
import { ask, change, keepCsrfToken, onRefusal } from "./client.js";
import { onGap, tellGap } from "./stream.js";
import type { Role, Session } from "./types.js";

const RANK: Readonly<Record<Role, number>> = { viewer: 1, operator: 2, admin: 3 };

/** Undefined until pvmon has said it. */
export const session = signal<Session | undefined>(undefined);
/** Whose session ended while the pages were open, without their logging out. */
export const endedFor = signal<string | undefined>(undefined);
/** Nobody is shown anything here without a log-in. */
export const mustLogIn = computed(() => session.value?.role === null);
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
    : `this needs the role ${role}: see "Who may do what" in the README of http-api`;
}

export async function loadSession(): Promise<void> {
  const before = session.value;
  const answer = await ask<Session>("session");
  if (answer.source === "user") endedFor.value = undefined;
  else if (before?.source === "user") endedFor.value = before.who ?? "somebody";
  set(answer);
}

/** From now on whenever it may have changed: pvmon refused something, or has ended the stream, as it does with a session. */
export function watchSession(): void {
  const load = (): void => void loadSession().catch(() => undefined);
  onRefusal(load);
  onGap(load);
}

export async function logIn(name: string, password: string): Promise<void> {
  set(await change<Session>("POST", "session", { name, password }));
  endedFor.value = undefined;
}

export async function logOut(): Promise<void> {
  set(await change<Session>("DELETE", "session"));
  endedFor.value = undefined;
}

function set(answer: Session): void {
  const before = session.value;
  keepCsrfToken(answer.csrfToken);
  session.value = answer;
  const isOther = before?.who !== answer.who || before.role !== answer.role;
  // Somebody else may see more, or less.
  if (before !== undefined && isOther) tellGap();
}
