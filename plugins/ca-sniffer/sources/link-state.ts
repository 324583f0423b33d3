/** Whether an interface is down, as the kernel has it: tcpdump does not end there, but hears nothing any more. */
import { readFileSync } from "node:fs";

/** Of a cable that is pulled, too. What has no such state, as a loopback, says "unknown" (kernel documentation, operstates). */
const DOWN: ReadonlySet<string> = new Set(["down", "lowerlayerdown", "notpresent"]);

/** False where that is not known: of all interfaces together, of one that is gone, and on other systems than Linux. */
export function isLinkDown(name: string): boolean {
  try {
    return DOWN.has(readFileSync(`/sys/class/net/${name}/operstate`, "latin1").trim());
  } catch {
    return false;
  }
}
