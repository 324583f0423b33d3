/** What is told of a search storm: by how much, by whom, for what, and what would stop it. */
import { formatIpv4, type Ipv4 } from "../address.js";
import type { EventDraft, Evidence } from "../event.js";
import type { PortHolder } from "../views.js";
import { type NameFindings, REPEATED_TIMES_EACH } from "./asked-names.js";
import { culpritsOf, shareOf } from "./culprits.js";
import type { Rate } from "./search-rates.js";
import type { StormCount } from "./storm.js";
import {
  lengthText,
  listed,
  MAX_NAME_CHARACTERS,
  percent,
  quoted,
  rateText,
  rounded,
  shortened,
} from "./storm-text.js";
import type { Asking } from "./who-asks.js";

/** What is told of as an address: anybody may find it again by that. */
export const MANY_CLIENTS = "network";
const MAX_COMMAND_CHARACTERS = 80;

export interface StormFacts {
  /** When it began, UTC ms. */
  readonly at: number;
  readonly count: StormCount;
  readonly usual: Rate;
  readonly asking: Asking;
  /** Undefined when nobody has looked, or at others. */
  readonly found: NameFindings | undefined;
}

/** What a look at the rest of the site can say of clients. */
export interface ClientLookup {
  hostName(client: Ipv4): string | null;
  portHolder(client: Ipv4, port: number): PortHolder | undefined;
}

/**
 * over: it was seen to end · usual: it goes on, and has for so long that it counts as usual from now on · unseen: a run before
 * told of it, and it was over when this one looked · blind: nobody can say whether it goes on.
 */
export type StormEnd = "over" | "usual" | "unseen" | "blind";

const END_TEXT: Readonly<Record<StormEnd, string>> = {
  over: "is over",
  usual: "goes on and counts as usual from now on",
  unseen: "was over when pvmon looked again",
  blind: "cannot be seen any longer",
};

export function stormStarted(facts: StormFacts, site: ClientLookup): EventDraft {
  const { at, count, usual, asking, found } = facts;
  const { busy, sole } = asking;
  const counted = asking.counted.names;
  const perSecond = {
    names: count.names / count.seconds,
    datagrams: count.datagrams / count.seconds,
  };
  const address = sole === undefined ? undefined : formatIpv4(sole);
  const [first] = busy.top;
  const port = sole === undefined ? null : (first?.port ?? null);
  const holder = sole === undefined || port === null ? undefined : site.portHolder(sole, port);
  const hostName = sole === undefined ? null : site.hostName(sole);
  const stop = remedy(found, address);
  const parts = [
    `${whoText(asking, site)}: ${rateText(perSecond.names)} names/s in ${rateText(perSecond.datagrams)} datagrams/s, ` +
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
      ...(hostName !== null && { hostName }),
      ...(port !== null && { port }),
      ...(holder !== undefined && { process: commandOf(holder), pid: holder.pid }),
      ...(found !== undefined && findingsOf(found)),
      remedy: stop,
    },
  };
}

/** @param started the event that told of it @param peak names/s */
export function stormEnded(
  started: EventDraft,
  { at, peak, how }: { readonly at: number; readonly peak: number; readonly how: StormEnd },
): EventDraft {
  const lengthSeconds = Math.max(0, Math.round((at - started.at) / 1000));
  const { subject, client, evidence } = started;
  const who = client === undefined ? "the storm of searches" : `the storm of searches of ${client}`;
  const isLengthKnown = how !== "unseen";
  const after = isLengthKnown ? `, after ${lengthText(lengthSeconds)}` : "";
  const { clients, shares, usualNamesPerSecond } = evidence;
  const kept = { clients, shares, usualNamesPerSecond };
  return {
    at,
    type: "storm.ended",
    severity: "info",
    subject,
    ...(client !== undefined && { client }),
    text: `${who} ${END_TEXT[how]}${after}, with ${rateText(peak)} names/s at most`,
    evidence: {
      startedAt: started.at,
      ...(isLengthKnown && { lengthSeconds }),
      peakNamesPerSecond: rounded(peak),
      ...(Object.fromEntries(
        Object.entries(kept).filter(([, value]) => value !== undefined),
      ) as Evidence),
    },
  };
}

function whoText({ busy, counted, sole }: Asking, site: ClientLookup): string {
  const culprits = culpritsOf(busy, counted.names);
  const flood = "the network with searches";
  if (sole !== undefined) return `${clientText(sole, site)} floods ${flood}`;
  if (busy.top.length === 0) return `somebody floods ${flood}`;
  const shares = (culprits ?? busy.top).map(({ client, names }) => {
    return `${clientText(client, site)} with ${percent(shareOf(names, counted.names))} of them`;
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
  const { names, isWhole, timesEach, examples } = found;
  const asks = isOne ? "it asks" : "they ask";
  const count = `${isWhole ? "" : "more than "}${names} ${names === 1 ? "name" : "names"}`;
  const again = timesEach > REPEATED_TIMES_EACH ? " again and again" : "";
  return `${asks} for ${count}${again}, ${kindText(found)}, as ${listed(examples.map(quoted))}`;
}

function kindText({ are, served, names }: NameFindings): string {
  switch (are) {
    case "unanswered":
      return "which nobody serves";
    case "served":
      return served === names ? "which are served" : "most of which are served";
    case "unknown":
      return "of which no server is known";
    case "mixed":
      return `${percent(served / names)} of which are served`;
  }
}

function remedy(found: NameFindings | undefined, sole: string | undefined): string {
  const isLost = found !== undefined && found.names > 0 && 2 * found.lost >= found.names;
  const stop = sole === undefined ? "these clients" : `the client on ${sole}`;
  return isLost ? `bring back what served these names, or stop ${stop}` : `stop or mend ${stop}`;
}

function findingsOf(found: NameFindings): Evidence {
  const { names, isWhole, seconds, unanswered, served, timesEach, examples } = found;
  return {
    names,
    ...(!isWhole && { moreNames: true }),
    namesSeconds: seconds,
    namesUnanswered: unanswered,
    namesServed: served,
    timesEach: rounded(timesEach),
    examples: examples.map((name) => shortened(name, MAX_NAME_CHARACTERS)),
  };
}

function clientText(client: Ipv4, site: ClientLookup): string {
  const name = site.hostName(client);
  return name === null ? formatIpv4(client) : `${formatIpv4(client)} (${name})`;
}

function commandOf({ commandLine }: PortHolder): string {
  return shortened(commandLine, MAX_COMMAND_CHARACTERS);
}
