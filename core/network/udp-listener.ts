/** One UDP socket that hears what others hear as well, with the count of what the kernel dropped of it. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { type Endpoint, formatIpv4, parseIpv4 } from "../model/address.js";
import { ownSockets } from "./kernel-drops.js";

export interface UdpListenerOptions {
  readonly local: Endpoint;
  readonly receiveBufferBytes: number;
  readonly datagram: (bytes: Uint8Array, from: Endpoint) => void;
  /** It has closed itself; its owner opens another one. */
  readonly failed: (error: Error) => void;
}

export class UdpListener {
  /** What the kernel granted, bytes. */
  readonly bufferBytes: number;
  readonly #socket: Socket;
  /** Undefined where the system does not say. */
  readonly #inode: string | undefined;
  #drops = 0;
  #closed = false;

  private constructor(socket: Socket, bufferBytes: number, inode: string | undefined) {
    this.#socket = socket;
    this.bufferBytes = bufferBytes;
    this.#inode = inode;
  }

  /**
   * Binds with SO_REUSEADDR: programs that do likewise keep the port and all hear the broadcasts. Rejects with the system's
   * error, EADDRINUSE when somebody does not share.
   */
  static async open(options: UdpListenerOptions): Promise<UdpListener> {
    const { local, receiveBufferBytes, datagram, failed } = options;
    const before = ownSockets(local);
    const socket = createSocket({ type: "udp4", reuseAddr: true });
    socket.on("message", (bytes, { address, port }) => {
      const ip = parseIpv4(address);
      if (ip !== undefined) datagram(bytes, { ip, port });
    });
    try {
      socket.bind(local.port, formatIpv4(local.ip));
      await once(socket, "listening");
    } catch (error) {
      socket.close();
      throw error;
    }
    const inode = [...ownSockets(local)].find((one) => !before.has(one));
    const listener = new UdpListener(socket, enlargeBuffer(socket, receiveBufferBytes), inode);
    socket.on("error", (error) => {
      listener.close();
      failed(error);
    });
    return listener;
  }

  /** Datagrams that the kernel has dropped since the last call. @param drops what `readKernelDrops` says now. */
  newDrops(drops: ReadonlyMap<string, number>): number {
    const before = this.#drops;
    this.#drops = drops.get(this.#inode ?? "") ?? before;
    return Math.max(0, this.#drops - before);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }
}

/** Asks for a buffer and answers what there is then: Linux grants less in silence, other systems refuse. */
function enlargeBuffer(socket: Socket, bytes: number): number {
  try {
    socket.setRecvBufferSize(bytes);
  } catch {
    // The system's default stays.
  }
  const reported = socket.getRecvBufferSize();
  // Linux reports twice what it grants, the other half being for its own book-keeping (socket(7), SO_RCVBUF).
  return process.platform === "linux" ? reported / 2 : reported;
}
