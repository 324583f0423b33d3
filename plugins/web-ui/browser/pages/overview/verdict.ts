/** Whether the site is well, in one sentence: what matters most comes first, and is said calmly. */

import type { Storm } from "../../api/types.js";
import { countText, rateText } from "../../formats/number.js";
import type { Tone } from "../../formats/words.js";

export interface SiteFacts {
  readonly ready: boolean;
  readonly blind: boolean;
  /** Plugins by their ids. */
  readonly failed: readonly string[];
  readonly degraded: readonly string[];
  readonly hosts: number;
  /** `names`: the first of them. */
  readonly hostsInError: { readonly total: number; readonly names: readonly string[] };
  readonly aliveServers: number;
  /** What was lost, stopped or hung since midnight and is not back, by name. */
  readonly goneToday: readonly string[];
  /** The storm of searches that lasts; its client, null when it is several, is an address. */
  readonly storm: StormFacts | null;
  readonly openFindings: number;
  readonly pendingLogs: number;
}

type StormFacts = Pick<Storm, "client" | "peakNamesPerSecond" | "usualNamesPerSecond">;

export interface Verdict {
  readonly tone: Tone;
  readonly text: string;
  /** What else there is to know; sentences. */
  readonly also: readonly string[];
}

const MOST_NAMES = 3;

export function verdictOf(facts: SiteFacts): Verdict {
  const found = complaintsOf(facts);
  const [first, ...others] = found;
  const also = [...others.map(({ text }) => text), ...remarksOf(facts)];
  if (first !== undefined) return { ...first, also };
  return { tone: "ok", text: wellText(facts), also };
}

function complaintsOf(facts: SiteFacts): readonly { readonly tone: Tone; readonly text: string }[] {
  const { ready, blind, failed, degraded, hostsInError, hosts, goneToday, storm } = facts;
  const complaints: { readonly tone: Tone; readonly text: string }[] = [];
  const complain = (tone: Tone, text: string): void => {
    complaints.push({ tone, text });
  };
  if (!ready) complain("info", "pvmon is still reading what it knew before.");
  if (failed.length > 0) complain("alarm", `pvmon itself is not well: ${listed(failed)} failed.`);
  if (blind)
    complain("warning", "pvmon cannot see everything now, so it cannot tell what is lost.");
  if (hostsInError.total > 0) {
    const verb = hostsInError.total === 1 ? "is" : "are";
    const which = listed(hostsInError.names, hostsInError.total);
    const of = counted(hosts, "host", "hosts");
    complain("alarm", `${countText(hostsInError.total)} of ${of} ${verb} in error: ${which}.`);
  }
  if (goneToday.length > 0) complain("warning", `${listed(goneToday)} stopped answering today.`);
  if (storm !== null) complain("warning", stormText(storm));
  if (degraded.length > 0) complain("warning", `pvmon complains of ${listed(degraded)}.`);
  return complaints;
}

function stormText({ client, peakNamesPerSecond, usualNamesPerSecond }: StormFacts): string {
  const who = client === null ? "Several clients flood" : `${client} floods`;
  const [most, usual] = [rateText(peakNamesPerSecond), rateText(usualNamesPerSecond)];
  return `${who} the network with searches: up to ${most} names/s, usually ${usual}.`;
}

function remarksOf({ openFindings, pendingLogs }: SiteFacts): readonly string[] {
  const remarks: string[] = [];
  if (openFindings > 0) {
    const verb = openFindings === 1 ? "is" : "are";
    remarks.push(`${counted(openFindings, "finding", "findings")} of bad beacons ${verb} open.`);
  }
  if (pendingLogs > 0) {
    const entries = counted(pendingLogs, "log entry waits", "log entries wait");
    remarks.push(`${entries} to be acknowledged.`);
  }
  return remarks;
}

function wellText({ aliveServers, hosts }: SiteFacts): string {
  if (hosts === 0) return "Nothing is wrong with what pvmon sees.";
  const servers = counted(aliveServers, "server", "servers");
  const verb = aliveServers === 1 ? "is" : "are";
  return `The site is well: ${servers} on ${counted(hosts, "host", "hosts")} ${verb} up.`;
}

function counted(count: number, one: string, many: string): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}

/** `a, b and c`, or `a, b, c and 4 more`. */
function listed(names: readonly string[], total = names.length): string {
  const shown = names.slice(0, MOST_NAMES);
  const more = total - shown.length;
  const parts = more > 0 ? [...shown, `${countText(more)} more`] : shown;
  const last = parts.at(-1) ?? "";
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(", ")} and ${last}`;
}
