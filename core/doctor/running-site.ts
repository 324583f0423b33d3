/** Which process runs a site file. */
import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import { siteFileOf } from "../diagnosis/processes.js";
import { allPids } from "../network/proc.js";

/** @returns undefined when none does, or none that this user can see. */
export function pidOfSite(site: string): number | undefined {
  const wanted = real(resolve(site));
  return allPids().find((pid) => {
    const file = siteFileOf(pid);
    return file !== undefined && real(resolve(folderOf(pid), file)) === wanted;
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
