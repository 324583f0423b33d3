/** A reverse proxy as sites have one: pages under a path of its own, TLS ended before it, and pvmon told so in headers. */
import { once } from "node:events";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** From where it asks pvmon, which trusts it by that. */
export const PATH_PROXY_ADDRESS = "127.0.0.9";
export const USER_HEADER = "x-remote-user";
const PATH = "/tools/pvmon";

export class PathProxy {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** @param target of pvmon itself, without a path. @param user whom it says that everybody is */
  static async start(target: string, user?: string): Promise<PathProxy> {
    const server = createServer((incoming, outgoing) => {
      const { url = "", method, headers } = incoming;
      if (!url.startsWith(`${PATH}/`)) {
        outgoing.writeHead(404).end("Nothing is here.\n");
        return;
      }
      const asked = request(
        new URL(url.slice(PATH.length), target),
        {
          method,
          agent: false,
          localAddress: PATH_PROXY_ADDRESS,
          headers: {
            ...headers,
            "x-forwarded-for": incoming.socket.remoteAddress ?? "",
            "x-forwarded-host": headers.host ?? "",
            "x-forwarded-proto": "https",
            ...(user !== undefined && { [USER_HEADER]: Buffer.from(user).toString("latin1") }),
          },
        },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        },
      );
      asked.once("error", () => outgoing.destroy());
      outgoing.once("close", () => asked.destroy());
      incoming.pipe(asked);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new PathProxy(server);
  }

  /** Where the pages are, without a slash at the end. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${PATH}`;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}
