/** `pvmon doctor`: whether a site can work on this machine, and what to do where it cannot. Nothing is started. */
import { setTimeout as sleep } from "node:timers/promises";
import { ConfigError } from "../config/problem.js";
import type { SiteFile } from "../config/site-file.js";
import { folderFinding } from "../diagnosis/folder.js";
import type { Finding } from "../plugin/diagnosis.js";
import { assemble, type CheckedSite, checkSite, type PvmonOptions } from "../pvmon.js";
import { messageOf } from "../runtime/error-message.js";
import type { Planned } from "../runtime/planning.js";
import { accessFindings } from "./access-findings.js";
import { machineFindings } from "./machine-findings.js";
import { pidOfSite } from "./running-site.js";

/** For all that one plugin wants to know. */
const PLUGIN_MS = 15_000;

export interface DoctorFinding extends Finding {
  /** `machine`, `site`, or the id of a plugin. */
  readonly of: string;
}

/**
 * Everything that was found, what is well too. Mistakes of the site file are findings.
 * @param site the path of a site file.
 */
export async function examineSite(
  site: string,
  options: PvmonOptions = {},
): Promise<readonly DoctorFinding[]> {
  const machine = (await machineFindings()).map((finding) => ({ of: "machine", ...finding }));
  let checked: CheckedSite;
  try {
    checked = await checkSite(site, options);
    // As `pvmon check`, but for the users file, which has findings of its own.
    assemble(checked, options);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [...machine, ...mistakes(error)];
  }
  const { file, planned } = checked;
  const runningPid = pidOfSite(site);
  const own = [
    { subject: "site file", state: "ok" as const, saw: `${site} has no mistakes` },
    folderFinding(checked.site.spool.folder),
    ...(await accessFindings(checked.site.access, site)),
  ].map((finding) => ({ of: "site", ...finding }));
  const all: DoctorFinding[] = [...machine, ...own];
  for (const plugin of planned) all.push(...(await pluginFindings(plugin, runningPid)));
  return all.map((finding) => hidden(finding, file));
}

function mistakes(error: ConfigError): readonly DoctorFinding[] {
  return error.problems.map(({ file, line, column, path, message }) => ({
    of: "site",
    subject: `${file}:${line}:${column}`,
    state: "failed",
    saw: path === "" ? message : `${path}: ${message}`,
    todo: "correct the site file; plugins are looked at when it is right",
  }));
}

async function pluginFindings(
  { id, plugin, config }: Planned,
  runningPid: number | undefined,
): Promise<readonly DoctorFinding[]> {
  if (plugin.diagnose === undefined) return [];
  const signal = AbortSignal.timeout(PLUGIN_MS);
  const given = new AbortController();
  const asked = { config: structuredClone(config) as never, now: Date.now(), signal, runningPid };
  try {
    // First, since it may throw at once.
    const found = plugin.diagnose(asked);
    const late = sleep(PLUGIN_MS, undefined, { signal: given.signal }).then(() => {
      throw new Error(`it did not find out within ${PLUGIN_MS / 1000} s`);
    });
    const findings = await Promise.race([found, late]);
    return findings.map((finding) => ({ of: id, ...finding }));
  } catch (error) {
    const saw = messageOf(error);
    const todo = "see what is in the way; this may be a fault of the plugin";
    return [{ of: id, subject: "diagnosis", state: "failed", saw, todo }];
  } finally {
    given.abort();
  }
}

/** Without the secrets of the site file. */
function hidden(finding: DoctorFinding, { secrets }: SiteFile): DoctorFinding {
  const { todo } = finding;
  return {
    ...finding,
    subject: secrets.hide(finding.subject),
    saw: secrets.hide(finding.saw),
    ...(todo !== undefined && { todo: secrets.hide(todo) }),
  };
}
