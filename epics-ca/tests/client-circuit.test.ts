/** Circuits to servers that behave, and to all the kinds that do not. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { CaClient, type CaClientOptions, CaError } from "../src/client/index.js";
import { Eca, encodeMessage, type Message } from "../src/index.js";
import { has, until } from "./client-assert.js";
import { FakeServer, timeDouble } from "./client-fake-server.js";

const NAME = "FAKE:PV";
const HEADER = {
  command: 0,
  payloadSize: 0,
  dataType: 0,
  dataCount: 0,
  parameter1: 0,
  parameter2: 0,
};

describe("a circuit", () => {
  const opened: { close(): Promise<void> }[] = [];
  let server: FakeServer;

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((client) => client.close()));
    await server?.stop();
  });

  async function start(
    handlers: Parameters<typeof FakeServer.start>[0] = {},
    options: CaClientOptions = {},
  ): Promise<CaClient> {
    server = await FakeServer.start(handlers);
    return clientWith(options);
  }

  function clientWith(options: CaClientOptions): CaClient {
    const client = new CaClient({ timeoutMs: 2000, idleMs: 50, ...options });
    opened.push(client);
    return client;
  }

  it("introduces itself before it asks for a channel", async () => {
    const client = await start({}, { userName: "opera tor", hostName: "consol\u0161e" });
    await client.info(NAME, { server: server.endpoint });
    assert.deepEqual(server.receivedTypes().slice(0, 4), [
      "version",
      "hostName",
      "clientName",
      "createChan",
    ]);
    assert.equal(server.ofType("clientName")[0]?.name, "opera tor");
    assert.equal(server.ofType("hostName")[0]?.name, "consol?e");
  });

  it("asks for an echo, which answers all who wait for one", async () => {
    const client = await start();
    const circuit = await client.connect(server.endpoint);
    await Promise.all([circuit.echo(), circuit.echo()]);
    assert.equal(server.ofType("echo").length, 2);
    await circuit.close();
    await assert.rejects(circuit.echo(), has("closed"));
  });

  it("says of an echo that does not come why", async () => {
    const client = await start({ echo: () => undefined }, { limits: { maxRequests: 1 } });
    const circuit = await client.connect(server.endpoint);
    await assert.rejects(circuit.echo({ timeoutMs: 20 }), has("timeout"));
    await assert.rejects(circuit.echo({ signal: AbortSignal.abort() }), has("aborted"));
    const waiting = circuit.echo();
    await assert.rejects(circuit.echo(), has("limit"));
    await circuit.close();
    await assert.rejects(waiting, has("closed"));
  });

  it("tells what the server says of a channel", async () => {
    const client = await start();
    assert.deepEqual(await client.info(NAME, { server: server.endpoint }), {
      name: NAME,
      server: server.endpoint,
      minorVersion: 13,
      nativeType: "DBF_DOUBLE",
      elementCount: 1,
      access: { read: true, write: true },
    });
  });

  it("follows access rights as they change", async () => {
    const client = await start();
    const channel = await client.channel(NAME, { server: server.endpoint });
    server.send({ type: "accessRights", cid: server.ofType("createChan")[0]!.cid, rights: 1 });
    await until(() => !channel.info().access.write);
    assert.deepEqual(channel.info().access, { read: true, write: false });
  });

  it("understands answers that come byte by byte", async () => {
    const client = await start({
      readNotify: ({ ioid }, peer) => {
        const reply = {
          type: "readNotifyReply",
          status: Eca.NORMAL,
          ioid,
          ...timeDouble(7),
        } as const;
        for (const byte of encodeMessage(reply)) peer.write(Uint8Array.of(byte));
      },
    });
    const { elements } = await client.get(NAME, { server: server.endpoint });
    assert.deepEqual([...elements], [7]);
  });

  it("asks servers before 4.13 for all elements by their number", async () => {
    const client = await start({
      version: (_message, peer) => peer.send({ type: "version", priority: 0, minorVersion: 11 }),
    });
    await client.get(NAME, { server: server.endpoint });
    assert.equal(server.ofType("readNotify")[0]?.dataCount, 1);
  });

  it("is shared by requests to one server, and closed when it is idle", async () => {
    const client = await start();
    const requests = Array.from({ length: 20 }, () =>
      client.get(NAME, { server: server.endpoint }),
    );
    await Promise.all(requests);
    assert.equal(server.ofType("version").length, 1);
    assert.equal(server.ofType("createChan").length, 20);
    await until(() => client.circuitCount === 0 && server.circuitCount === 0);
  });

  it("of the caller's own stays open without channels", async () => {
    const client = await start();
    const circuit = await client.connect(server.endpoint);
    await sleep(150);
    assert.equal(circuit.isOpen, true);
    assert.equal(circuit.state, "responsive");
    await circuit.close();
    await circuit.close();
    assert.equal(client.circuitCount, 0);
    await assert.rejects(circuit.channel(NAME), has("closed"));
  });

  it("sends what was written before it is closed", async () => {
    const client = await start();
    const circuit = await client.connect(server.endpoint);
    const channel = await circuit.channel(NAME);
    await channel.put(2, { wait: false });
    await circuit.close();
    await until(() => server.ofType("write").length === 1);
  });

  describe("fails with", () => {
    it("`refused` where nobody listens", async () => {
      const client = await start();
      const { endpoint } = server;
      await server.stop();
      server = await FakeServer.start();
      await assert.rejects(client.info(NAME, { server: endpoint }), has("refused"));
    });

    it("`timeout` where somebody listens but does not speak", async () => {
      const mute = createServer((socket) => socket.resume()).listen(0, "127.0.0.1");
      await once(mute, "listening");
      const client = await start();
      const { port } = mute.address() as AddressInfo;
      const info = client.info(NAME, { server: { address: "127.0.0.1", port }, timeoutMs: 100 });
      await assert.rejects(info, has("timeout"));
      await client.close();
      mute.close();
    });

    it("`timeout` when a request is not answered, and goes on with the next", async () => {
      let reads = 0;
      const client = await start({
        readNotify: ({ ioid }, peer) => {
          reads += 1;
          if (reads === 1) return;
          peer.send({ type: "readNotifyReply", status: Eca.NORMAL, ioid, ...timeDouble(3) });
        },
      });
      const channel = await client.channel(NAME, { server: server.endpoint });
      await assert.rejects(channel.get({ timeoutMs: 50 }), has("timeout"));
      assert.deepEqual([...(await channel.get()).elements], [3]);
    });

    it("`notFound` when the server does not have the name", async () => {
      const client = await start({
        createChan: ({ cid }, peer) => peer.send({ type: "createChFail", cid }),
      });
      await assert.rejects(client.info(NAME, { server: server.endpoint }), has("notFound"));
    });

    it("`server` and the status when the server cannot do it", async () => {
      const client = await start({
        readNotify: ({ ioid }, peer) =>
          peer.send({
            type: "error",
            cid: 0,
            status: Eca.NORDACCESS,
            request: { ...HEADER, command: 15, parameter2: ioid },
            text: "none of your business",
          }),
        writeNotify: ({ ioid, dataType, dataCount }, peer) =>
          peer.send({
            type: "writeNotifyReply",
            status: Eca.NOWTACCESS,
            ioid,
            dataType,
            dataCount,
          }),
      });
      const channel = await client.channel(NAME, { server: server.endpoint });
      await assert.rejects(channel.get(), (error: unknown) => {
        assert.ok(error instanceof CaError);
        assert.equal(error.status, Eca.NORDACCESS);
        assert.match(error.message, /ECA_NORDACCESS.*none of your business/);
        return error.code === "server";
      });
      await assert.rejects(channel.put(1), has("server"));
    });

    it("`disconnected` when the server goes", async () => {
      const client = await start({ readNotify: (_message, peer) => peer.cut() });
      const channel = await client.channel(NAME, { server: server.endpoint });
      await assert.rejects(channel.get(), has("disconnected"));
      await assert.rejects(channel.get(), has("disconnected"));
      assert.equal(channel.isOpen, false);
    });

    it("`disconnected` for the one channel that the server ends", async () => {
      const client = await start();
      const [one, two] = await Promise.all([
        client.channel("FAKE:ONE", { server: server.endpoint }),
        client.channel("FAKE:TWO", { server: server.endpoint }),
      ]);
      const values = one.monitor();
      server.send({ type: "serverDisconn", cid: server.ofType("createChan")[0]!.cid });
      await assert.rejects(values.next(), has("disconnected"));
      assert.equal(two.isOpen, true);
      await two.get();
    });

    it("`unresponsive` when the server stops answering, even to echoes", async () => {
      const client = await start(
        { echo: () => undefined, readNotify: () => undefined },
        { circuit: { connTimeoutMs: 100, echoTimeoutMs: 50 } },
      );
      const channel = await client.channel(NAME, { server: server.endpoint });
      await assert.rejects(channel.get(), has("unresponsive"));
      assert.ok(server.ofType("echo").length > 0);
      await until(() => client.circuitCount === 0);
    });

    it("`protocol` when it is not Channel Access that comes", async () => {
      const client = await start({
        readNotify: (_message, peer) => peer.write(Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")),
      });
      await assert.rejects(client.get(NAME, { server: server.endpoint }), has("protocol"));
    });

    it("`protocol` when a message is larger than allowed", async () => {
      const client = await start(
        {
          readNotify: ({ ioid }, peer) =>
            peer.send({
              type: "readNotifyReply",
              status: Eca.NORMAL,
              ioid,
              dataType: 6,
              dataCount: 1000,
              payload: new Uint8Array(8000),
            }),
        },
        { limits: { maxMessageBytes: 1000 } },
      );
      await assert.rejects(client.get(NAME, { server: server.endpoint }), has("protocol"));
    });

    it("`protocol` for the one value that is cut off", async () => {
      const client = await start({
        readNotify: ({ ioid }, peer) => {
          const value = { ...timeDouble(1), payload: new Uint8Array(8) };
          peer.send({ type: "readNotifyReply", status: Eca.NORMAL, ioid, ...value });
        },
      });
      const channel = await client.channel(NAME, { server: server.endpoint });
      await assert.rejects(channel.get(), has("protocol"));
      assert.equal(channel.isOpen, true);
    });

    it("`aborted`, with the reason, when the caller gives up", async () => {
      const client = await start({ readNotify: () => undefined });
      const channel = await client.channel(NAME, { server: server.endpoint });
      const reason = new Error("enough");
      const abort = new AbortController();
      const reading = channel.get({ signal: abort.signal });
      abort.abort(reason);
      await assert.rejects(
        reading,
        (error: unknown) =>
          has("aborted")(error) && error instanceof Error && error.cause === reason,
      );
      await assert.rejects(channel.get({ signal: abort.signal }), has("aborted"));
    });

    it("`aborted` for all that one signal ends, without a warning of leaks", async () => {
      const warnings: Error[] = [];
      const warn = (warning: Error): void => void warnings.push(warning);
      process.on("warning", warn);
      const client = await start({ readNotify: () => undefined });
      const channel = await client.channel(NAME, { server: server.endpoint });
      const abort = new AbortController();
      const readings = Array.from({ length: 100 }, () =>
        assert.rejects(channel.get({ signal: abort.signal }), has("aborted")),
      );
      abort.abort();
      await Promise.all(readings);
      await sleep(0);
      process.off("warning", warn);
      assert.deepEqual(warnings, []);
    });

    it("`closed` when the client is closed while something waits", async () => {
      const client = await start({ readNotify: () => undefined });
      const channel = await client.channel(NAME, { server: server.endpoint });
      const reading = assert.rejects(channel.get(), has("closed"));
      const next = assert.rejects(channel.monitor().next(), has("closed"));
      await client.close();
      await Promise.all([reading, next]);
      await assert.rejects(client.info(NAME, { server: server.endpoint }), has("closed"));
    });

    it("`closed` when the channel is closed while something waits", async () => {
      const client = await start({ readNotify: () => undefined });
      const channel = await client.channel(NAME, { server: server.endpoint });
      const reading = channel.get();
      channel.close();
      channel.close();
      await assert.rejects(reading, has("closed"));
      await until(() => server.ofType("clearChannel").length === 1);
    });

    it("`invalid` for what cannot be sent", async () => {
      const client = await start();
      const nowhere = { address: "localhost", port: 5064 };
      await assert.rejects(client.info(NAME, { server: nowhere }), has("invalid"));
      await assert.rejects(
        client.info("x".repeat(500), { server: server.endpoint }),
        has("invalid"),
      );
      await assert.rejects(client.info("", { server: server.endpoint }), has("invalid"));
      const channel = await client.channel(NAME, { server: server.endpoint });
      await assert.rejects(channel.put(["x".repeat(40)]), has("invalid"));
      await assert.rejects(channel.get({ count: -1 }), has("invalid"));
      assert.throws(() => channel.monitor({ maxQueued: 0 }), has("invalid"));
    });
  });

  describe("never exceeds its limit of", () => {
    it("circuits", async () => {
      const client = await start({}, { limits: { maxCircuits: 1 } });
      const circuit = await client.connect(server.endpoint);
      await assert.rejects(client.connect(server.endpoint), has("limit"));
      await circuit.close();
      await client.connect(server.endpoint);
    });

    it("channels", async () => {
      const client = await start({}, { limits: { maxChannels: 2 } });
      const circuit = await client.connect(server.endpoint);
      const [first] = await Promise.all([circuit.channel("A:B"), circuit.channel("A:C")]);
      await assert.rejects(circuit.channel("A:D"), has("limit"));
      first.close();
      await circuit.channel("A:D");
    });

    it("requests and subscriptions", async () => {
      const client = await start({ readNotify: () => undefined }, { limits: { maxRequests: 2 } });
      const channel = await client.channel(NAME, { server: server.endpoint });
      const reading = channel.get({ timeoutMs: 100 });
      const values = channel.monitor();
      await assert.rejects(channel.get(), has("limit"));
      await assert.rejects(reading, has("timeout"));
      await values.return();
      channel.monitor();
    });

    it("bytes that wait to be sent", async () => {
      const client = await start({}, { limits: { maxUnsentBytes: 1000 } });
      const channel = await client.channel(NAME, { server: server.endpoint });
      await assert.rejects(channel.put(new Float64Array(1000)), has("limit"));
    });
  });

  it("has the server forget a channel that came too late", async () => {
    const client = await start({
      createChan: ({ cid }, peer) =>
        void setTimeout(
          () => peer.send({ type: "createChanReply", cid, sid: 77, dataType: 6, dataCount: 1 }),
          100,
        ),
    });
    const circuit = await client.connect(server.endpoint);
    await assert.rejects(circuit.channel(NAME, { timeoutMs: 20 }), has("timeout"));
    await until(() => server.ofType("clearChannel")[0]?.sid === 77);
  });

  it("survives whatever a server sends", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
        const client = await start({
          readNotify: (_message, peer) => {
            peer.write(bytes);
            setTimeout(() => peer.cut(), 2);
          },
        });
        const { endpoint } = server;
        await assert.rejects(client.get(NAME, { server: endpoint }), CaError);
        await client.close();
        await server.stop();
      }),
      { numRuns: 50 },
    );
    server = await FakeServer.start();
  });

  describe("with a monitor", () => {
    const subscribed = (): number => server.ofType("eventAdd")[0]!.subscriptionId;
    const update = (value: number): Message => ({
      type: "eventAddReply",
      status: Eca.NORMAL,
      subscriptionId: subscribed(),
      ...timeDouble(value),
    });

    it("gives values in order, and cancels when the reader leaves", async () => {
      const client = await start({
        eventAdd: () => server.send(update(1), update(2), update(3)),
      });
      const channel = await client.channel(NAME, { server: server.endpoint });
      const seen: number[] = [];
      for await (const { value } of channel.monitor()) {
        seen.push(Number(value.elements[0]));
        if (seen.length === 3) break;
      }
      assert.deepEqual(seen, [1, 2, 3]);
      await until(() => server.ofType("eventCancel")[0]?.subscriptionId === subscribed());
    });

    it("drops the oldest values of a slow reader, and says how many are missing", async () => {
      const client = await start();
      const channel = await client.channel(NAME, { server: server.endpoint });
      const values = channel.monitor({ maxQueued: 2 });
      await until(() => server.ofType("eventAdd").length === 1);
      server.send(update(1), update(2), update(3), update(4), update(5));
      await channel.get();
      const seen = [await values.next(), await values.next()];
      assert.deepEqual(
        seen.map(({ value }) => [value.value.elements[0], value.dropped]),
        [
          [4, 3],
          [5, 0],
        ],
      );
    });

    it("gives what is queued before it tells of the end", async () => {
      const client = await start();
      const channel = await client.channel(NAME, { server: server.endpoint });
      const values = channel.monitor();
      await until(() => server.ofType("eventAdd").length === 1);
      server.send(update(1));
      await channel.get();
      await server.stop();
      await until(() => !channel.isOpen);
      assert.equal((await values.next()).value.value.elements[0], 1);
      await assert.rejects(values.next(), has("disconnected"));
      assert.equal((await values.next()).done, true);
      server = await FakeServer.start();
    });

    it("ends with the server's refusal", async () => {
      const client = await start({
        eventAdd: ({ subscriptionId, dataType }, peer) =>
          peer.send({
            type: "eventAddReply",
            status: Eca.NORDACCESS,
            subscriptionId,
            dataType,
            dataCount: 0,
            payload: new Uint8Array(0),
          }),
      });
      const channel = await client.channel(NAME, { server: server.endpoint });
      await assert.rejects(channel.monitor().next(), has("server"));
    });
  });

  describe("under a watch", () => {
    it("is made anew when it breaks", async () => {
      let circuits = 0;
      const client = await start({
        eventAdd: ({ subscriptionId }, peer) => {
          circuits += 1;
          peer.send({
            type: "eventAddReply",
            status: Eca.NORMAL,
            subscriptionId,
            ...timeDouble(circuits),
          });
          if (circuits === 1) setTimeout(() => peer.cut(), 20);
        },
      });
      const types: string[] = [];
      for await (const event of client.watch(NAME, { server: server.endpoint })) {
        types.push(event.type);
        if (event.type === "value" && event.value.elements[0] === 2) break;
      }
      assert.deepEqual(types, ["connected", "value", "disconnected", "connected", "value"]);
    });

    it("ends when it is aborted, while it waits for a value or for the server", async () => {
      const client = await start();
      for (const endpoint of [server.endpoint, { address: "127.0.0.1", port: 1 }]) {
        const abort = new AbortController();
        const watching = client.watch(NAME, { server: endpoint, signal: abort.signal });
        setTimeout(() => abort.abort(), 50);
        const read = async (): Promise<void> => {
          for await (const event of watching) assert.equal(event.type, "connected");
        };
        await assert.rejects(read(), has("aborted"));
      }
    });
  });
});
