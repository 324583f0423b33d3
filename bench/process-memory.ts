/** Memory of another process, as the kernel counts it. */
import { readFileSync } from "node:fs";

/** The most that was resident at any time since its start, MB: what `/usr/bin/time -v` tells. */
export function peakMegabytes(pid: number): number {
  const [, kibibytes] =
    /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  if (kibibytes === undefined) throw new Error(`/proc/${pid}/status tells no VmHWM`);
  return Math.round((Number(kibibytes) * 1024) / 1e6);
}
