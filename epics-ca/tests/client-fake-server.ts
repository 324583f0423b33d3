/** A server of Channel Access that does what a test wants, right or wrong: TCP and UDP on one loopback port. */
import { createSocket, type RemoteInfo, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import {
  AccessRights,
  ADDRESS_IS_SOURCE,
  DbrType,
  decodeDatagram,
  Eca,
  encodeDatagram,
  encodeDbr,
  type Message,
  type MessageOf,
  type MessageType,
  MINOR_VERSION,
  StreamDecoder,
} from "../src/index.js";

type Handlers = { [T in MessageType]?: (message: MessageOf<T>, peer: Peer) => void };

/** One client's circuit, or the sender of a datagram. */
export interface Peer {
  send(...messages: Message[]): void;
  /** Bytes as they are, right or wrong. */
  write(bytes: Uint8Array): void;
  /** As a crash does. */
  cut(): void;
}

/** A DBR_TIME_DOUBLE. */
export function timeDouble(value: number): {
  dataType: number;
  dataCount: number;
  payload: Uint8Array;
} {
  const dataType = DbrType.TIME_DOUBLE;
  return { dataType, dataCount: 1, payload: encodeDbr({ type: dataType, elements: [value] }) };
}

/** What a good server does; it has any PV, which is 1.5. */
const GOOD: Handlers = {
  version: (_message, peer) =>
    peer.send({ type: "version", priority: 0, minorVersion: MINOR_VERSION }),
  createChan: ({ cid }, peer) =>
    peer.send(
      { type: "accessRights", cid, rights: AccessRights.READ | AccessRights.WRITE },
      { type: "createChanReply", cid, sid: cid + 100, dataType: DbrType.DOUBLE, dataCount: 1 },
    ),
  readNotify: ({ ioid }, peer) =>
    peer.send({ type: "readNotifyReply", status: Eca.NORMAL, ioid, ...timeDouble(1.5) }),
  writeNotify: ({ ioid, dataType, dataCount }, peer) =>
    peer.send({ type: "writeNotifyReply", status: Eca.NORMAL, ioid, dataType, dataCount }),
  echo: (_message, peer) => peer.send({ type: "echo" }),
};

export class FakeServer {
  /** What clients said over TCP. */
  readonly received: Message[] = [];
  /** What came over UDP, datagram by datagram. */
  readonly datagrams: (readonly Message[])[] = [];
  readonly port: number;
  readonly #tcp: Server;
  readonly #udp: UdpSocket;
  readonly #sockets = new Set<Socket>();
  readonly #handlers: Handlers;

  private constructor(tcp: Server, udp: UdpSocket, handlers: Handlers) {
    this.#tcp = tcp;
    this.#udp = udp;
    this.#handlers = { ...GOOD, ...handlers };
    this.port = (tcp.address() as AddressInfo).port;
    tcp.on("connection", (socket) => this.#serve(socket));
    udp.on("message", (bytes, sender) => this.#answer(bytes, sender));
  }

  /** @param handlers in place of what a good server does */
  static async start(handlers: Handlers = {}): Promise<FakeServer> {
    const tcp = createServer().listen(0, "127.0.0.1");
    await once(tcp, "listening");
    const udp = createSocket("udp4").bind((tcp.address() as AddressInfo).port, "127.0.0.1");
    await once(udp, "listening");
    return new FakeServer(tcp, udp, handlers);
  }

  get endpoint(): { readonly address: string; readonly port: number } {
    return { address: "127.0.0.1", port: this.port };
  }

  get circuitCount(): number {
    return this.#sockets.size;
  }

  /** Sends to all clients. */
  send(...messages: Message[]): void {
    for (const socket of this.#sockets) socket.write(encodeDatagram(messages));
  }

  receivedTypes(): MessageType[] {
    return this.received.map(({ type }) => type);
  }

  ofType<T extends MessageType>(type: T): MessageOf<T>[] {
    return this.received.filter((message): message is MessageOf<T> => message.type === type);
  }

  /** Safe twice. */
  async stop(): Promise<void> {
    if (!this.#tcp.listening) return;
    for (const socket of this.#sockets) socket.destroy();
    this.#udp.close();
    this.#tcp.close();
    await once(this.#tcp, "close");
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => undefined);
    const decoder = new StreamDecoder({ from: "client" });
    const peer: Peer = {
      send: (...messages) => socket.write(encodeDatagram(messages)),
      write: (bytes) => socket.write(bytes),
      cut: () => socket.resetAndDestroy(),
    };
    socket.on("data", (chunk) => {
      for (const message of decoder.push(chunk).messages) {
        this.received.push(message);
        this.#handle(message, peer);
      }
    });
  }

  #answer(bytes: Uint8Array, { address, port }: RemoteInfo): void {
    const { messages } = decodeDatagram(bytes, "client");
    this.datagrams.push(messages);
    const peer: Peer = {
      send: (...replies) => this.#udp.send(encodeDatagram(replies), port, address),
      write: (raw) => this.#udp.send(raw, port, address),
      cut: () => undefined,
    };
    for (const message of messages) if (message.type === "search") this.#handle(message, peer);
  }

  #handle<T extends MessageType>(message: MessageOf<T>, peer: Peer): void {
    const handler = this.#handlers[message.type as T] as
      | ((message: MessageOf<T>, peer: Peer) => void)
      | undefined;
    handler?.(message, peer);
  }
}

/** "I have it", from the server on this port. */
export function searchReply(cid: number, port: number, address = ADDRESS_IS_SOURCE): Message {
  return { type: "searchReply", cid, port, address, minorVersion: MINOR_VERSION };
}
