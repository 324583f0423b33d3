/** A server of the test's and clients of it, which all end with the test. */
import { CaClient, type CaClientOptions } from "../src/client/index.js";
import { FakeServer } from "./client-fake-server.js";

/** What clients ask for. */
export const NAME = "FAKE:PV";

export class ClientScene {
  readonly #opened: CaClient[] = [];
  #server: FakeServer | undefined;

  /** The latest one started. */
  get server(): FakeServer {
    if (this.#server === undefined) throw new Error("no server was started");
    return this.#server;
  }

  /** A client beside its server. @param handlers in place of what a good server does */
  async start(
    handlers: Parameters<typeof FakeServer.start>[0] = {},
    options: CaClientOptions = {},
  ): Promise<CaClient> {
    this.#server = await FakeServer.start(handlers);
    return this.clientWith(options);
  }

  clientWith(options: CaClientOptions): CaClient {
    const client = new CaClient({ timeoutMs: 2000, idleMs: 50, ...options });
    this.#opened.push(client);
    return client;
  }

  async end(): Promise<void> {
    await Promise.all(this.#opened.splice(0).map((client) => client.close()));
    await this.#server?.stop();
  }
}
