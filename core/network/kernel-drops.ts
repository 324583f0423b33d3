/** What the kernel dropped of our own sockets for want of buffer space. */
import type { Endpoint } from "../model/address.js";
import { socketRows, socketsOf } from "./proc.js";

/** Drops by socket inode; empty where the system does not say (not Linux). */
export function readKernelDrops(): ReadonlyMap<string, number> {
  return new Map(socketRows("udp").map(({ inode, drops }) => [inode, drops]));
}

/** Inodes of this process's own sockets. */
export function ownSockets(): ReadonlySet<string> {
  return new Set(socketsOf("self"));
}

/**
 * The inode of a UDP socket of this process that is bound to `local`, which others, and other processes, may be as well.
 * @param before what {@link ownSockets} were before there was this one
 */
export function inodeOf(local: Endpoint, before: ReadonlySet<string>): string | undefined {
  const address = procAddress(local);
  const own = ownSockets();
  return socketRows("udp").find(
    (row) => row.local === address && own.has(row.inode) && !before.has(row.inode),
  )?.inode;
}

/** What has been dropped of one socket, told once. */
export class DropCount {
  readonly #inode: string | undefined;
  #drops = 0;

  constructor(inode: string | undefined) {
    this.#inode = inode;
  }

  /** Since the last call. @param drops as of {@link readKernelDrops}, now */
  added(drops: ReadonlyMap<string, number>): number {
    const before = this.#drops;
    this.#drops = drops.get(this.#inode ?? "") ?? before;
    return Math.max(0, this.#drops - before);
  }
}

/** As in `SocketRow`. */
function procAddress({ ip, port }: Endpoint): string {
  const memory = new DataView(new ArrayBuffer(4));
  memory.setUint32(0, ip);
  const [littleEndian] = new Uint8Array(new Uint16Array([1]).buffer);
  return `${hex(memory.getUint32(0, littleEndian === 1), 8)}:${hex(port, 4)}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, "0");
}
