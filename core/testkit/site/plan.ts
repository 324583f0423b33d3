/** What a simulated site consists of, drawn from a seed: pure, so that a test knows what pvmon has to find. */
import { pick, seededRandom } from "./random.js";

/** The seed and the size of a site, and what is wrong there. */
export interface PlanOptions {
  /** Same seed, same site. Default 1. */
  readonly seed?: number;
  /** Default 12. */
  readonly iocs?: number;
  /** Default 200. */
  readonly pvsPerIoc?: number;
  /** Default 8. */
  readonly clients?: number;
  /** Names that each client asks for. Default 150. */
  readonly namesPerClient?: number;
  /** Share of these that nobody serves: removed long ago, or misspelt. Default 0.1. */
  readonly absentShare?: number;
  /** Names that two IOCs serve. Default 2. */
  readonly duplicates?: number;
}

/** One CA server. */
export interface IocPlan {
  /** What the story calls it; unique where it is given. */
  readonly label?: string;
  /** On loopback: 127.1.x.y. */
  readonly address: string;
  /** Another address of its host: it is heard and answers there, too. */
  readonly alsoAt?: string;
  /** TCP port of its server; without one the port that is searched at, as the only IOC of a host has it. */
  readonly port?: number;
  readonly names: readonly string[];
  /** How it counts beacons: EPICS Base sends 0 twice, caproto once (CA specification, beacons). */
  readonly counting: "rsrv" | "caproto";
  /** From the start of the site to its first beacon: IOCs that beat as one would be one, to all that can be heard of them. */
  readonly firstBeaconMs: number;
  /** How long it had been up when the site starts; without it, or 0, it starts with the site. */
  readonly upMs?: number;
  /** It serves the health of its host. */
  readonly health?: HealthPlan;
}

/** What the monitor of a host says, as `srv7:LOAD15MIN`. */
export interface HealthPlan {
  readonly host: string;
  /** Its clock ahead of ours, s. */
  readonly clockOffsetSeconds: number;
  readonly memoryFreePercent: number;
  /** Since the host booted, s. */
  readonly upSeconds: number;
}

/** One process that sends heartbeats, answers what may be asked of it, or just holds a port. */
export interface AppPlan {
  readonly label: string;
  readonly address: string;
  /** Of its heartbeat; null when it sends none. */
  readonly version: "1.1" | "2.0" | "3.0" | null;
  readonly image: string;
  readonly command: string;
  readonly directory: string;
  readonly pid: number;
  /** TCP port of its CA server; of version 3.0 a port that only tells it from others of its host. */
  readonly port: number;
  /** What it lists when it is asked for its PVs. */
  readonly names: readonly string[];
  /** Telnet port of the procServ that it runs under. */
  readonly procServPort?: number;
  /** How long it had been up when the site starts. */
  readonly upMs: number;
}

/** One machine, as its operators describe it. */
export interface HostPlan {
  readonly address: string;
  readonly name: string;
  readonly description: string;
  readonly groups: readonly string[];
  readonly mode?: "maintenance" | "development";
}

/** One program that searches for names. */
export interface ClientPlan {
  /** On loopback: 127.2.x.y. */
  readonly address: string;
  readonly names: readonly string[];
  /** Of its host; unique where it is given. */
  readonly name?: string;
  /** Asks for all of its names anew so often, as a script does that is run again and again; s. */
  readonly everySeconds?: number;
}

/** All that a simulated site consists of. */
export interface SitePlan {
  readonly iocs: readonly IocPlan[];
  readonly clients: readonly ClientPlan[];
  readonly apps: readonly AppPlan[];
  readonly hosts: readonly HostPlan[];
  readonly duplicates: readonly string[];
  /** Asked for, served by nobody. */
  readonly absent: readonly string[];
}

const MAX_FIRST_BEACON_MS = 3000;
const SYSTEMS = ["SR", "BR", "LTB", "BTS", "ID09", "XAS"];
const DEVICES = ["VAC", "PS", "RF", "DIAG", "MOT", "WTR"];
const SIGNALS = [
  "Pressure",
  "Current",
  "Voltage",
  "Position",
  "Flow",
  "Temp",
  "Status",
  "Setpoint",
];

export function planSite(options: PlanOptions = {}): SitePlan {
  const { seed = 1, iocs = 12, pvsPerIoc = 200, clients = 8, duplicates = 2 } = options;
  const { namesPerClient = 150, absentShare = 0.1 } = options;
  const random = seededRandom(seed);
  const served = Array.from({ length: iocs }, (_, ioc) => namesOfIoc(ioc, pvsPerIoc, random));
  const doubled = Array.from({ length: iocs > 1 ? duplicates : 0 }, (_, n) => {
    const owner = n % iocs;
    const name = pick(served[owner] ?? [], random);
    served[(owner + 1) % iocs]?.push(name);
    return name;
  });
  const all = served.flat();
  const clientPlans = Array.from({ length: clients }, (_, client): ClientPlan => {
    const names = Array.from({ length: namesPerClient }, () => {
      const name = pick(all, random);
      return random() < absentShare ? spoil(name, random) : name;
    });
    return { address: address(2, client), names: [...new Set(names)] };
  });
  const starts = seededRandom(seed + 1);
  const known = new Set(all);
  const asked = clientPlans.flatMap(({ names }) => names);
  return {
    iocs: served.map((names, ioc) => ({
      address: address(1, ioc),
      names,
      counting: ioc % 4 === 3 ? "caproto" : "rsrv",
      firstBeaconMs: Math.floor(starts() * MAX_FIRST_BEACON_MS),
    })),
    clients: clientPlans,
    apps: [],
    hosts: [],
    duplicates: [...new Set(doubled)],
    absent: [...new Set(asked.filter((name) => !known.has(name)))],
  };
}

function namesOfIoc(ioc: number, count: number, random: () => number): string[] {
  const prefix = `${pick(SYSTEMS, random)}${String(ioc + 1).padStart(2, "0")}:${pick(DEVICES, random)}`;
  return Array.from(
    { length: count },
    (_, n) => `${prefix}${String(n + 1).padStart(4, "0")}:${pick(SIGNALS, random)}`,
  );
}

/** A name that is gone, or mistyped as people do: one letter lost, two swapped, a wrong case. */
export function spoil(name: string, random: () => number): string {
  const at = 1 + Math.floor(random() * (name.length - 3));
  const ways = [
    () => `OLD:${name}`,
    () => name.slice(0, at) + name.slice(at + 1),
    () =>
      name.slice(0, at) + name.slice(at + 1, at + 2) + name.slice(at, at + 1) + name.slice(at + 2),
    () => name.toLowerCase(),
  ];
  return pick(ways, random)();
}

/** `127.<net>.x.y`, another one for each index. */
export function address(net: number, index: number): string {
  return `127.${net}.${Math.floor(index / 250)}.${(index % 250) + 1}`;
}
