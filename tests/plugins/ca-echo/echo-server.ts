/** Servers of Channel Access on loopback that answer an ECHO, or do worse. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { encodeDatagram, StreamDecoder } from "epics-ca";

/** `hang` accepts circuits and is silent · `cut` closes them · `babble` is something else. */
export type Manner = "echo" | "hang" | "cut" | "babble";

export class EchoServer {
  /** `ip:port` as pvmon names it. */
  readonly server: string;
  /** Circuits that were ever opened. */
  circuits = 0;
  /** Those that are open, and the most at one time. */
  open = 0;
  most = 0;
  manner: Manner;
  readonly #listener: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(listener: Server, manner: Manner) {
    this.#listener = listener;
    this.manner = manner;
    const { address, port } = listener.address() as AddressInfo;
    this.server = `${address}:${port}`;
    listener.on("connection", (socket) => this.#serve(socket));
  }

  /** @param address on 127/8, so that one machine has many hosts. */
  static async start(manner: Manner = "echo", address = "127.0.0.1"): Promise<EchoServer> {
    const listener = createServer().listen(0, address);
    await once(listener, "listening");
    return new EchoServer(listener, manner);
  }

  /** Safe twice. */
  async stop(): Promise<void> {
    if (!this.#listener.listening) return;
    for (const socket of this.#sockets) socket.destroy();
    this.#listener.close();
    await once(this.#listener, "close");
  }

  #serve(socket: Socket): void {
    this.circuits++;
    this.open++;
    this.most = Math.max(this.most, this.open);
    this.#sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      this.open--;
      this.#sockets.delete(socket);
    });
    if (this.manner === "cut") socket.end();
    if (this.manner === "babble") socket.write("HTTP/1.1 400 Bad Request\r\n\r\n");
    const decoder = new StreamDecoder({ from: "client" });
    socket.on("data", (chunk) => {
      for (const { type } of decoder.push(chunk).messages) {
        if (type === "echo" && this.manner === "echo") socket.write(encodeDatagram([{ type }]));
      }
    });
  }
}
