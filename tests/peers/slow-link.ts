/** A way to a server on this machine that is as fast as a test wants it: TCP passed on through a port of its own. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Passed on at once. */
const PIECE_BYTES = 1024;
/** What connections have of their own in memory, beside what the kernel keeps. */
const BUFFER_BYTES = 16_384;

export class SlowLink {
  /** In each direction, all connections together; it may change at any time. */
  bytesPerSecond = Number.POSITIVE_INFINITY;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(to: number) {
    const options = { allowHalfOpen: true, highWaterMark: BUFFER_BYTES };
    const [there, back] = [new Direction(this), new Direction(this)];
    this.#server = createServer(options, (near) => {
      const far = connect({ ...options, host: "127.0.0.1", port: to });
      for (const socket of [near, far]) {
        this.#sockets.add(socket);
        socket.once("close", () => this.#sockets.delete(socket));
      }
      there.carry(near, far);
      back.carry(far, near);
    });
  }

  /** @param to the port of the server */
  static async create(to: number): Promise<SlowLink> {
    const link = new SlowLink(to);
    link.#server.listen(0, "127.0.0.1");
    await once(link.#server, "listening");
    return link;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async remove(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

class Direction {
  readonly #link: Pick<SlowLink, "bytesPerSecond">;
  /** One piece after the other, whoever's it is. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(link: Pick<SlowLink, "bytesPerSecond">) {
    this.#link = link;
  }

  carry(from: Socket, to: Socket): void {
    this.#carry(from, to).catch(() => {
      from.destroy();
      to.destroy();
    });
  }

  async #carry(from: Socket, to: Socket): Promise<void> {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
        const piece = chunk.subarray(at, at + PIECE_BYTES);
        const turn = this.#turn.then(() => this.#pass(piece.length));
        this.#turn = turn;
        await turn;
        if (!to.write(piece)) await Promise.race([once(to, "drain"), once(to, "close")]);
      }
    }
    to.end();
  }

  async #pass(bytes: number): Promise<void> {
    if (Number.isFinite(this.#link.bytesPerSecond)) {
      await sleep((1000 * bytes) / this.#link.bytesPerSecond);
    }
  }
}
