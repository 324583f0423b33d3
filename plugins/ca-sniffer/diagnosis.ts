/** What the configured source needs of the machine: ports and buffers, or a tcpdump that may capture. */
import { execFile } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { Examination, Finding } from "pvmon";
import { interfaceFinding, receiveBufferFinding, statusOf, udpPortFinding } from "pvmon/diagnosis";
import { SystemNetwork } from "pvmon/network";
import type { SnifferConfig } from "./config.js";
import { listNetworks } from "./sources/interfaces.js";

const ROOT = 0;
/** The bit of CAP_NET_RAW (capabilities(7)). */
const NET_RAW = 1n << 13n;
const COMMAND_MS = 5000;
/** As packaging/ has it. */
const UNIT = "pvmon.service";
const SYSTEM_FOLDERS = ["/usr/sbin", "/sbin"];

const run = promisify(execFile);

export async function diagnose(
  examination: Examination<SnifferConfig>,
): Promise<readonly Finding[]> {
  const { config, runningPid } = examination;
  switch (config.source) {
    case "sockets":
      return await socketFindings(config, runningPid);
    case "capture":
      return [
        ...config.interfaces.map((name) => interfaceFinding(name, false)),
        ...(await captureFindings(examination)),
      ];
    case "file":
      return [fileFinding(config.file.path)];
  }
}

async function socketFindings(
  config: SnifferConfig,
  runningPid: number | undefined,
): Promise<readonly Finding[]> {
  const { interfaces, searchPorts, beaconPorts, sockets } = config;
  const findings = interfaces.map((name) => interfaceFinding(name, true));
  const networks = listNetworks(new SystemNetwork().interfaces(), interfaces);
  if (networks.length === 0 && interfaces.length === 0) {
    const saw = "no interface has a network with broadcasts, so nothing can be heard";
    const todo = "see which addresses there are: ip address";
    findings.push({ subject: "networks", state: "failed", saw, todo });
  }
  for (const { broadcast } of networks) {
    for (const port of searchPorts)
      findings.push(await udpPortFinding({ ip: broadcast, port }, runningPid));
    for (const port of sockets.beacons === "repeater" ? [] : beaconPorts) {
      findings.push(throughRepeater(await udpPortFinding({ ip: broadcast, port }, runningPid)));
    }
  }
  return [...findings, await receiveBufferFinding(sockets.receiveBufferBytes)];
}

/** Whoever keeps the beacon port to itself is a repeater, whose client the sniffer then is. */
function throughRepeater(finding: Finding): Finding {
  if (finding.state !== "failed" || !finding.saw.startsWith("held by")) return finding;
  const saw = `${finding.saw}: if it is a CA repeater, beacons come through it`;
  const todo = "nothing if it is; otherwise stop that program";
  return { ...finding, state: "warning", saw, todo };
}

async function captureFindings(
  examination: Examination<SnifferConfig>,
): Promise<readonly Finding[]> {
  const { command } = examination.config.capture;
  const [program = ""] = command;
  const path = whereIs(program);
  if (path === undefined) {
    const saw = `there is no program ${program}`;
    const todo = "sudo apt install tcpdump, or name it in capture.command";
    return [{ subject: "tcpdump", state: "failed", saw, todo }];
  }
  const subject = "right to capture";
  if (command.length > 1) {
    const saw = `${command.join(" ")}: given by what is in front of tcpdump`;
    return [{ subject, state: "ok", saw }];
  }
  const by = await captureRight(path, examination);
  if (by !== undefined) return [{ subject, state: "ok", saw: `${path}, by ${by}` }];
  return [
    {
      subject,
      state: "failed",
      saw: `${path} has no CAP_NET_RAW, nor would this process pass it on`,
      todo: `sudo setcap cap_net_raw+ep ${path}, or AmbientCapabilities=CAP_NET_RAW in the unit of systemd`,
    },
  ];
}

/** What gives CAP_NET_RAW to a tcpdump that this process, the running site or its unit starts. */
async function captureRight(
  path: string,
  { signal, runningPid }: Examination<SnifferConfig>,
): Promise<string | undefined> {
  // Root of a container may well lack it.
  if (process.getuid?.() === ROOT) return has("self", "CapEff") ? "root" : undefined;
  if (has("self", "CapAmb")) return "an ambient capability of this process";
  if (runningPid !== undefined && has(runningPid, "CapAmb")) {
    return `an ambient capability of process ${runningPid}, which runs this site`;
  }
  const show = ["show", "--property=AmbientCapabilities", "--value", UNIT];
  if (/cap_net_raw/.test(await output(signal, "systemctl", ...show))) {
    return `AmbientCapabilities of ${UNIT}`;
  }
  // A process that takes no new privileges gets none from files either.
  if (statusOf("self", "NoNewPrivs") === "1") return undefined;
  const rights = await output(signal, whereIs("getcap") ?? "getcap", path);
  return /cap_net_raw[^ ]*[=+][a-z]*e/.test(rights) ? "a capability of the file" : undefined;
}

function has(pid: number | "self", set: "CapEff" | "CapAmb"): boolean {
  return (BigInt(`0x${statusOf(pid, set) ?? 0}`) & NET_RAW) !== 0n;
}

/** Empty when there is no such program, or it fails. */
async function output(signal: AbortSignal, program: string, ...args: string[]): Promise<string> {
  try {
    return (await run(program, args, { timeout: COMMAND_MS, signal })).stdout;
  } catch {
    return "";
  }
}

function fileFinding(path: string | undefined): Finding {
  const subject = "capture file";
  if (path === undefined) {
    return { subject, state: "failed", saw: "none is named", todo: "set file.path" };
  }
  try {
    accessSync(path, constants.R_OK);
    return { subject, state: "ok", saw: `${path} can be read` };
  } catch (error) {
    const saw = `${path} cannot be read (${(error as NodeJS.ErrnoException).code})`;
    return { subject, state: "failed", saw, todo: `see whose it is: ls -l ${path}` };
  }
}

function whereIs(program: string): string | undefined {
  if (program.includes("/")) return existsSync(program) ? program : undefined;
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...SYSTEM_FOLDERS];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}
