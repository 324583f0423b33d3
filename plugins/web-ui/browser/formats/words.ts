/** The API's words in people's words: states, types of events and of findings. */
import type { Anomaly, EventType, Host, PvState, Server } from "../api/types.js";

/** How a state is drawn: colour, shape and text all say the same. */
export type Tone = "ok" | "quiet" | "warning" | "alarm" | "info" | "work" | "off" | "unknown";

interface Word {
  readonly text: string;
  readonly tone: Tone;
}

export const HOST_STATE: Readonly<Record<Host["state"], Word>> = {
  ok: { text: "OK", tone: "ok" },
  error: { text: "Error", tone: "alarm" },
  maintenance: { text: "Maintenance", tone: "work" },
  development: { text: "Development", tone: "info" },
  decommissioned: { text: "Decommissioned", tone: "off" },
  unknown: { text: "Unknown", tone: "unknown" },
};

/** Whether the machine is there, whatever is wrong on it. */
export const HOST_LIVENESS: Readonly<Record<Host["liveness"], Word>> = {
  alive: { text: "Alive", tone: "ok" },
  lost: { text: "Lost: nothing on it is heard", tone: "alarm" },
  unknown: { text: "Not known", tone: "unknown" },
};

export const HEARTBEAT_STATE: Readonly<Record<"beats" | "lost", Word>> = {
  beats: { text: "Beats", tone: "ok" },
  lost: { text: "Lost", tone: "alarm" },
};

export const SERVER_STATE: Readonly<Record<Server["state"], Word>> = {
  alive: { text: "Alive", tone: "ok" },
  unresponsive: { text: "Unresponsive", tone: "alarm" },
  lost: { text: "Lost", tone: "alarm" },
  paused: { text: "Paused", tone: "warning" },
  stopped: { text: "Stopped", tone: "off" },
  unknown: { text: "No beacon", tone: "unknown" },
};

export const PV_STATE: Readonly<Record<PvState, Word>> = {
  online: { text: "Online", tone: "ok" },
  lost: { text: "Lost", tone: "alarm" },
  neverAnswered: { text: "Never answered", tone: "warning" },
  unverified: { text: "Not checked", tone: "unknown" },
};

export const SEVERITY_TONE = { info: "info", warning: "warning", alarm: "alarm" } as const;

export const ANOMALY_TEXT: Readonly<Record<Anomaly["type"], string>> = {
  addressMismatch: "Address mismatch",
  wrongNetwork: "Wrong network",
  duplicateIdentity: "Duplicate identity",
  duplicateRoute: "Two routes",
  beaconFlood: "Beacon flood",
  searchStorm: "Search storm",
};

/** An event of one that opens or closes. */
export function isOfFindings({ type }: { readonly type: EventType }): boolean {
  return type.startsWith("anomaly.") || type.startsWith("storm.");
}

const NOUNS: Readonly<Record<string, string>> = {
  pv: "PV",
  app: "Application",
  anomaly: "Finding",
  storm: "Search storm",
};

/** `server.restarted` → `Server restarted`, `pv.deduplicated` → `PV deduplicated`. */
export function eventText(type: EventType): string {
  const [subject = "", verb = ""] = type.split(".");
  const noun = NOUNS[subject] ?? subject.charAt(0).toUpperCase() + subject.slice(1);
  return `${noun} ${verb.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}`;
}

const SOURCE_TEXT: Readonly<Record<string, string>> = {
  client: "client",
  archiver: "archiver",
  gateway: "gateway",
  own: "pvmon itself",
};

/** What kind of client asks, as the site file classes addresses. */
export function sourceText(source: string): string {
  return SOURCE_TEXT[source] ?? source;
}
