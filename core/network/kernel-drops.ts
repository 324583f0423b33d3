/** What the kernel dropped of our own sockets for want of buffer space: the last column of Linux' /proc/net/udp. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Endpoint } from "../model/address.js";

const DESCRIPTORS = "/proc/self/fd";
const UDP_TABLE = "/proc/net/udp";
const LOCAL_ADDRESS = 1;
const INODE = 9;
const DROPS = 12;

interface UdpRow {
  readonly local: string;
  readonly inode: string;
  readonly drops: number;
}

/** The rows of a text in the format of /proc/net/udp; lines that are not rows are left out. */
export function parseUdpTable(text: string): UdpRow[] {
  return text.split("\n").flatMap((line) => {
    const columns = line.trim().split(/\s+/);
    const [local, inode, drops] = [columns[LOCAL_ADDRESS], columns[INODE], columns[DROPS]];
    return local === undefined || inode === undefined || !/^\d+$/.test(drops ?? "")
      ? []
      : [{ local, inode, drops: Number(drops) }];
  });
}

/** Drops by socket inode; empty where the system does not say (not Linux). */
export function readKernelDrops(): ReadonlyMap<string, number> {
  return new Map(readTable().map(({ inode, drops }) => [inode, drops]));
}

/**
 * Inodes of this process's own UDP sockets bound to `local`, which other processes may have bound as well: what a bind adds
 * to them is the socket bound.
 */
export function ownSockets(local: Endpoint): ReadonlySet<string> {
  const address = procAddress(local);
  const bound = new Set(readTable().flatMap((row) => (row.local === address ? [row.inode] : [])));
  return new Set(bound.size === 0 ? [] : ownInodes().filter((inode) => bound.has(inode)));
}

/** `0100007F:13C8` for 127.0.0.1:5064: the address as this machine keeps it in memory, the port in usual order. */
function procAddress({ ip, port }: Endpoint): string {
  const memory = new DataView(new ArrayBuffer(4));
  memory.setUint32(0, ip);
  const [littleEndian] = new Uint8Array(new Uint16Array([1]).buffer);
  return `${hex(memory.getUint32(0, littleEndian === 1), 8)}:${hex(port, 4)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, "0");
}

function readTable(): UdpRow[] {
  return attempt(() => parseUdpTable(readFileSync(UDP_TABLE, "latin1"))) ?? [];
}

function ownInodes(): string[] {
  const descriptors = attempt(() => readdirSync(DESCRIPTORS)) ?? [];
  return descriptors.flatMap((descriptor) => {
    const target = attempt(() => readlinkSync(`${DESCRIPTORS}/${descriptor}`)) ?? "";
    return /^socket:\[(\d+)\]$/.exec(target)?.slice(1, 2) ?? [];
  });
}

/** Systems without /proc, and descriptors closed meanwhile, are no errors here. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
