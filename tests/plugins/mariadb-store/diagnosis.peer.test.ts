/** What `pvmon doctor` asks of a MariaDB that goes while it is asked. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { filledConfig } from "../../../core/testkit/recording-host.js";
import mariadbStore from "../../../plugins/mariadb-store/index.js";
import { Mariadb } from "../../peers/index.js";

/** ER_CONNECTION_KILLED, which a server says of its own accord: length, number, 0xff, code 1927, state, text. */
const KILLED = Buffer.from("\x1a\0\0\0\xff\x87\x07#70100Connection killed", "latin1");

describe("the diagnosis of a MariaDB store", function () {
  this.timeout(120_000);
  let server: Mariadb;
  let between: Server;
  before(async () => {
    server = await Mariadb.create();
    await server.query("CREATE USER pvmon@'%' IDENTIFIED BY 'secret'");
    await server.query("GRANT ALL ON `pvmon`.* TO pvmon@'%'");
  });
  after(async () => {
    between?.close();
    await server?.remove();
  });

  /** A way to the server on which, with the answer to what has this in it, the server says that it goes. */
  async function wayTo(question: string): Promise<number> {
    between = createServer((client) => {
      const onward = connect(server.port, "127.0.0.1");
      let isLast = false;
      client.on("data", (data) => {
        isLast ||= data.includes(question);
        onward.write(data);
      });
      onward.on("data", (data) => client.write(isLast ? Buffer.concat([data, KILLED]) : data));
      for (const [one, other] of [
        [client, onward],
        [onward, client],
      ] as const) {
        one.on("error", () => undefined);
        one.on("close", () => other.destroy());
      }
    }).listen(0, "127.0.0.1");
    await once(between, "listening");
    return (between.address() as AddressInfo).port;
  }

  it("says that the server has gone, and does not go with it", async () => {
    const port = await wayTo("max_allowed_packet");
    const options = { host: "127.0.0.1", port, user: "pvmon", password: "secret" };
    const config = filledConfig(mariadbStore, options) as never;
    const { signal } = new AbortController();
    const examination = { config, now: Date.now(), signal, runningPid: undefined };
    await assert.rejects(async () => mariadbStore.diagnose?.(examination), /connection/);
  });
});
