/**
 * A site's plugin imports `pvmon` from wherever it lies, and gets the one that loads it: one that is installed for the whole
 * machine is found from no other folder, and of two copies each would take the errors of the other for strangers.
 */
import { register } from "node:module";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";

const HOME = fileURLToPath(new URL("../../..", import.meta.url));
let isGiven = false;

/** To be called before the module `entry` is imported. */
export function givePvmonTo(entry: string): void {
  // What comes with pvmon finds it by itself.
  if (isGiven || isWithin(HOME, entry)) return;
  isGiven = true;
  register(new URL("./this-pvmon-hooks.js", import.meta.url), { data: import.meta.url });
}

/** A package that is installed among those that pvmon needs is somebody else's. */
function isWithin(folder: string, path: string): boolean {
  return path.startsWith(folder) && !path.slice(folder.length).includes(`node_modules${sep}`);
}
