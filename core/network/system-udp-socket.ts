/** One UDP socket of the machine. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { type Endpoint, formatIpv4, parseIpv4 } from "../model/address.js";
import type { UdpOptions, UdpSocket } from "../plugin/services.js";
import { DropCount, inodeOf, ownSockets } from "./kernel-drops.js";

export class SystemUdpSocket implements UdpSocket {
  readonly local: Endpoint;
  readonly bufferBytes: number;
  readonly #socket: Socket;
  /** Undefined where the system does not say. */
  readonly inode: string | undefined;
  readonly #drops: DropCount;
  #isClosed = false;

  private constructor(socket: Socket, bufferBytes: number, before: ReadonlySet<string>) {
    const { address, port } = socket.address();
    this.local = { ip: parseIpv4(address) ?? 0, port };
    this.bufferBytes = bufferBytes;
    this.#socket = socket;
    this.inode = inodeOf(this.local, before);
    this.#drops = new DropCount(this.inode);
  }

  static async open(options: UdpOptions): Promise<SystemUdpSocket> {
    const { local = { ip: 0, port: 0 }, isShared = false, receiveBufferBytes } = options;
    const before = ownSockets();
    const socket = createSocket({ type: "udp4", reuseAddr: isShared });
    socket.on("message", (bytes, { address, port }) => {
      const ip = parseIpv4(address);
      if (ip !== undefined) options.datagram(bytes, { ip, port });
    });
    try {
      socket.bind(local.port, formatIpv4(local.ip));
      await once(socket, "listening");
    } catch (error) {
      socket.close();
      throw error;
    }
    socket.setBroadcast(true);
    const opened = new SystemUdpSocket(socket, bufferOf(socket, receiveBufferBytes), before);
    socket.on("error", (error) => {
      opened.close();
      options.failed(error);
    });
    return opened;
  }

  send(bytes: Uint8Array, { ip, port }: Endpoint, sent?: (error: Error | null) => void): void {
    if (this.#isClosed) process.nextTick(() => sent?.(new Error("the socket is closed")));
    else this.#socket.send(bytes, port, formatIpv4(ip), sent ?? (() => undefined));
  }

  newDrops(drops: ReadonlyMap<string, number>): number {
    return this.#drops.added(drops);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
  }
}

/** Asks for a buffer and answers what there is then: Linux grants less in silence, other systems refuse. */
function bufferOf(socket: Socket, asked: number | undefined): number {
  try {
    if (asked !== undefined) socket.setRecvBufferSize(asked);
  } catch {
    // The system's default stays.
  }
  const reported = socket.getRecvBufferSize();
  // Linux reports twice what it grants, the other half being for its own book-keeping (socket(7), SO_RCVBUF).
  return process.platform === "linux" ? reported / 2 : reported;
}
