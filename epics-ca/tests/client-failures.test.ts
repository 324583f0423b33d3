/** What clients are told when a server, the network or they themselves do wrong: each with its code. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { CaError } from "../src/client/index.js";
import { Eca } from "../src/index.js";
import { has, until } from "./client-assert.js";
import { timeDouble } from "./client-fake-server.js";
import { ClientScene, NAME } from "./client-scene.js";

const HEADER = {
  command: 0,
  payloadSize: 0,
  dataType: 0,
  dataCount: 0,
  parameter1: 0,
  parameter2: 0,
};

describe("a circuit fails with", () => {
  let scene: ClientScene;
  beforeEach(() => {
    scene = new ClientScene();
  });
  afterEach(() => scene.end());

  it("`refused` where nobody listens", async () => {
    const client = await scene.start();
    const { endpoint } = scene.server;
    await scene.server.stop();
    await assert.rejects(client.info(NAME, { server: endpoint }), has("refused"));
  });

  it("`timeout` where somebody listens but does not speak", async () => {
    const mute = createServer((socket) => socket.resume()).listen(0, "127.0.0.1");
    await once(mute, "listening");
    const client = await scene.start();
    const { port } = mute.address() as AddressInfo;
    const info = client.info(NAME, { server: { address: "127.0.0.1", port }, timeoutMs: 100 });
    await assert.rejects(info, has("timeout"));
    await client.close();
    mute.close();
  });

  it("`timeout` when a request is not answered, and goes on with the next", async () => {
    let reads = 0;
    const client = await scene.start({
      readNotify: ({ ioid }, peer) => {
        reads += 1;
        if (reads === 1) return;
        peer.send({ type: "readNotifyReply", status: Eca.NORMAL, ioid, ...timeDouble(3) });
      },
    });
    const channel = await client.channel(NAME, { server: scene.server.endpoint });
    await assert.rejects(channel.get({ timeoutMs: 50 }), has("timeout"));
    assert.deepEqual([...(await channel.get()).elements], [3]);
  });

  it("`notFound` when the server does not have the name", async () => {
    const client = await scene.start({
      createChan: ({ cid }, peer) => peer.send({ type: "createChFail", cid }),
    });
    await assert.rejects(client.info(NAME, { server: scene.server.endpoint }), has("notFound"));
  });

  it("`server` and the status when the server cannot do it", async () => {
    const client = await scene.start({
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
    const channel = await client.channel(NAME, { server: scene.server.endpoint });
    await assert.rejects(channel.get(), (error: unknown) => {
      assert.ok(error instanceof CaError);
      assert.equal(error.status, Eca.NORDACCESS);
      assert.match(error.message, /ECA_NORDACCESS.*none of your business/);
      return error.code === "server";
    });
    await assert.rejects(channel.put(1), has("server"));
  });

  it("`disconnected` when the server goes", async () => {
    const client = await scene.start({ readNotify: (_message, peer) => peer.cut() });
    const channel = await client.channel(NAME, { server: scene.server.endpoint });
    await assert.rejects(channel.get(), has("disconnected"));
    await assert.rejects(channel.get(), has("disconnected"));
    assert.equal(channel.isOpen, false);
  });

  it("`disconnected` for the one channel that the server ends", async () => {
    const client = await scene.start();
    const [one, two] = await Promise.all([
      client.channel("FAKE:ONE", { server: scene.server.endpoint }),
      client.channel("FAKE:TWO", { server: scene.server.endpoint }),
    ]);
    const values = one.monitor();
    scene.server.send({ type: "serverDisconn", cid: scene.server.ofType("createChan")[0]!.cid });
    await assert.rejects(values.next(), has("disconnected"));
    assert.equal(two.isOpen, true);
    await two.get();
  });

  it("`unresponsive` when the server stops answering, even to echoes", async () => {
    const client = await scene.start(
      { echo: () => undefined, readNotify: () => undefined },
      { circuit: { connTimeoutMs: 100, echoTimeoutMs: 50 } },
    );
    const channel = await client.channel(NAME, { server: scene.server.endpoint });
    await assert.rejects(channel.get(), has("unresponsive"));
    assert.ok(scene.server.ofType("echo").length > 0);
    await until(() => client.circuitCount === 0);
  });

  it("`protocol` when it is not Channel Access that comes", async () => {
    const client = await scene.start({
      readNotify: (_message, peer) => peer.write(Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")),
    });
    await assert.rejects(client.get(NAME, { server: scene.server.endpoint }), has("protocol"));
  });

  it("`protocol` when a message is larger than allowed", async () => {
    const client = await scene.start(
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
    await assert.rejects(client.get(NAME, { server: scene.server.endpoint }), has("protocol"));
  });

  it("`protocol` for the one value that is cut off", async () => {
    const client = await scene.start({
      readNotify: ({ ioid }, peer) => {
        const value = { ...timeDouble(1), payload: new Uint8Array(8) };
        peer.send({ type: "readNotifyReply", status: Eca.NORMAL, ioid, ...value });
      },
    });
    const channel = await client.channel(NAME, { server: scene.server.endpoint });
    await assert.rejects(channel.get(), has("protocol"));
    assert.equal(channel.isOpen, true);
  });

  it("`aborted`, with the reason, when the caller gives up", async () => {
    const client = await scene.start({ readNotify: () => undefined });
    const channel = await client.channel(NAME, { server: scene.server.endpoint });
    const reason = new Error("enough");
    const abort = new AbortController();
    const reading = channel.get({ signal: abort.signal });
    abort.abort(reason);
    await assert.rejects(
      reading,
      (error: unknown) => has("aborted")(error) && error instanceof Error && error.cause === reason,
    );
    await assert.rejects(channel.get({ signal: abort.signal }), has("aborted"));
  });

  it("`aborted` for all that one signal ends, without a warning of leaks", async () => {
    const warnings: Error[] = [];
    const warn = (warning: Error): void => void warnings.push(warning);
    process.on("warning", warn);
    const client = await scene.start({ readNotify: () => undefined });
    const channel = await client.channel(NAME, { server: scene.server.endpoint });
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
    const client = await scene.start({ readNotify: () => undefined });
    const channel = await client.channel(NAME, { server: scene.server.endpoint });
    const reading = assert.rejects(channel.get(), has("closed"));
    const next = assert.rejects(channel.monitor().next(), has("closed"));
    await client.close();
    await Promise.all([reading, next]);
    await assert.rejects(client.info(NAME, { server: scene.server.endpoint }), has("closed"));
  });

  it("`closed` when the channel is closed while something waits", async () => {
    const client = await scene.start({ readNotify: () => undefined });
    const channel = await client.channel(NAME, { server: scene.server.endpoint });
    const reading = channel.get();
    channel.close();
    channel.close();
    await assert.rejects(reading, has("closed"));
    await until(() => scene.server.ofType("clearChannel").length === 1);
  });

  it("`invalid` for what cannot be sent", async () => {
    const client = await scene.start();
    const nowhere = { address: "localhost", port: 5064 };
    await assert.rejects(client.info(NAME, { server: nowhere }), has("invalid"));
    await assert.rejects(
      client.info("x".repeat(500), { server: scene.server.endpoint }),
      has("invalid"),
    );
    await assert.rejects(client.info("", { server: scene.server.endpoint }), has("invalid"));
    const channel = await client.channel(NAME, { server: scene.server.endpoint });
    await assert.rejects(channel.put(["x".repeat(40)]), has("invalid"));
    await assert.rejects(channel.get({ count: -1 }), has("invalid"));
    assert.throws(() => channel.monitor({ maxQueued: 0 }), has("invalid"));
  });
});

describe("a client never exceeds its limit of", () => {
  let scene: ClientScene;
  beforeEach(() => {
    scene = new ClientScene();
  });
  afterEach(() => scene.end());

  it("circuits", async () => {
    const client = await scene.start({}, { limits: { maxCircuits: 1 } });
    const circuit = await client.connect(scene.server.endpoint);
    await assert.rejects(client.connect(scene.server.endpoint), has("limit"));
    await circuit.close();
    await client.connect(scene.server.endpoint);
  });

  it("channels", async () => {
    const client = await scene.start({}, { limits: { maxChannels: 2 } });
    const circuit = await client.connect(scene.server.endpoint);
    const [first] = await Promise.all([circuit.channel("A:B"), circuit.channel("A:C")]);
    await assert.rejects(circuit.channel("A:D"), has("limit"));
    first.close();
    await circuit.channel("A:D");
  });

  it("requests and subscriptions", async () => {
    const client = await scene.start(
      { readNotify: () => undefined },
      { limits: { maxRequests: 2 } },
    );
    const channel = await client.channel(NAME, { server: scene.server.endpoint });
    const reading = channel.get({ timeoutMs: 100 });
    const values = channel.monitor();
    await assert.rejects(channel.get(), has("limit"));
    await assert.rejects(reading, has("timeout"));
    await values.return();
    channel.monitor();
  });

  it("bytes that wait to be sent", async () => {
    const client = await scene.start({}, { limits: { maxUnsentBytes: 1000 } });
    const channel = await client.channel(NAME, { server: scene.server.endpoint });
    await assert.rejects(channel.put(new Float64Array(1000)), has("limit"));
  });
});
