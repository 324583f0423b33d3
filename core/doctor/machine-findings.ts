/** What every site needs of a machine: a Node that is new enough, files that may be open, and a clock that is right. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import type { Finding } from "../plugin/diagnosis.js";

/** As in package.json. */
export const OLDEST_NODE = [20, 19] as const;
/** Connections, streams, sockets and files of a busy site. */
const OPEN_FILES = 4096;
/** Before pvmon was written no clock is right. */
const OLDEST_NOW = Date.UTC(2026, 0);
const COMMAND_MS = 3000;

const run = promisify(execFile);

export async function machineFindings(): Promise<readonly Finding[]> {
  return [nodeFinding(), userFinding(), filesFinding(), await clockFinding()];
}

function nodeFinding(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  const isOld = major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
  const what = { subject: "Node", saw: `${process.version}, ${process.platform} ${process.arch}` };
  if (!isOld) return { ...what, state: "ok" };
  return { ...what, state: "failed", todo: `install Node ${OLDEST_NODE.join(".")} or newer` };
}

/** Permissions are those of whoever asks, which is often not who runs pvmon. */
function userFinding(): Finding {
  const uid = process.getuid?.();
  if (uid !== 0) return { subject: "user", state: "ok", saw: `looked as user ${uid}` };
  return {
    subject: "user",
    state: "warning",
    saw: "looked as root, who may do everything",
    todo: "look as the user that runs pvmon: sudo -u pvmon pvmon doctor site.yml",
  };
}

function filesFinding(): Finding {
  const subject = "open files";
  const limits = existsSync("/proc/self/limits") ? readFileSync("/proc/self/limits", "utf8") : "";
  // Node raises the soft limit to the hard one by itself.
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1] ?? "unlimited";
  const saw = `at most ${hard}`;
  if (hard === "unlimited" || Number(hard) >= OPEN_FILES) return { subject, state: "ok", saw };
  const todo = `LimitNOFILE=${OPEN_FILES} in the unit of systemd, or: ulimit -Hn ${OPEN_FILES}`;
  return { subject, state: "warning", saw, todo };
}

/** Losses, beacons and what happened when are told by the clock; several programs may know whether it is right. */
async function clockFinding(): Promise<Finding> {
  const subject = "clock";
  const now = Date.now();
  const saw = new Date(now).toISOString();
  if (now < OLDEST_NOW) {
    return { subject, state: "failed", saw, todo: "set the clock: sudo timedatectl set-ntp true" };
  }
  const isKept = (await systemdSays()) ?? (await chronySays());
  if (isKept === true) return { subject, state: "ok", saw: `${saw}, kept by a time server` };
  return {
    subject,
    state: "warning",
    saw:
      isKept === false
        ? `${saw}, and no time server keeps it`
        : `${saw}; neither systemd nor chrony tell whether a time server keeps it`,
    todo: "sudo timedatectl set-ntp true, or see why not: timedatectl; chronyc tracking",
  };
}

/** Undefined when it does not say. */
async function systemdSays(): Promise<boolean | undefined> {
  const said = await output("timedatectl", "show", "--property=NTPSynchronized", "--value");
  return said === "yes" ? true : said === "no" ? false : undefined;
}

async function chronySays(): Promise<boolean | undefined> {
  const leap = /Leap status\s*:\s*(.+)/.exec(
    (await output("chronyc", "-n", "tracking")) ?? "",
  )?.[1];
  return leap === undefined ? undefined : leap.trim() === "Normal";
}

async function output(program: string, ...args: string[]): Promise<string | undefined> {
  try {
    return (await run(program, args, { timeout: COMMAND_MS })).stdout.trim();
  } catch {
    return undefined;
  }
}
