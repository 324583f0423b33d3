/** Who has a port: the socket tables of Linux, and the processes whose descriptors lead there. */
import { allPids, argumentsOf, socketRows, socketsOf, statusOf } from "../network/proc.js";

export type Protocol = "udp" | "tcp";

export interface PortHolder {
  /** Undefined when it is another user's, whose descriptors only root sees. */
  readonly pid: number | undefined;
  readonly uid: number;
  /** The command line, as far as it is known. */
  readonly command: string;
}

/** Of TCP; a socket that is connected keeps nobody from listening. */
const LISTENING = "0A";
const MOST_COMMAND = 160;

/** Empty when nobody has it, or where the system does not say (not Linux). */
export function portHolders(protocol: Protocol, port: number): readonly PortHolder[] {
  const rows = ([protocol, `${protocol}6`] as const).flatMap((table) =>
    socketRows(table).filter(
      (row) => row.port === port && (protocol === "udp" || row.state === LISTENING),
    ),
  );
  if (rows.length === 0) return [];
  const pids = pidsOf(new Set(rows.map(({ inode }) => inode)));
  const holders = rows.map(({ inode, uid }) => {
    const pid = pids.get(inode);
    return { pid, uid, command: pid === undefined ? "" : commandOf(pid) };
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
  const names = holders.map(({ pid, uid, command }) =>
    pid === undefined
      ? `a process of user ${uid} (root is told which)`
      : `${command} (process ${pid})`,
  );
  return names.join(" and ");
}

function userOf(pid: number): number {
  return Number.parseInt(statusOf(pid, "Uid") ?? "", 10);
}

function commandOf(pid: number): string {
  const command = argumentsOf(pid).join(" ").replaceAll(/\s+/g, " ");
  return command.length > MOST_COMMAND ? `${command.slice(0, MOST_COMMAND)}…` : command;
}

function pidsOf(inodes: ReadonlySet<string>): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const pid of allPids()) {
    for (const inode of socketsOf(pid)) {
      if (inodes.has(inode)) found.set(inode, pid);
    }
  }
  return found;
}
