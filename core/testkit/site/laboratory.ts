/**
 * The plan of a small laboratory: a storage ring with its injector, five beamlines, and whoever uses them. Some forty
 * machines, more than a hundred servers and twenty thousand PVs, with the faults that real sites have.
 */

import { MACHINES, type Machine, recordNames } from "./equipment.js";
import { SUFFIXES } from "./health-values.js";
import { type Consumers, planClients } from "./laboratory-clients.js";
import {
  type AppPlan,
  address,
  type HealthPlan,
  type HostPlan,
  type IocPlan,
  type SitePlan,
} from "./plan.js";
import { seededRandom } from "./random.js";

/** The seed and the size of a laboratory. */
export interface LaboratoryOptions {
  /** Same seed, same laboratory. Default 1. */
  readonly seed?: number;
  /** Of an IOC, about. Default 220. */
  readonly pvsPerIoc?: number;
}

/** Servers on a host beside the one that has the port that is searched at. */
const FIRST_FURTHER_PORT = 42_001;
const FIRST_PROC_SERV_PORT = 40_001;
const MONITOR_PORT = 41_000;
const FIRST_SCRIPT_PORT = 43_001;
const FIRST_BEACON_MS = 5000;
const DAY_MS = 86_400_000;
/** Its host has two network cards, and the site has not told pvmon. */
const TWO_ADDRESSES = { label: "CRYO01:CRYO", alsoAt: "127.1.200.1" };
const MONITORED = ["srv-vac1", "srv-vac2", "srv-ps1", "srv-ps2", "srv-diag1", "srv-rf1", "srv-br1"];
const MONITORED_BEAMLINES = ["srv-bl03", "srv-bl07", "srv-bl09"];
const MODES: Readonly<Record<string, "maintenance" | "development">> = {
  "srv-mod1": "maintenance",
  "srv-dev1": "development",
};
/** Programs that serve no PVs and send heartbeats all the same. */
const SCRIPTS = [
  { label: "orbit feedback", on: "srv-diag1", file: "orbit_feedback.py" },
  { label: "tune feedback", on: "srv-diag2", file: "tune_feedback.py" },
  { label: "top-up", on: "srv-tim1", file: "topup.py" },
  { label: "alarm server", on: "srv-tim1", file: "alarm_server.py" },
  { label: "sample robot", on: "ioc-bl11-hutch", file: "robot.py" },
] as const;

export function planLaboratory({ seed = 1, pvsPerIoc = 220 }: LaboratoryOptions = {}): SitePlan {
  const random = seededRandom(seed);
  const hosts = MACHINES.map((machine, index): HostPlan => {
    const { name, description, groups } = machine;
    const mode = MODES[name];
    return { address: address(1, index + 9), name, description, groups, ...(mode && { mode }) };
  });
  const hostOf = (name: string): string =>
    hosts.find((host) => host.name === name)?.address ?? "127.1.0.1";
  const built = MACHINES.map((machine) =>
    planMachine(machine, hostOf(machine.name), pvsPerIoc, random),
  );
  const iocs = [...built.flatMap((one) => one.iocs), stranger(random)];
  const { duplicates } = doubleNames(iocs);
  const consumers: Consumers = planClients(iocs, duplicates, random);
  const scripts = SCRIPTS.map(({ label, on, file }, index) => ({
    ...script(label, hostOf(on), file, random),
    port: FIRST_SCRIPT_PORT + index,
  }));
  return {
    iocs,
    hosts,
    apps: [
      ...built.flatMap((one) => one.apps.map((app) => ({ ...app, ...namesOf(app, iocs) }))),
      ...scripts,
    ],
    duplicates,
    ...consumers,
  };
}

