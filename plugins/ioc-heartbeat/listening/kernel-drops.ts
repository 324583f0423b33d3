/** What the kernel dropped of our own sockets for want of buffer space: the last column of Linux' /proc/net/udp. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const UDP_TABLE = "/proc/net/udp";
const DESCRIPTORS = "/proc/self/fd";
const LOCAL_ADDRESS = 1;
const INODE = 9;
const DROPS = 12;

/** Drops of UDP sockets by their inode, of all or of those bound to a port; empty where the system does not say (not Linux). */
export function readKernelDrops(port?: number): ReadonlyMap<string, number> {
  const rows = read(() => readFileSync(UDP_TABLE, "latin1").split("\n")) ?? [];
  const drops = new Map<string, number>();
  for (const row of rows) {
    const columns = row.trim().split(/\s+/);
    const bound = Number.parseInt(columns[LOCAL_ADDRESS]?.split(":")[1] ?? "", 16);
    const count = Number(columns[DROPS] ?? Number.NaN);
    if (!Number.isInteger(count) || (port !== undefined && port !== bound)) continue;
    drops.set(columns[INODE]!, count);
  }
  return drops;
}

/** Inodes of this process's UDP sockets that are bound to a port: what a bind adds to them is the socket bound. */
export function ownSockets(port: number): ReadonlySet<string> {
  const udp = readKernelDrops(port);
  const own = (read(() => readdirSync(DESCRIPTORS)) ?? []).flatMap((descriptor) => {
    const target = read(() => readlinkSync(`${DESCRIPTORS}/${descriptor}`)) ?? "";
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    return inode !== undefined && udp.has(inode) ? [inode] : [];
  });
  return new Set(own);
}

/** Systems without /proc, and descriptors closed meanwhile, are no errors here. */
function read<T>(from: () => T): T | undefined {
  try {
    return from();
  } catch {
    return undefined;
  }
}
