import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { DnsResponder } from "../../../core/testkit/site/dns-responder.js";

describe("a name server for tests", () => {
  it("goes on after messages that are none", async () => {
    const server = await DnsResponder.start();
    const socket = createSocket("udp4");
    try {
      server.replies.set("10.7.0.1", ["ioc1.example.org"]);
      const port = Number(server.address.split(":")[1]);
      // Too short, without an end of its question, and with a label longer than itself.
      for (const bytes of [[], [1, 2, 3], Array(12).fill(0), [...Array(12).fill(0), 63, 1, 2]]) {
        const message = Buffer.from(bytes);
        await new Promise((resolve) => socket.send(message, port, "127.0.0.1", resolve));
      }
      const resolver = new Resolver();
      resolver.setServers([server.address]);
      assert.deepEqual(await resolver.reverse("10.7.0.1"), ["ioc1.example.org"]);
      assert.equal(server.asked.at(-1), "10.7.0.1");
    } finally {
      socket.close();
      server.stop();
    }
  });
});
