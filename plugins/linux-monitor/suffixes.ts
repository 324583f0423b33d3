/** The records of a LinuxMonitor, by the end of their names: `<host>:LOAD15MIN`. */

/** Tells a host that has a monitor, and when it booted. */
export const SIGNATURE = "BOOTTIME";

/** Read every round. */
export const POLLED: readonly string[] = [
  SIGNATURE,
  "LOAD15MIN",
  "MEMAVPCT",
  "MEMFREEPCT",
  "UPTIME",
  "MACHINE",
  "CPUUSER",
  "CPUSYSTEM",
  "CPUNICE",
  "CPUIDLE",
  "TIME",
];

/** Read when somebody wants to know all of a host. */
export const DETAILS: readonly string[] = [
  "LOAD",
  "LOAD1MIN",
  "LOAD5MIN",
  "VERSION",
  "SWAPAV",
  "SWAPACTIVEPCT",
  "SWAPFREEPCT",
  "SWAPCACH",
  "SWAPUSED",
  "SWAPFREE",
  "IPADDR",
  "MEMAV",
  "MEMFREE",
  "MEMBUFF",
  "MEMSHRD",
  "MEMUSED",
  "PIDAV",
  "PIDUSED",
  "PIDFREE",
  "PIDFREEPCT",
  "HBT",
  "RELEASE",
  "WD",
  "SYSNAME",
];

export const ALL: readonly string[] = [...POLLED, ...DETAILS];

/** Longer ones are no names of hosts. */
const MAX_SOURCE_CHARACTERS = 100;

/** The host's name for itself when that is the name of its signature, with exactly one colon in it. */
export function sourceOf(name: string): string | undefined {
  if (!name.endsWith(`:${SIGNATURE}`)) return undefined;
  const source = name.slice(0, -SIGNATURE.length - 1);
  const isOne = source !== "" && !source.includes(":") && source.length <= MAX_SOURCE_CHARACTERS;
  return isOne ? source : undefined;
}

export function signatureOf(source: string): string {
  return `${source}:${SIGNATURE}`;
}
