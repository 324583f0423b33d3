/** One UDP socket bound to a broadcast address: it hears every broadcast and takes no unicast away from anybody. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { type Endpoint, formatIpv4, parseIpv4 } from "pvmon";
import type { PacketSink } from "../network/packet.js";
import { emptySegment } from "../network/packet.js";
import { findOwnSocket } from "./kernel-drops.js";

export interface ListenerOptions {
  readonly local: Endpoint;
  readonly receiveBufferBytes: number;
  readonly sink: PacketSink;
  readonly now: () => number;
  /** It has closed itself; its owner opens another one. */
  readonly failed: (error: Error) => void;
}

export class Listener {
  readonly #socket: Socket;
  /** What the kernel granted, bytes. */
  readonly bufferBytes: number;
  /** Undefined where the system does not say. */
  readonly inode: string | undefined;
  /** What {@link readKernelDrops} said last. */
  drops = 0;

  #closed = false;

  private constructor(socket: Socket, { local, receiveBufferBytes }: ListenerOptions) {
    this.#socket = socket;
    this.bufferBytes = enlargeBuffer(socket, receiveBufferBytes);
    this.inode = findOwnSocket(local);
  }

  /**
   * Binds with SO_REUSEADDR, so that IOCs and repeaters that share their port keep it. Rejects with the system's error,
   * EADDRINUSE when somebody does not share.
   */
  static async open(options: ListenerOptions): Promise<Listener> {
    const { local, sink, now } = options;
    const socket = createSocket({ type: "udp4", reuseAddr: true });
    const packet = emptySegment();
    packet.destination = local.ip;
    packet.destinationPort = local.port;
    socket.on("message", (bytes, from) => {
      packet.at = now();
      packet.source = parseIpv4(from.address) ?? 0;
      packet.sourcePort = from.port;
      packet.bytes = bytes;
      packet.start = 0;
      packet.end = bytes.length;
      sink.datagram(packet);
    });
    try {
      socket.bind(local.port, formatIpv4(local.ip));
      await once(socket, "listening");
    } catch (error) {
      socket.close();
      throw error;
    }
    const listener = new Listener(socket, options);
    socket.on("error", (error) => {
      listener.close();
      options.failed(error);
    });
    return listener;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }
}

/** Asks for a buffer and answers what there is then. Linux grants less in silence, other systems refuse. */
function enlargeBuffer(socket: Socket, bytes: number): number {
  try {
    socket.setRecvBufferSize(bytes);
  } catch {
    // The system's default stays; the caller sees it in the answer.
  }
  return grantedBytes(socket);
}

/** Linux reports twice what it grants, the other half being for its own book-keeping (socket(7), SO_RCVBUF). */
function grantedBytes(socket: Socket): number {
  const reported = socket.getRecvBufferSize();
  return process.platform === "linux" ? reported / 2 : reported;
}
