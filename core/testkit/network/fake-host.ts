/** One host of a network in memory: its interfaces, and its sockets, which hear what Linux would let them hear. */
import {
  type Endpoint,
  formatEndpoint,
  type Ipv4,
  type NetworkInterface,
  type NetworkService,
  type UdpListener,
  type UdpOptions,
  type UdpSocket,
} from "../../index.js";
import type { SentDatagram } from "./fake-network.js";

const LOOPBACK = 0x7f00_0001;
const EVERYBODY = 0xffff_ffff;
/** Ports of the system's choice, as on Linux. */
const FIRST_FREE_PORT = 32_768;
/** What the kernel grants that is not asked. */
const BUFFER_BYTES = 212_992;
/** What fits into one datagram of IPv4. */
const MAX_BYTES = 65_507;

interface FakeSocket extends UdpSocket {
  readonly isShared: boolean;
  readonly datagram: UdpOptions["datagram"];
}

export class FakeHost implements NetworkService {
  readonly ip: Ipv4;
  /** False: its cable is out, and it reaches nobody but itself. */
  isUp = true;
  readonly #put: (datagram: SentDatagram) => void;
  /** In the order in which they were bound. */
  readonly #sockets = new Set<FakeSocket>();
  #freePort = FIRST_FREE_PORT;

  /** @param put onto the wire */
  constructor(ip: Ipv4, put: (datagram: SentDatagram) => void) {
    this.ip = ip;
    this.#put = put;
  }

  interfaces(): readonly NetworkInterface[] {
    const loopback = { name: "lo", ip: LOOPBACK, mask: 0xff00_0000, isInternal: true };
    const cable = { name: "eth0", ip: this.ip, mask: 0xffff_ff00, isInternal: false };
    return this.isUp ? [loopback, cable] : [loopback];
  }

  async openUdp(options: UdpOptions): Promise<UdpSocket> {
    const { local: asked = { ip: 0, port: 0 }, isShared = false, receiveBufferBytes } = options;
    const local = { ip: asked.ip, port: asked.port || this.#freePort++ };
    if (local.ip !== 0 && !this.#isOwn(local.ip)) throw systemError("EADDRNOTAVAIL", local);
    for (const { local: other, isShared: isOtherShared } of this.#sockets) {
      const overlap = other.ip === local.ip || other.ip === 0 || local.ip === 0;
      if (overlap && other.port === local.port && !(isShared && isOtherShared)) {
        throw systemError("EADDRINUSE", local);
      }
    }
    const socket: FakeSocket = {
      local,
      isShared,
      datagram: options.datagram,
      bufferBytes: receiveBufferBytes ?? BUFFER_BYTES,
      send: (bytes, to, sent) => {
        const error = this.#send(socket, bytes, to);
        process.nextTick(() => sent?.(error));
      },
      newDrops: () => 0,
      close: () => this.#sockets.delete(socket),
    };
    this.#sockets.add(socket);
    return socket;
  }

  async listenUdp(options: UdpOptions): Promise<UdpListener> {
    const datagram: UdpOptions["datagram"] = (bytes, from) => {
      options.datagram(bytes, from);
      // They are not to be kept, and whoever does it is to notice.
      bytes.fill(0);
    };
    const { local, bufferBytes, newDrops, close } = await this.openUdp({ ...options, datagram });
    return { local, bufferBytes, newDrops, close: async () => close() };
  }

  /** It has arrived: for one socket when it was sent to one host, for all that hear it when it was broadcast. */
  receive({ bytes, from, to }: SentDatagram): void {
    if (to.ip !== EVERYBODY && !this.#isOwn(to.ip)) return;
    if (!this.isUp && !isLoopback(to.ip)) return;
    const hearing = [...this.#sockets].filter(
      ({ local }) => local.port === to.port && (local.ip === 0 || local.ip === to.ip),
    );
    const isForOne = to.ip === this.ip || to.ip === LOOPBACK;
    // Of sockets that share a port, Linux gives it to the one that was bound last.
    for (const socket of isForOne ? hearing.slice(-1) : hearing) {
      if (this.#sockets.has(socket)) socket.datagram(bytes.slice(), from);
    }
  }

  /** Whether it is an address of this host or a broadcast address of its networks. */
  #isOwn(ip: Ipv4): boolean {
    return this.interfaces().some(({ ip: own, mask }) => ip === own || ip === (own | ~mask) >>> 0);
  }

  #send(socket: FakeSocket, bytes: Uint8Array, to: Endpoint): Error | null {
    if (!this.#sockets.has(socket)) return new Error("the socket is closed");
    if (bytes.length > MAX_BYTES) return systemError("EMSGSIZE", to);
    if (!this.isUp && !isLoopback(to.ip)) return systemError("ENETUNREACH", to);
    const ip = isLoopback(to.ip) ? LOOPBACK : this.ip;
    this.#put({ bytes: bytes.slice(), from: { ip, port: socket.local.port }, to });
    return null;
  }
}

export function isLoopback(ip: Ipv4): boolean {
  return ip >>> 24 === LOOPBACK >>> 24;
}

function systemError(code: string, endpoint: Endpoint): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code} ${formatEndpoint(endpoint)}`), { code });
}
