/** What is told of a search storm: by how much, by whom, for what, and what would stop it. */
import { formatIpv4, type Ipv4 } from "../address.js";
import type { BusyClients } from "../clients/clients.js";
import type { EventDraft, Evidence } from "../event.js";
import type { PortHolder } from "../views.js";
import type { NameFindings } from "./asked-names.js";

/** What is told of as an address: anybody may find it again by that. */
export const MANY_CLIENTS = "network";

/** Who asks for so much of all is who the storm is: at five times as much as usual, one client alone has four fifths. */
const CULPRITS_SHARE = 0.75;
export const MOST_CULPRITS = 3;
const MAX_NAME_CHARACTERS = 60;
const MAX_COMMAND_CHARACTERS = 80;

export interface Rate {
  readonly names: number;
  readonly datagrams: number;
}

export interface StormFacts {
  /** When it began. */
  readonly at: number;
  readonly perSecond: Rate;
  readonly usual: Rate;
  /** Names that were asked for while {@link busy} was counted. */
  readonly counted: number;
  readonly busy: BusyClients;
  /** Undefined when nobody has looked, or at others. */
  readonly found: NameFindings | undefined;
}

/** What a look at the rest of the site can say of clients. */
export interface ClientLookup {
  hostName(client: Ipv4): string | null;
  portHolder(client: Ipv4, port: number): PortHolder | undefined;
}

/** Those that together are most of it; all that are known of when these would be too many. */
export function culpritsOf({ top }: BusyClients, counted: number): BusyClients["top"] | undefined {
  let sum = 0;
  for (const [index, { names }] of top.entries()) {
    sum += names;
    if (sum >= CULPRITS_SHARE * counted) return top.slice(0, index + 1);
  }
  return undefined;
}

/** The client that it is, when it is one. */
export function soleCulprit(busy: BusyClients, counted: number): Ipv4 | undefined {
  const culprits = culpritsOf(busy, counted);
  return culprits?.length === 1 ? culprits[0]?.client : undefined;
}

export function stormStarted(facts: StormFacts, site: ClientLookup): EventDraft {
  const { at, perSecond, usual, counted, busy, found } = facts;
  const sole = soleCulprit(busy, counted);
  const address = sole === undefined ? undefined : formatIpv4(sole);
  const [first] = busy.top;
  const port = sole === undefined ? null : (first?.port ?? null);
  const holder = sole === undefined || port === null ? undefined : site.portHolder(sole, port);
  const stop = remedy(facts, address);
  const parts = [
    `${whoText(facts, site)}: ${rateText(perSecond.names)} names/s in ${rateText(perSecond.datagrams)} datagrams/s, ` +
      `usually ${rateText(usual.names)} in ${rateText(usual.datagrams)}`,
    ...(sole === undefined ? [] : [soleText(shareOf(first?.names ?? 0, counted), port, holder)]),
    ...(found === undefined || found.names === 0 ? [] : [namesText(found, sole !== undefined)]),
    stop,
  ];
  return {
    at,
    type: "storm.started",
    severity: "warning",
    subject: address ?? MANY_CLIENTS,
    ...(address !== undefined && { client: address }),
    text: parts.join("; "),
    evidence: {
      namesPerSecond: rounded(perSecond.names),
      datagramsPerSecond: rounded(perSecond.datagrams),
      usualNamesPerSecond: rounded(usual.names),
      usualDatagramsPerSecond: rounded(usual.datagrams),
      clients: busy.top.map(({ client }) => formatIpv4(client)),
      shares: busy.top.map(({ names }) => shareOf(names, counted)),
      clientsAsking: busy.asking,
      ...(port !== null && { port }),
      ...(holder !== undefined && { process: commandOf(holder), pid: holder.pid }),
      ...(found !== undefined && findingsOf(found)),
      remedy: stop,
    },
  };
}

