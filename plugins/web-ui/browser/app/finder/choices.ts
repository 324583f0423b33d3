/** What the search for anything offers: found things by kind, and what else can be done with the text. */

import { href } from "../../address.js";
import type { Client, Host, Pv, Server } from "../../api/types.js";
import { HOST_STATE, PV_STATE, SERVER_STATE, type Tone } from "../../formats/words.js";

export interface Choice {
  readonly group: string;
  readonly text: string;
  /** Beside it: a state, an address. */
  readonly detail?: string;
  readonly tone?: Tone;
  /** Relative, to a page of ours. */
  readonly address: string;
}

export function pvChoice({ name, state }: Pv): Choice {
  const { text: detail, tone } = PV_STATE[state];
  return { group: "PVs", text: name, detail, tone, address: href("pv", { name }) };
}

export function hostChoice({ host, name, state }: Host): Choice {
  const { tone } = HOST_STATE[state];
  const detail = name === null ? {} : { detail: host };
  return { group: "Hosts", text: name ?? host, ...detail, tone, address: href("host", { host }) };
}

export function serverChoice({ server, hostName, app, state }: Server): Choice {
  const { tone } = SERVER_STATE[state];
  const detail = [hostName, app?.command].filter((text) => typeof text === "string").join(" · ");
  return {
    group: "Servers",
    text: server,
    ...(detail !== "" && { detail }),
    tone,
    address: href("server", { server }),
  };
}

export function clientChoice({ client, name }: Client): Choice {
  const detail = name === null ? {} : { detail: client };
  return { group: "Clients", text: name ?? client, ...detail, address: href("client", { client }) };
}

interface KnownPage {
  readonly segment: string;
  readonly title: string;
  /** Only pages in the navigation have one. */
  readonly group?: string;
}

/** Pages whose title has the text, however it is written. */
export function pageChoices(pages: readonly KnownPage[], text: string): readonly Choice[] {
  const part = text.toLowerCase();
  return pages
    .filter(({ title, group }) => group !== undefined && title.toLowerCase().includes(part))
    .map(({ title, segment }) => ({ group: "Pages", text: title, address: href(segment) }));
}

/** What can be done with any text, whether or not something was found. */
export function otherChoices(text: string): readonly Choice[] {
  const list = {
    group: "More",
    text: `Search the list of PVs for ${text}`,
    address: href("pvs", { match: text }),
  };
  if (/[*?]/.test(text)) return [list];
  const network = {
    group: "More",
    text: `Ask the network for exactly ${text}`,
    address: href("pv", { name: text }),
  };
  return [list, network];
}

/** In groups, in the order in which groups come first. */
export function grouped(choices: readonly Choice[]): ReadonlyMap<string, readonly Choice[]> {
  const groups = new Map<string, Choice[]>();
  for (const choice of choices) {
    const group = groups.get(choice.group);
    if (group === undefined) groups.set(choice.group, [choice]);
    else group.push(choice);
  }
  return groups;
}

/** The choice that a key leads to, round at both ends; undefined for a key that leads nowhere. */
export function keyToChoice(key: string, from: number, count: number): number | undefined {
  if (count === 0) return undefined;
  switch (key) {
    case "ArrowDown":
      return (from + 1) % count;
    case "ArrowUp":
      return (from + count - 1) % count;
    default:
      return undefined;
  }
}
