/** Who has a port: the socket tables of Linux, and the processes whose descriptors lead there. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

export type Protocol = "udp" | "tcp";

export interface PortHolder {
  /** Undefined when it is another user's, whose descriptors only root sees. */
  readonly pid: number | undefined;
  readonly uid: number;
  /** The program with its script, for people; empty when it is another user's. */
  readonly program: string;
}

const LOCAL_ADDRESS = 1;
const STATE = 3;
const UID = 7;
const INODE = 9;
/** Of TCP; a socket that is connected keeps nobody from listening. */
const LISTENING = "0A";
/** What an interpreter runs, or an IOC. */
const SCRIPT = /^[^\s-]\S*\.(?:[cm]?js|py|pl|rb|sh|jar|cmd)$/;
/** Whoever starts a program chooses its name: control, formatting and private characters are nothing for a terminal. */
const UNSHOWABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;
const MOST_CHARACTERS = 160;

/** Empty when nobody has it, or where the system does not say (not Linux). */
export function portHolders(protocol: Protocol, port: number): readonly PortHolder[] {
  const rows = [protocol, `${protocol}6`].flatMap((table) =>
    (attempt(() => readFileSync(`/proc/net/${table}`, "latin1")) ?? "")
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((columns) => portOf(columns[LOCAL_ADDRESS]) === port)
      .filter((columns) => protocol === "udp" || columns[STATE] === LISTENING),
  );
  if (rows.length === 0) return [];
  const pids = pidsOf(new Set(rows.map((columns) => columns[INODE] ?? "")));
  const holders = rows.map((columns) => {
    const pid = pids.get(columns[INODE] ?? "");
    return { pid, uid: Number(columns[UID]), program: pid === undefined ? "" : programOf(pid) };
  });
  // One process may have many sockets there.
  return [
    ...new Map(holders.map((holder) => [holder.pid ?? `uid ${holder.uid}`, holder])).values(),
  ];
}

/** Whether the socket is of the process, or may be: whose descriptors are closed to us is told only by its user. */
export function isOf({ pid, uid }: PortHolder, process: number | undefined): boolean {
  if (process === undefined) return false;
  return pid === undefined ? uid === userOf(process) : pid === process;
}

/** `caRepeater (process 214)`, for people. */
export function nameHolders(holders: readonly PortHolder[]): string {
  const names = holders.map(({ pid, uid, program }) =>
    pid === undefined
      ? `a process of user ${uid} (root is told which)`
      : `${program} (process ${pid})`,
  );
  return names.join(" and ");
}

/** What the process was started as; empty when it has gone. */
export function argumentsOf(pid: number): readonly string[] {
  const text = attempt(() => readFileSync(`/proc/${pid}/cmdline`, "utf8")) ?? "";
  return text.split("\0").filter((part) => part !== "");
}

export function allPids(): readonly number[] {
  return (attempt(() => readdirSync("/proc")) ?? []).map(Number).filter(Number.isInteger);
}

function userOf(pid: number): number {
  const status = attempt(() => readFileSync(`/proc/${pid}/status`, "latin1")) ?? "";
  return Number(/^Uid:\s*(\d+)/m.exec(status)?.[1]);
}

/** Without its other arguments, among which passwords may be. */
function programOf(pid: number): string {
  const program = attempt(() => readlinkSync(`/proc/${pid}/exe`)) ?? "a program";
  const script = argumentsOf(pid).find((arg, place) => place > 0 && SCRIPT.test(arg));
  const text = (script === undefined ? program : `${program} ${script}`).replaceAll(
    UNSHOWABLE,
    "?",
  );
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

/** Of `0100007F:13C8`. */
function portOf(address: string | undefined): number {
  return Number.parseInt(address?.split(":").at(-1) ?? "", 16);
}

function pidsOf(inodes: ReadonlySet<string>): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const pid of allPids()) {
    for (const descriptor of attempt(() => readdirSync(`/proc/${pid}/fd`)) ?? []) {
      const target = attempt(() => readlinkSync(`/proc/${pid}/fd/${descriptor}`)) ?? "";
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      if (inode !== undefined && inodes.has(inode)) found.set(inode, pid);
    }
  }
  return found;
}

/** Processes end while they are looked at, and those of others are closed to us. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
