/** Memory of another process, as the kernel counts it. */
import { statusOf } from "../../core/network/proc.js";

const BYTES_PER_KIB = 1024;

/** What is resident now, MB; 0 once it has ended. */
export function residentMegabytes(pid: number): number {
  return megabytesOf(pid, "VmRSS") ?? 0;
}

/**
 * The most that was resident at any time since its start, MB: what `/usr/bin/time -v` tells.
 * @throws Error when it has ended
 */
export function peakMegabytes(pid: number): number {
  const peak = megabytesOf(pid, "VmHWM");
  if (peak === undefined) throw new Error(`there is no process ${pid}`);
  return Math.round(peak);
}

/** The kernel tells it as `1234 kB`. */
function megabytesOf(pid: number, field: string): number | undefined {
  const text = statusOf(pid, field);
  return text === undefined ? undefined : (Number.parseInt(text, 10) * BYTES_PER_KIB) / 1e6;
}
