/** What Linux tells of sockets and processes below /proc: nothing elsewhere, and nothing of what has gone or is closed to us. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const LOCAL_ADDRESS = 1;
const STATE = 3;
const UID = 7;
const INODE = 9;
const DROPS = 12;

export interface SocketRow {
  /** `0100007F:13C8` for 127.0.0.1:5064: the address as this machine keeps it in memory, the port in usual order. */
  readonly local: string;
  readonly port: number;
  /** `0A` of a TCP socket that listens. */
  readonly state: string;
  readonly uid: number;
  readonly inode: string;
  /** Of UDP alone: datagrams that the kernel has dropped for want of buffer space. */
  readonly drops: number;
}

export function socketRows(table: "udp" | "udp6" | "tcp" | "tcp6"): SocketRow[] {
  return parseSockets(attempt(() => readFileSync(`/proc/net/${table}`, "latin1")) ?? "");
}

/** The rows of a text in the format of /proc/net/udp; lines that are not rows are left out. */
export function parseSockets(text: string): SocketRow[] {
  return text.split("\n").flatMap((line) => {
    const columns = line.trim().split(/\s+/);
    const [local, state, inode] = [columns[LOCAL_ADDRESS], columns[STATE], columns[INODE]];
    if (local === undefined || state === undefined || !/^\d+$/.test(inode ?? "")) return [];
    const port = Number.parseInt(local.split(":").at(-1) ?? "", 16);
    const [uid, drops] = [Number(columns[UID]), Number(columns[DROPS])];
    return [{ local, port, state, uid, inode: inode ?? "", drops }];
  });
}

/** Inodes of its sockets of every kind. Of other users' processes only root is told. */
export function socketsOf(pid: number | "self"): string[] {
  const folder = `/proc/${pid}/fd`;
  return (attempt(() => readdirSync(folder)) ?? []).flatMap((descriptor) => {
    const target = attempt(() => readlinkSync(`${folder}/${descriptor}`)) ?? "";
    return /^socket:\[(\d+)\]$/.exec(target)?.slice(1, 2) ?? [];
  });
}

export function allPids(): readonly number[] {
  return (attempt(() => readdirSync("/proc")) ?? []).map(Number).filter(Number.isInteger);
}

/** What the process was started as; empty when it has gone. */
export function argumentsOf(pid: number): readonly string[] {
  const text = attempt(() => readFileSync(`/proc/${pid}/cmdline`, "utf8")) ?? "";
  return text.split("\0").filter((part) => part !== "");
}

/** The path of its program, undefined when it is another user's. */
export function executableOf(pid: number): string | undefined {
  return attempt(() => readlinkSync(`/proc/${pid}/exe`));
}

/** A line of its status, `Uid`, without its name. */
export function statusOf(pid: number | "self", field: string): string | undefined {
  const status = attempt(() => readFileSync(`/proc/${pid}/status`, "latin1")) ?? "";
  return new RegExp(`^${field}:\\s*(.*)$`, "m").exec(status)?.[1];
}

/** Processes end and descriptors are closed while they are looked at. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
