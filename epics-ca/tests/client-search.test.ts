/** Searches over UDP, answered by servers that a test directs. */
import assert from "node:assert/strict";
import { CaClient, type CaClientOptions } from "../src/client/index.js";
import { has, until } from "./client-assert.js";
import { FakeServer, searchReply } from "./client-fake-server.js";

describe("a search", () => {
  let server: FakeServer;
  let client: CaClient;

  afterEach(async () => {
    await client?.close();
    await server?.stop();
  });

  async function start(
    handlers: Parameters<typeof FakeServer.start>[0],
    options: CaClientOptions = {},
  ): Promise<void> {
    server = await FakeServer.start(handlers);
    client = new CaClient({ addresses: [`127.0.0.1:${server.port}`], timeoutMs: 2000, ...options });
  }

  it("sends names of one turn in one datagram, VERSION first", async () => {
    await start({ search: ({ cid }, peer) => peer.send(searchReply(cid, server.port)) });
    const names = ["FAKE:ONE", "FAKE:TWO", "FAKE:THREE"];
    const found = await Promise.all(names.map((name) => client.search(name)));
    assert.deepEqual(
      found.map(([first]) => first?.server),
      names.map(() => server.endpoint),
    );
    assert.deepEqual(
      server.datagrams[0]!.map((message) =>
        message.type === "search" ? message.name : message.type,
      ),
      ["version", ...names],
    );
  });

  it("tries again until somebody answers", async () => {
    let tries = 0;
    await start({
      search: ({ cid }, peer) => {
        tries += 1;
        if (tries === 3) peer.send(searchReply(cid, server.port));
      },
    });
    assert.equal((await client.search("FAKE:PV")).length, 1);
    assert.equal(tries, 3);
  });

  it("ends with nothing when nobody answers in time", async () => {
    await start({});
    assert.deepEqual(await client.search("FAKE:PV", { timeoutMs: 100 }), []);
    await assert.rejects(client.get("FAKE:PV", { timeoutMs: 100 }), has("notFound"));
  });

  it("takes the address of an answer for the server's, and the sender's where there is none", async () => {
    await start({
      search: ({ cid, name }, peer) =>
        peer.send(searchReply(cid, 7777, name === "FAKE:FAR" ? 0x0a4d0102 : undefined)),
    });
    const [far] = await client.search("FAKE:FAR");
    assert.deepEqual(far?.server, { address: "10.77.1.2", port: 7777 });
    assert.deepEqual(far?.source, server.endpoint);
    const [near] = await client.search("FAKE:NEAR");
    assert.deepEqual(near?.server, { address: "127.0.0.1", port: 7777 });
  });

  it("collects every distinct server that answers in the window", async () => {
    let tries = 0;
    await start({
      search: ({ cid }, peer) => {
        tries += 1;
        if (tries > 1) return;
        peer.send(searchReply(cid, 7001), searchReply(cid, 7001));
        setTimeout(() => peer.send(searchReply(cid, 7002)), 30);
      },
    });
    const found = await client.search("FAKE:PV", { windowMs: 1000 });
    assert.deepEqual(
      found.map(({ server: { port } }) => port),
      [7001, 7002],
    );
  });

  it("counts answers that come too late, and datagrams that make no sense", async () => {
    await start({
      search: ({ cid }, peer) => {
        peer.write(Buffer.from("no such protocol"));
        peer.send(searchReply(cid + 1, 7001));
        peer.send(searchReply(cid, 7001));
      },
    });
    assert.equal((await client.search("FAKE:PV")).length, 1);
    assert.deepEqual(client.searchStatistics, { lateReplies: 1, damagedDatagrams: 1 });
  });

  it("takes no answer without a port", async () => {
    await start({
      search: ({ cid }, peer) => peer.send(searchReply(cid, 0), searchReply(cid, 7001)),
    });
    assert.equal((await client.search("FAKE:PV"))[0]?.server.port, 7001);
  });

  it("spreads many names over time", async () => {
    await start({});
    const names = Array.from({ length: 2000 }, (_, i) => `FAKE:A:RATHER:LONG:NAME:${i}`);
    const begunAt = performance.now();
    const searches = names.map((name) => client.search(name));
    await until(() => server.datagrams.length >= 30);
    const passedMs = performance.now() - begunAt;
    const sent = server.datagrams.length;
    assert.ok(sent <= 10 + passedMs / 10, `${sent} in ${passedMs} ms`);
    await client.close();
    await Promise.allSettled(searches);
  });

  it("leads to a value", async () => {
    await start({ search: ({ cid }, peer) => peer.send(searchReply(cid, server.port)) });
    assert.deepEqual([...(await client.get("FAKE:PV")).elements], [1.5]);
  });

  it("ends when it is aborted, and when the client is closed", async () => {
    await start({});
    const abort = new AbortController();
    const aborted = client.search("FAKE:ONE", { signal: abort.signal });
    const closed = assert.rejects(client.search("FAKE:TWO"), has("closed"));
    abort.abort();
    await assert.rejects(aborted, has("aborted"));
    await client.close();
    await closed;
    await assert.rejects(client.search("FAKE:ONE"), has("closed"));
  });

  it("is refused when it cannot be sent", async () => {
    await start({}, { limits: { maxSearches: 1 } });
    await assert.rejects(client.search("x".repeat(500)), has("invalid"));
    const first = client.search("FAKE:ONE", { timeoutMs: 50 });
    await assert.rejects(client.search("FAKE:TWO"), has("limit"));
    await first;
    await assert.rejects(new CaClient().search("FAKE:ONE"), has("invalid"));
  });

  it("has a rhythm that makes sense", () => {
    assert.throws(() => new CaClient({ pacing: { firstRetryMs: 0 } }), has("invalid"));
  });

  it("has addresses as EPICS_CA_ADDR_LIST has them, but no names of hosts", () => {
    for (const address of [
      "localhost",
      "10.0.0.256",
      "10.0.0.1:",
      "10.0.0.1:0",
      "1.2.3.4:5:6",
      "",
    ]) {
      assert.throws(() => new CaClient({ addresses: [address] }), has("invalid"), address);
    }
  });
});
