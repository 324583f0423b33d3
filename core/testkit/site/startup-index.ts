/** The index of start-up files that a scan of a simulated site's machines would make. */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { SitePlan } from "./plan.js";

/** For each PV the ids of the files that mention it, and the path of each id. */
export interface StartupIndex {
  readonly PVS: Readonly<Record<string, readonly string[]>>;
  readonly DATA: Readonly<Record<string, string>>;
}

/** What a scan of these machines would find: records come from the start-up file of their IOC, and from the substitutions of their system. */
export function startupIndexOf({ apps }: SitePlan): StartupIndex {
  const PVS: Record<string, string[]> = {};
  const DATA: Record<string, string> = {};
  for (const [index, { directory, names }] of apps.entries()) {
    if (names.length === 0) continue;
    const files = [`${2 * index + 1}`, `${2 * index + 2}`];
    DATA[files[0] ?? ""] = `${directory}/iocBoot/st.cmd`;
    DATA[files[1] ?? ""] = `${directory}/db/records.substitutions`;
    for (const name of names) PVS[name] = [...(PVS[name] ?? []), ...files];
  }
  return { PVS, DATA };
}

/** Whole or not at all, as a scan should write it. Makes the folder. */
export async function writeStartupIndex(path: string, index: StartupIndex): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, JSON.stringify(index));
  await rename(`${path}.new`, path);
}
