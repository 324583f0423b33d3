/** When a copy was last made: noted beside the database, so that `pvmon doctor` can say how old the latest one is. */
import { readFileSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import type { Finding } from "pvmon";

const DAY_MS = 86_400_000;
/** What is lost with the disk is at most what was learnt since. */
const OLD_MS = 7 * DAY_MS;

interface LastBackup {
  /** UTC ms. */
  readonly at: number;
  readonly to: string;
}

/** Never rejects: a copy is a copy, also where nothing can be noted, as when it is made because the disk is full. */
export async function noteBackup(path: string, { at, to }: LastBackup): Promise<void> {
  const note = noteOf(path);
  try {
    await writeFile(`${note}.new`, `${JSON.stringify({ at: new Date(at).toISOString(), to })}\n`);
    await rename(`${note}.new`, note);
  } catch {
    await rm(`${note}.new`, { force: true }).catch(() => undefined);
  }
}

/** Of a database that is there. */
export function backupFinding(path: string, now: number): Finding {
  const subject = "last back-up";
  const todo =
    "pvmon backup /backup/pvmon-$(date +%F).sqlite --config site.yml, every day by a timer";
  const last = lastBackup(path);
  if (last === undefined)
    return { subject, state: "warning", saw: "none noted by pvmon backup", todo };
  const days = Math.max(0, Math.floor((now - last.at) / DAY_MS));
  const ago = days === 0 ? "less than a day ago" : `${days} d ago`;
  const saw = `${new Date(last.at).toISOString()}, ${ago}: ${last.to}`;
  const isOld = now - last.at > OLD_MS;
  return isOld ? { subject, state: "warning", saw, todo } : { subject, state: "ok", saw };
}

function noteOf(path: string): string {
  return `${path}.last-backup`;
}

/** Undefined when there was none, or it cannot be read. */
function lastBackup(path: string): LastBackup | undefined {
  try {
    const { at, to } = JSON.parse(readFileSync(noteOf(path), "utf8"));
    const time = Date.parse(at);
    return Number.isNaN(time) ? undefined : { at: time, to: String(to) };
  } catch {
    return undefined;
  }
}
