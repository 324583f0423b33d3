/** What the monitor of a simulated host serves: `srv7:LOAD15MIN` and 34 more, plausible and moving a little. */
import type { HealthPlan } from "./plan.js";

const MEMORY_KB = 16_384_000;
const SWAP_KB = 4_096_000;

type Value = string | number;
/** @param wave from -1 to 1, slow, and each host's own. */
type Values = (health: HealthPlan, now: number, wave: number) => Value;

const VALUES: Readonly<Record<string, Values>> = {
  BOOTTIME: ({ upSeconds }, now) => Math.round(now / 1000 - upSeconds),
  LOAD15MIN: (_, __, wave) => round(0.6 + 0.3 * wave),
  MEMAVPCT: ({ memoryFreePercent }, _, wave) => round(100 - memoryFreePercent + 0.3 * wave),
  MEMFREEPCT: ({ memoryFreePercent }, _, wave) => round(memoryFreePercent - 0.3 * wave),
  UPTIME: ({ upSeconds }) => upTimeText(upSeconds),
  MACHINE: () => "x86_64",
  CPUUSER: (_, __, wave) => round(12 + 6 * wave),
  CPUSYSTEM: (_, __, wave) => round(4 + wave),
  CPUNICE: () => 0,
  CPUIDLE: (_, __, wave) => round(84 - 7 * wave),
  TIME: ({ clockOffsetSeconds }, now) => clockText(now + clockOffsetSeconds * 1000),
  LOAD: (_, __, wave) => round(0.7 + 0.5 * wave),
  LOAD1MIN: (_, __, wave) => round(0.7 + 0.5 * wave),
  LOAD5MIN: (_, __, wave) => round(0.65 + 0.4 * wave),
  VERSION: () => "2.4",
  SWAPAV: () => SWAP_KB,
  SWAPACTIVEPCT: ({ memoryFreePercent }) => (memoryFreePercent < 5 ? 63 : 0),
  SWAPFREEPCT: ({ memoryFreePercent }) => (memoryFreePercent < 5 ? 37 : 100),
  SWAPCACH: () => 0,
  SWAPUSED: ({ memoryFreePercent }) => (memoryFreePercent < 5 ? 0.63 * SWAP_KB : 0),
  SWAPFREE: ({ memoryFreePercent }) => (memoryFreePercent < 5 ? 0.37 * SWAP_KB : SWAP_KB),
  IPADDR: ({ host }) => `${host}.example.org`,
  MEMAV: () => MEMORY_KB,
  MEMFREE: ({ memoryFreePercent }) => Math.round((MEMORY_KB * memoryFreePercent) / 100),
  MEMBUFF: () => 210_000,
  MEMSHRD: () => 18_000,
  MEMUSED: ({ memoryFreePercent }) => Math.round((MEMORY_KB * (100 - memoryFreePercent)) / 100),
  PIDAV: () => 32_768,
  PIDUSED: (_, __, wave) => Math.round(212 + 8 * wave),
  PIDFREE: (_, __, wave) => Math.round(32_556 - 8 * wave),
  PIDFREEPCT: () => 99.4,
  HBT: (_, now) => Math.floor(now / 1000) % 120,
  RELEASE: () => "5.14.0-427.el9.x86_64",
  WD: () => "/opt/LinuxMonitor",
  SYSNAME: () => "Linux",
};

/** Ends of the names of its records. */
export const SUFFIXES: readonly string[] = Object.keys(VALUES);

/** @param name `<host>:<suffix>`; undefined for another. @param now UTC ms. */
export function healthValue(health: HealthPlan, name: string, now: number): Value | undefined {
  const suffix = name.slice(health.host.length + 1);
  const phase = [...health.host].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  return VALUES[suffix]?.(health, now, Math.sin(now / 60_000 + phase));
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** `3 days, 04:05` */
function upTimeText(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const clock = [Math.floor(minutes / 60) % 24, minutes % 60];
  const [hours, rest] = clock.map((part) => String(part).padStart(2, "0"));
  return `${Math.floor(minutes / 1440)} days, ${hours}:${rest}`;
}

/** As `date` on a host whose clock shows UTC. */
function clockText(at: number): string {
  const [day, dayOfMonth, month, , time] = new Date(at).toUTCString().replace(",", "").split(" ");
  return `${day} ${month} ${dayOfMonth} ${time?.slice(0, 8)}`;
}
