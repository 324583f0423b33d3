/** Who has a port: the socket tables of Linux, and the processes whose descriptors lead there. */
import { allPids, socketRows, socketsOf } from "../network/proc.js";
import { programOf, siteFileOf, userOf } from "./processes.js";

export type Protocol = "udp" | "tcp";

export interface PortHolder {
  /** Undefined when it is another user's, whose descriptors only root sees. */
  readonly pid: number | undefined;
  readonly uid: number;
  /** The program with its script, for people; empty when it is another user's. */
  readonly program: string;
}

/** Of TCP; a socket that is connected keeps nobody from listening. */
const LISTENING = "0A";

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
    return { pid, uid, program: pid === undefined ? "" : programOf(pid) };
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

/** Whether a pvmon has it, of whatever site; of another user's process, whether that user runs one. */
export function isPvmons({ pid, uid }: PortHolder): boolean {
  if (pid !== undefined) return siteFileOf(pid) !== undefined;
  return allPids().some((one) => userOf(one) === uid && siteFileOf(one) !== undefined);
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

function pidsOf(inodes: ReadonlySet<string>): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const pid of allPids()) {
    for (const inode of socketsOf(pid)) {
      if (inodes.has(inode)) found.set(inode, pid);
    }
  }
  return found;
}
