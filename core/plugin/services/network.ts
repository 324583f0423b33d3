/** NETWORK: this machine's interfaces and UDP sockets. */
import type { Endpoint, Ipv4 } from "../../model/address.js";
import { token } from "../token.js";

/** An IPv4 address of an interface that is up. */
export interface NetworkInterface {
  /** `eth0`. */
  readonly name: string;
  readonly ip: Ipv4;
  /** `0xffff_ff00` for a /24. */
  readonly mask: Ipv4;
  /** Of the loopback. */
  readonly isInternal: boolean;
}

export interface UdpOptions {
  /** Where it hears: every address, and a port of the system's choice, unless given. Address 0 is every address. */
  readonly local?: Endpoint;
  /** Other sockets may have the port as well, and all hear what is broadcast (SO_REUSEADDR). */
  readonly isShared?: boolean;
  /** Asked for; see {@link UdpSocket.bufferBytes} for what there is. The system's own size unless given. */
  readonly receiveBufferBytes?: number;
  readonly datagram: (bytes: Uint8Array, from: Endpoint) => void;
  /** It has closed itself; its owner opens another one. */
  readonly failed: (error: Error) => void;
}

interface UdpReceiver {
  /** As it was bound. */
  readonly local: Endpoint;
  /** Of its receive buffer: what the kernel granted. */
  readonly bufferBytes: number;
  /** Datagrams that the kernel has dropped since the last call. @param drops what `readKernelDrops` of `pvmon/network` says now. */
  newDrops(drops: ReadonlyMap<string, number>): number;
}

export interface UdpSocket extends UdpReceiver {
  /** Broadcast addresses are taken, too. `sent` is called once, later, with an error when the datagram did not leave. */
  send(bytes: Uint8Array, to: Endpoint, sent?: (error: Error | null) => void): void;
  /** Nothing is heard any more. Safe twice. */
  close(): void;
}

export interface UdpListener extends UdpReceiver {
  /** Nothing is heard any more; resolves when the port is free. Safe twice. */
  close(): Promise<void>;
}

/** The only way to UDP of plugins that are to be tried on a network of a test, which `pvmon/testkit` has. */
export interface NetworkService {
  interfaces(): readonly NetworkInterface[];
  /** Rejects with the system's error: EADDRINUSE when somebody does not share the port, EADDRNOTAVAIL for an address that is not this machine's. */
  openUdp(options: UdpOptions): Promise<UdpSocket>;
  /**
   * For what comes in floods, and is lost when it is not read at once: a socket that a thread of its own reads, which pauses of
   * everything else do not stop. What is given to `datagram` is valid during the call only. Rejects as {@link openUdp} does.
   */
  listenUdp(options: UdpOptions): Promise<UdpListener>;
}
export const NETWORK = token<NetworkService>("NETWORK");