function planMachine(
  machine: Machine,
  host: string,
  pvsPerIoc: number,
  random: () => number,
): { readonly iocs: IocPlan[]; readonly apps: AppPlan[] } {
  const iocs = machine.iocs.map((label, index): IocPlan => {
    const size = Math.round(pvsPerIoc * (0.7 + 0.6 * random()));
    return {
      label,
      address: host,
      ...(label === TWO_ADDRESSES.label && { alsoAt: TWO_ADDRESSES.alsoAt }),
      ...(index > 0 && { port: FIRST_FURTHER_PORT + index }),
      names: recordNames(label, size),
      counting: random() < 0.1 ? "caproto" : "rsrv",
      firstBeaconMs: Math.floor(random() * FIRST_BEACON_MS),
      upMs: Math.floor((1 + 60 * random()) * DAY_MS),
    };
  });
  const apps = iocs.map((ioc, index) => appOf(ioc, index, random));
  if (!MONITORED.includes(machine.name) && !MONITORED_BEAMLINES.includes(machine.name)) {
    return { iocs, apps };
  }
  const monitor = monitorOf(machine.name, host, random);
  return { iocs: [...iocs, monitor], apps: [...apps, monitorApp(monitor)] };
}

/** The first of a machine can always be asked for the processes of its host. */
function appOf(ioc: IocPlan, index: number, random: () => number): AppPlan {
  const label = ioc.label ?? "";
  const folder = label.toLowerCase().replace(":", "-");
  const chance = random();
  const version = index === 0 || chance < 0.6 ? "2.0" : chance < 0.8 ? "1.1" : null;
  return {
    label,
    address: ioc.address,
    version,
    image: `./bin/linux-x86_64/${label.slice(label.indexOf(":") + 1).toLowerCase()}`,
    command: "./iocBoot/st.cmd",
    directory: `/iocs/${folder}`,
    pid: 1000 + Math.floor(random() * 30_000),
    port: ioc.port ?? 0,
    names: ioc.names,
    ...(random() < 0.6 && { procServPort: FIRST_PROC_SERV_PORT + index }),
    upMs: ioc.upMs ?? 0,
  };
}

function monitorOf(name: string, host: string, random: () => number): IocPlan {
  const upMs = Math.floor((20 + 100 * random()) * DAY_MS);
  const health: HealthPlan = {
    host: name,
    clockOffsetSeconds: name === "srv-ps2" ? 192 : 0,
    memoryFreePercent: name === "srv-bl07" ? 2.4 : 20 + Math.floor(60 * random()),
    upSeconds: upMs / 1000,
  };
  return {
    label: `${name}:LinuxMonitor`,
    address: host,
    port: MONITOR_PORT,
    names: SUFFIXES.map((suffix) => `${name}:${suffix}`),
    counting: "rsrv",
    firstBeaconMs: Math.floor(random() * FIRST_BEACON_MS),
    upMs,
    health,
  };
}

function monitorApp({ label = "", address: host, names, upMs = 0 }: IocPlan): AppPlan {
  return {
    label,
    address: host,
    version: "2.0",
    image: "./LinuxMonitor",
    command: "st.cmd",
    directory: "/opt/LinuxMonitor",
    pid: 812,
    port: MONITOR_PORT,
    names,
    upMs,
  };
}

function script(label: string, host: string, file: string, random: () => number) {
  return {
    label,
    address: host,
    version: "3.0" as const,
    image: "/usr/bin/python3",
    command: file,
    directory: "/opt/scripts",
    pid: 32_000 + Math.floor(random() * 30_000),
    names: [],
    upMs: Math.floor((1 + 10 * random()) * DAY_MS),
  };
}

/** An IOC that somebody brought along, with an address of a network that is none of the site's. */
function stranger(random: () => number): IocPlan {
  return {
    label: "visitor",
    address: "127.9.0.5",
    names: recordNames("USER01:DET", 30),
    counting: "caproto",
    firstBeaconMs: Math.floor(random() * FIRST_BEACON_MS),
    upMs: DAY_MS,
  };
}

/** What an application lists is what its server has, copies too. */
function namesOf({ label, names }: AppPlan, iocs: readonly IocPlan[]): Pick<AppPlan, "names"> {
  return { names: iocs.find((ioc) => ioc.label === label)?.names ?? names };
}

/** A copied database: an IOC for tests has a few records of a beamline's detector. */
function doubleNames(iocs: IocPlan[]): { readonly duplicates: readonly string[] } {
  const original = iocs.find(({ label }) => label === "BL07:DET");
  const at = iocs.findIndex(({ label }) => label === "TEST02:DET");
  const copy = iocs[at];
  const names = original?.names.slice(0, 4) ?? [];
  if (copy !== undefined) iocs[at] = { ...copy, names: [...copy.names, ...names] };
  return { duplicates: copy === undefined ? [] : names };
}
