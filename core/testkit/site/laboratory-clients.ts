/** Who uses a laboratory: displays, archivers, gateways and scripts, with the names they ask for, wrong ones too. */
import { type ClientPlan, type IocPlan, type SitePlan, spoil } from "./plan.js";
import { pick } from "./random.js";

export type Consumers = Pick<SitePlan, "clients" | "absent">;

/** What everybody's display shows, since a record was renamed that nobody serves any more. */
export const RENAMED = "SR00:BEAM:DCCT:Lifetime";
/** Macros that nobody filled in, and what else is no name. */
const INVALID = [
  "$(P)$(R):Current",
  "$(SYS):VAC:CCG01:Pressure",
  "BL07:MOT:m01:Position ",
  "{P}:Status",
];
/** Equipment that was taken away years ago. */
const REMOVED = [
  "SR13:VAC:IP01:Pressure",
  "SR13:VAC:IP02:Pressure",
  "BL01:MOT:m01:Position",
  "LI03:RF:KLY01:Power",
];

interface Kind {
  readonly name: string;
  readonly count: number;
  /** Areas whose records it uses, by the beginning of their names. */
  readonly areas: readonly string[];
  /** Only of this system in them. */
  readonly system?: string;
  /** Channels of each. */
  readonly channels: number;
  /** Misspelt names of each. */
  readonly misspelt: number;
  readonly extra?: readonly string[];
  readonly everySeconds?: number;
  /** Third number of their addresses. */
  readonly net: number;
}

const RING = ["SR"];
const INJECTOR = ["LI", "LTB", "BR", "BTS"];
const EVERYTHING = [""];

const KINDS: readonly Kind[] = [
  {
    name: "opi-control",
    count: 6,
    areas: [...RING, ...INJECTOR],
    channels: 180,
    misspelt: 3,
    extra: [RENAMED],
    net: 0,
  },
  {
    name: "opi-vac",
    count: 2,
    areas: RING,
    system: "VAC",
    channels: 140,
    misspelt: 2,
    extra: [RENAMED, REMOVED[0] ?? ""],
    net: 0,
  },
  ...["03", "05", "07", "09", "11", "13"].map((number) => ({
    name: `opi-bl${number}-`,
    count: 3,
    areas: [`BL${number}`],
    channels: 90,
    misspelt: 2,
    extra: number === "07" ? [RENAMED, ...INVALID.slice(0, 2)] : [RENAMED],
    net: Number(number),
  })),
  {
    name: "arch",
    count: 2,
    areas: EVERYTHING,
    channels: 2500,
    misspelt: 4,
    extra: REMOVED,
    net: 200,
  },
  {
    name: "gw-office",
    count: 1,
    areas: EVERYTHING,
    channels: 300,
    misspelt: 10,
    extra: [RENAMED],
    net: 250,
  },
  { name: "gw-beamlines", count: 1, areas: ["BL"], channels: 200, misspelt: 3, net: 250 },
  {
    name: "srv-alarm",
    count: 1,
    areas: [...RING, ...INJECTOR, "WTR", "CRYO"],
    channels: 400,
    misspelt: 2,
    net: 20,
  },
  {
    name: "ws-laptop",
    count: 4,
    areas: ["BL", "SR"],
    channels: 25,
    misspelt: 3,
    extra: [...INVALID.slice(2), "USER01:DET:CAM01:Acquire"],
    net: 30,
  },
  {
    name: "srv-cron",
    count: 2,
    areas: ["WTR", "ELEC", "SR"],
    channels: 12,
    misspelt: 1,
    extra: ["CRYO01:CRYO:Level"],
    everySeconds: 20,
    net: 40,
  },
  { name: "ws-matlab", count: 1, areas: ["SR"], channels: 240, misspelt: 0, net: 30 },
];

/** The client whose script goes wild now and then. */
export const FLOODING_CLIENT = "ws-matlab1";

/** @param duplicates names that two of them have: displays of that beamline show them */
export function planClients(
  iocs: readonly IocPlan[],
  duplicates: readonly string[],
  random: () => number,
): Consumers {
  const known = new Set(iocs.flatMap(({ names }) => names));
  const used = new Map<number, number>();
  const clients = KINDS.flatMap((kind) =>
    Array.from({ length: kind.count }, (_, n): ClientPlan => {
      const last = (used.get(kind.net) ?? 0) + 1;
      used.set(kind.net, last);
      const doubled = duplicates.filter((name) =>
        kind.areas.some((area) => area === name.slice(0, 4)),
      );
      const names = [...new Set([...namesOf(kind, iocs, random), ...doubled])];
      const { everySeconds } = kind;
      return {
        address: `127.2.${kind.net}.${last}`,
        name: `${kind.name}${n + 1}`,
        names,
        ...(everySeconds !== undefined && { everySeconds }),
      };
    }),
  );
  const asked = new Set(clients.flatMap(({ names }) => names));
  return { clients, absent: [...asked].filter((name) => !known.has(name)) };
}

/** Displays show a few IOCs each, all of what they are about, rather than a little of everything. */
function namesOf(kind: Kind, iocs: readonly IocPlan[], random: () => number): readonly string[] {
  const served = iocs.filter(
    ({ label = "", health }) =>
      health === undefined &&
      kind.areas.some((area) => label.startsWith(area)) &&
      label.endsWith(kind.system ?? "") &&
      label !== "visitor",
  );
  const names = new Set(kind.extra);
  for (let tries = 0; names.size < kind.channels && tries < 20 * kind.channels; ) {
    const { names: all } = pick(served, random);
    const at = Math.floor(random() * all.length);
    const length = kind.channels > 1000 ? 40 : 8;
    tries += length;
    for (const name of all.slice(at, at + length)) if (names.size < kind.channels) names.add(name);
  }
  const some = [...names].filter((name) => !INVALID.includes(name));
  for (let n = 0; n < kind.misspelt; n++) names.add(spoil(pick(some, random), random));
  return [...names];
}
