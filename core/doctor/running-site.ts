/** Which process runs a site file. */
import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { allPids, argumentsOf } from "../network/proc.js";

/** @returns undefined when none does, or none that this user can see. */
export function pidOfSite(site: string): number | undefined {
  const wanted = real(resolve(site));
  return allPids().find((pid) => {
    if (pid === process.pid) return false;
    const args = argumentsOf(pid);
    // Any other command of pvmon names a command.
    const at = args.findIndex((arg) => arg === "--config" || arg === "-c");
    const isPvmon = args.slice(0, at).some((arg) => /(\/pvmon|\/core\/main\.js)$/.test(arg));
    const file = args[at + 1];
    if (at < 1 || !isPvmon || file === undefined || args.length > at + 2) return false;
    return real(resolve(folderOf(pid), file)) === wanted && !args.includes("doctor");
  });
}

/** The working folder; of another user's process it is not told, and paths in units are absolute anyway. */
function folderOf(pid: number): string {
  return real(`/proc/${pid}/cwd`);
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
