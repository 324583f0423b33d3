/** What is told about single PVs; what happens to all PVs of a server is told of the server. */
import { formatEndpoint, formatIpv4, keyEndpoint } from "../address.js";
import type { EventDraft, Evidence } from "../event.js";
import type { FactRow } from "../row.js";

/** The servers are endpointKeys. */
export function duplicated(name: string, keys: readonly number[], at: number): EventDraft {
  const servers = keys.map(serverName);
  return {
    ...about(name, keys[0], at),
    type: "pv.duplicated",
    severity: "warning",
    text: `${name} is served by ${keys.length} servers: ${servers.join(", ")}.`,
    evidence: { servers },
  };
}

export function deduplicated(
  name: string,
  key: number,
  silent: readonly number[],
  at: number,
): EventDraft {
  const noLonger = silent.map(serverName);
  return {
    ...about(name, key, at),
    type: "pv.deduplicated",
    severity: "info",
    text: `${name} is served by ${serverName(key)} only, no longer by ${noLonger.join(", ")}.`,
    evidence: { server: serverName(key), noLonger },
  };
}

/** A duplicate that was none. */
export function united(
  name: string,
  key: number,
  others: readonly number[],
  at: number,
): EventDraft {
  const alsoKnownAs = others.map(serverName);
  return {
    ...about(name, key, at),
    type: "pv.deduplicated",
    severity: "info",
    text: `${name} is served by one server only: ${serverName(key)} is ${alsoKnownAs.join(", ")}, too.`,
    evidence: { server: serverName(key), alsoKnownAs },
  };
}

export function moved(name: string, from: number, to: number, at: number): EventDraft {
  return {
    ...about(name, to, at),
    type: "pv.moved",
    severity: "info",
    text: `${name} has moved from ${serverName(from)} to ${serverName(to)}.`,
    evidence: { from: serverName(from), to: serverName(to) },
  };
}

/** @param evidence the unanswered searches and the second witness of each server. */
export function lost(name: string, key: number, at: number, evidence: Evidence): EventDraft {
  return {
    ...about(name, key, at),
    type: "pv.lost",
    severity: "warning",
    text: `${name} is lost: ${serverName(key)} does not serve it any more, and nobody else does.`,
    evidence,
  };
}

export function returned(name: string, key: number, at: number): EventDraft {
  return {
    ...about(name, key, at),
    type: "pv.returned",
    severity: "info",
    text: `${name} is back on ${serverName(key)}.`,
    evidence: { server: serverName(key) },
  };
}

/** The fact that a server has the name begins or ends. */
export function inService(
  name: string,
  key: number,
  at: number,
  holds: boolean,
): Omit<FactRow, "kind"> {
  return { fact: "pvServer", subject: name, value: serverName(key), at: Math.round(at), holds };
}

export function serverName(key: number): string {
  return formatEndpoint(keyEndpoint(key));
}

export function hostName(key: number): string {
  return formatIpv4(keyEndpoint(key).ip);
}

function about(name: string, key: number | undefined, at: number) {
  return {
    at: Math.round(at),
    subject: name,
    pv: name,
    ...(key !== undefined && { server: serverName(key), host: hostName(key) }),
  };
}
