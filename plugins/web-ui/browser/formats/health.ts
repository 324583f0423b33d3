/** What the values of a host's monitor mean, and which of them somebody should look at. */
import type { Health } from "../api/types.js";
import { CLOCK_OFF_SECONDS, shortClockOffset } from "./clock.js";

interface Meaning {
  readonly text: string;
  readonly unit?: "%" | "kB";
}

/** By the end of the PV's name. */
export const HEALTH_MEANINGS: Readonly<Record<string, Meaning>> = {
  BOOTTIME: { text: "Booted" },
  CPUIDLE: { text: "Processor idle", unit: "%" },
  CPUNICE: { text: "Processor, low priority", unit: "%" },
  CPUSYSTEM: { text: "Processor, system", unit: "%" },
  CPUUSER: { text: "Processor, programs", unit: "%" },
  HBT: { text: "Heartbeat counter of the monitor" },
  IPADDR: { text: "Address, as the host says" },
  LOAD: { text: "Load" },
  LOAD1MIN: { text: "Load, 1 min" },
  LOAD5MIN: { text: "Load, 5 min" },
  LOAD15MIN: { text: "Load, 15 min" },
  MACHINE: { text: "Architecture" },
  MEMAV: { text: "Memory", unit: "kB" },
  MEMAVPCT: { text: "Memory used", unit: "%" },
  MEMBUFF: { text: "Memory for buffers", unit: "kB" },
  MEMFREE: { text: "Memory free", unit: "kB" },
  MEMFREEPCT: { text: "Memory free", unit: "%" },
  MEMSHRD: { text: "Memory shared", unit: "kB" },
  MEMUSED: { text: "Memory used", unit: "kB" },
  PIDAV: { text: "Processes possible" },
  PIDFREE: { text: "Processes free" },
  PIDFREEPCT: { text: "Processes free", unit: "%" },
  PIDUSED: { text: "Processes" },
  RELEASE: { text: "Release of the system" },
  SWAPACTIVEPCT: { text: "Swap used", unit: "%" },
  SWAPAV: { text: "Swap", unit: "kB" },
  SWAPCACH: { text: "Swap cached", unit: "kB" },
  SWAPFREE: { text: "Swap free", unit: "kB" },
  SWAPFREEPCT: { text: "Swap free", unit: "%" },
  SWAPUSED: { text: "Swap used", unit: "kB" },
  SYSNAME: { text: "System" },
  TIME: { text: "Clock of the host" },
  UPTIME: { text: "Up, as the host says" },
  VERSION: { text: "Version of the monitor" },
  WD: { text: "Folder of the monitor" },
};

export function numberOf({ values }: Pick<Health, "values">, name: string): number | null {
  const value = values[name];
  return typeof value === "number" ? value : null;
}

export function textOf({ values }: Pick<Health, "values">, name: string): string | null {
  const value = values[name];
  return typeof value === "string" && value !== "" ? value : null;
}

const MEMORY_FULL_PERCENT = 90;
const SWAP_FULL_PERCENT = 50;
const PROCESSOR_BUSY_PERCENT = 90;
/** The monitor does not say how many processors there are: this is much for any. */
const HIGH_LOAD = 10;

export function isMemoryFull(health: Health): boolean {
  return (numberOf(health, "MEMAVPCT") ?? 0) > MEMORY_FULL_PERCENT;
}

export function isSwapFull(health: Health): boolean {
  return (numberOf(health, "SWAPACTIVEPCT") ?? 0) > SWAP_FULL_PERCENT;
}

export function isProcessorBusy(health: Health): boolean {
  return (busyPercent(health) ?? 0) > PROCESSOR_BUSY_PERCENT;
}

export function isLoadHigh(health: Health): boolean {
  return (numberOf(health, "LOAD15MIN") ?? 0) > HIGH_LOAD;
}

export function isClockOff({ clockOffsetSeconds }: Pick<Health, "clockOffsetSeconds">): boolean {
  return Math.abs(clockOffsetSeconds ?? 0) > CLOCK_OFF_SECONDS;
}

/** Of the processor, whatever it is busy with. */
export function busyPercent(health: Health): number | null {
  const idle = numberOf(health, "CPUIDLE");
  return idle === null ? null : 100 - idle;
}

/** What somebody should look at, in words; nothing of one that is lost, whose values are old. */
export function concernsOf(health: Health): readonly string[] {
  if (health.lost) return [];
  const whole = (name: string): number => Math.round(numberOf(health, name) ?? 0);
  return [
    ...(isClockOff(health) ? [`clock ${shortClockOffset(health.clockOffsetSeconds ?? 0)}`] : []),
    ...(isMemoryFull(health) ? [`memory ${whole("MEMAVPCT")} % used`] : []),
    ...(isSwapFull(health) ? [`swap ${whole("SWAPACTIVEPCT")} % used`] : []),
    ...(isProcessorBusy(health)
      ? [`processor ${Math.round(busyPercent(health) ?? 0)} % busy`]
      : []),
    ...(isLoadHigh(health) ? [`load ${whole("LOAD15MIN")}`] : []),
  ];
}
