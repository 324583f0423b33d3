/** The one UDP socket that searches leave from and answers come back to. */
import { createSocket, type Socket } from "node:dgram";
import { ADDRESS_IS_SOURCE, decodeDatagram } from "epics-ca";
import { type Endpoint, formatIpv4, type Ipv4, parseIpv4 } from "pvmon";

export interface Reply {
  readonly cid: number;
  readonly server: Endpoint;
  readonly replier: Ipv4;
  /** -1 when the reply does not say. */
  readonly minorVersion: number;
}

export interface SearchSocketEvents {
  reply(reply: Reply): void;
  /** A datagram could not be read. */
  damage(reason: string): void;
  /** The socket itself failed: it is closed. */
  failed(error: Error): void;
}

export class SearchSocket {
  readonly #socket: Socket;
  readonly #events: SearchSocketEvents;

  private constructor(socket: Socket, events: SearchSocketEvents) {
    this.#socket = socket;
    this.#events = events;
    socket.on("message", (bytes, { address }) => this.#receive(bytes, parseIpv4(address)));
    socket.on("error", (error) => {
      socket.close();
      events.failed(error);
    });
  }

  /** Binds to a port of the system's choice. */
  static async open(events: SearchSocketEvents): Promise<SearchSocket> {
    const socket = createSocket("udp4");
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.bind(0, () => {
        socket.off("error", reject);
        resolve();
      });
    });
    socket.setBroadcast(true);
    socket.unref();
    return new SearchSocket(socket, events);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** `sent` is called once, with an error when the datagram did not leave. */
  send(bytes: Uint8Array, { ip, port }: Endpoint, sent: (error: Error | null) => void): void {
    this.#socket.send(bytes, port, formatIpv4(ip), sent);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(resolve));
  }

  #receive(bytes: Uint8Array, replier: Ipv4 | undefined): void {
    if (replier === undefined) return;
    const { messages, damage } = decodeDatagram(bytes);
    if (damage !== undefined) this.#events.damage(damage);
    for (const message of messages) {
      if (message.type !== "searchReply") continue;
      const ip = message.address === ADDRESS_IS_SOURCE ? replier : message.address;
      this.#events.reply({
        cid: message.cid,
        server: { ip, port: message.port },
        replier,
        minorVersion: message.minorVersion ?? -1,
      });
    }
  }
}
