/** What the wall makes of a host: how bad it is, what its tile says, and whether a filter lets it through. */
import type { Host } from "../../api/types.js";
import { HOST_STATE, type Tone } from "../../formats/words.js";

/** From what needs somebody now to what nobody waits for. */
export const STATES_BY_URGENCY = [
  "error",
  "unknown",
  "maintenance",
  "development",
  "ok",
  "decommissioned",
] as const satisfies readonly Host["state"][];

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Its name up to the first dot, or its address. */
export function shortName({ host, name }: Pick<Host, "host" | "name">): string {
  if (name === null) return host;
  return name.split(".", 1)[0] || name;
}

export interface Standing {
  readonly tone: Tone;
  readonly text: string;
}

/** The word and the look of its state. */
export function standingOf({ state, colour }: Pick<Host, "state" | "colour">): Standing {
  if (state === "ok" && colour === "darkGreen") {
    return { tone: "ok", text: `${HOST_STATE.ok.text}, in part` };
  }
  return HOST_STATE[state];
}

/** `7 apps`, `6 of 7 apps`; what is expected counts when it is more. Servers, where nobody knows the applications. */
export function appsText({ apps, expectedApps, options, servers }: Host): string {
  const expected = options.monitorAppCount ? (expectedApps ?? 0) : 0;
  const total = Math.max(apps.length, expected);
  const running = apps.filter((app) => app.running).length;
  if (total === 0 && servers.length > 0) {
    return servers.length === 1 ? "1 server" : `${servers.length} servers`;
  }
  if (total === 0) return "no apps";
  if (running < total) return `${running} of ${total} apps`;
  return total === 1 ? "1 app" : `${total} apps`;
}

/** Urgent ones first; among equals those with entries to acknowledge, then by name. */
export function compareByUrgency(a: Host, b: Host): number {
  return (
    urgencyOf(a) - urgencyOf(b) ||
    Number(b.pendingLogs > 0) - Number(a.pendingLogs > 0) ||
    compareByName(a, b)
  );
}

/** Numbers in names count as numbers: ioc2 before ioc10. */
export function compareByName(a: Host, b: Host): number {
  return collator.compare(a.name ?? a.host, b.name ?? b.host) || collator.compare(a.host, b.host);
}

export function urgencyOf({ state }: Pick<Host, "state">): number {
  return STATES_BY_URGENCY.indexOf(state);
}

export function countStates(hosts: readonly Host[]): ReadonlyMap<Host["state"], number> {
  const counts = new Map<Host["state"], number>();
  for (const { state } of hosts) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts;
}

export interface WallFilter {
  /** None: any. */
  readonly states: readonly string[];
  /** A part of its name, description or one of its addresses; any case. */
  readonly match: string;
  readonly pending: boolean;
}

export function passes(host: Host, { states, match, pending }: WallFilter): boolean {
  if (states.length > 0 && !states.includes(host.state)) return false;
  if (pending && host.pendingLogs === 0) return false;
  const part = match.trim().toLowerCase();
  if (part === "") return true;
  const { name, description, addresses } = host;
  return [name ?? "", description, ...addresses].some((text) => text.toLowerCase().includes(part));
}

export interface WallSection {
  /** Of the group; empty for the hosts that are in none. */
  readonly id: string;
  readonly title: string;
  readonly hosts: readonly Host[];
}

/** The groups that users made, each with its hosts of these; a host comes once for each that it is in. */
export function byUserGroup(
  hosts: readonly Host[],
  groups: readonly { readonly id: string; readonly name: string; readonly fixed: boolean }[],
): readonly WallSection[] {
  const own = groups.filter(({ fixed }) => !fixed);
  const sections = own.map(({ id, name }) => ({
    id,
    title: name,
    hosts: hosts.filter((host) => host.groups.includes(id)),
  }));
  const ids = new Set(own.map(({ id }) => id));
  const others = hosts.filter((host) => !host.groups.some((id) => ids.has(id)));
  return [...sections, { id: "", title: "In no group", hosts: others }].filter(
    (section) => section.hosts.length > 0,
  );
}