/** @param started the event that told of it @param isUsual it goes on, and has for so long that it counts as usual from now on */
export function stormEnded(
  started: EventDraft,
  { at, peak, isUsual }: { readonly at: number; readonly peak: number; readonly isUsual: boolean },
): EventDraft {
  const lengthSeconds = Math.max(0, Math.round((at - started.at) / 1000));
  const { subject, client, evidence } = started;
  const who = client === undefined ? "the storm of searches" : `the storm of searches of ${client}`;
  const how = isUsual ? "goes on and counts as usual from now on" : "is over";
  const { clients, shares, usualNamesPerSecond } = evidence;
  const kept = { clients, shares, usualNamesPerSecond };
  return {
    at,
    type: "storm.ended",
    severity: "info",
    subject,
    ...(client !== undefined && { client }),
    text: `${who} ${how}, after ${lengthText(lengthSeconds)}, with ${rateText(peak)} names/s at most`,
    evidence: {
      startedAt: started.at,
      lengthSeconds,
      peakNamesPerSecond: rounded(peak),
      ...(Object.fromEntries(
        Object.entries(kept).filter(([, value]) => value !== undefined),
      ) as Evidence),
    },
  };
}

function whoText({ busy, counted }: StormFacts, site: ClientLookup): string {
  const culprits = culpritsOf(busy, counted);
  const [first, ...others] = culprits ?? busy.top;
  if (first === undefined) return "somebody floods the network with searches";
  const flood = "the network with searches";
  if (culprits !== undefined && others.length === 0) {
    return `${clientText(first.client, site)} floods ${flood}`;
  }
  const shares = [first, ...others].map(({ client, names }) => {
    return `${clientText(client, site)} with ${percent(shareOf(names, counted))} of them`;
  });
  return culprits === undefined
    ? `many clients at once flood ${flood}, ${busy.asking} in all, most of all ${listed(shares)}`
    : `${culprits.length} clients flood ${flood}, ${listed(shares)}`;
}

function soleText(share: number, port: number | null, holder: PortHolder | undefined): string {
  const process = holder === undefined ? "" : ` (${commandOf(holder)}, pid ${holder.pid})`;
  const from = port === null ? "" : `, from port ${port}${process}`;
  return `${percent(share)} of all searches are its own${from}`;
}

function namesText(found: NameFindings, isOne: boolean): string {
  const { names, isWhole, unanswered, served, examples } = found;
  const asks = isOne ? "it asks" : "they ask";
  const count = `${isWhole ? "" : "more than "}${names} ${names === 1 ? "name" : "names"}`;
  const whose = [
    [unanswered, "that nobody serves"],
    [served, "most of them served, again and again"],
  ] as const;
  const [, what = "that no server is known for"] = whose.find(([some]) => 2 * some >= names) ?? [];
  return `${asks} for ${count} ${what}, as ${listed(examples.map(shortened))}`;
}

function remedy({ found }: StormFacts, sole: string | undefined): string {
  if (sole !== undefined) return `stop or mend the client on ${sole}`;
  const isInVain = found !== undefined && 2 * found.unanswered >= found.names && found.names > 0;
  return isInVain
    ? "bring back what served these names, or stop these clients"
    : "stop or mend these clients";
}

function findingsOf({ names, unanswered, served, timesEach, examples }: NameFindings): Evidence {
  return {
    names,
    namesUnanswered: unanswered,
    namesServed: served,
    timesEach: rounded(timesEach),
    examples: examples.map(shortened),
  };
}

function clientText(client: Ipv4, site: ClientLookup): string {
  const name = site.hostName(client);
  return name === null ? formatIpv4(client) : `${formatIpv4(client)} (${name})`;
}

function commandOf({ commandLine }: PortHolder): string {
  return commandLine.slice(0, MAX_COMMAND_CHARACTERS);
}

function shortened(name: string): string {
  return name.length <= MAX_NAME_CHARACTERS ? name : `${name.slice(0, MAX_NAME_CHARACTERS)}…`;
}

/** 0..1, to the hundredth; what came late may have been counted for the one and not yet for the other. */
function shareOf(names: number, counted: number): number {
  return counted === 0 ? 0 : Math.min(1, Math.round((100 * names) / counted) / 100);
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function rounded(value: number): number {
  return Math.round(10 * value) / 10;
}

function rateText(value: number): string {
  return String(value < 10 ? rounded(value) : Math.round(value));
}

function lengthText(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
