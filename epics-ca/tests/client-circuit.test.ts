/** Circuits to servers that behave, late and strange ones among them. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { CaError } from "../src/client/index.js";
import { Eca, encodeMessage } from "../src/index.js";
import { has, until } from "./client-assert.js";
import { timeDouble } from "./client-fake-server.js";
import { ClientScene, NAME } from "./client-scene.js";

describe("a circuit", () => {
  let scene: ClientScene;
  beforeEach(() => {
    scene = new ClientScene();
  });
  afterEach(() => scene.end());

  it("introduces itself before it asks for a channel", async () => {
    const client = await scene.start({}, { userName: "opera tor", hostName: "consol\u0161e" });
    await client.info(NAME, { server: scene.server.endpoint });
    assert.deepEqual(scene.server.receivedTypes().slice(0, 4), [
      "version",
      "hostName",
      "clientName",
      "createChan",
    ]);
    assert.equal(scene.server.ofType("clientName")[0]?.name, "opera tor");
    assert.equal(scene.server.ofType("hostName")[0]?.name, "consol?e");
  });

  it("asks for an echo, which answers all who wait for one", async () => {
    const client = await scene.start();
    const circuit = await client.connect(scene.server.endpoint);
    await Promise.all([circuit.echo(), circuit.echo()]);
    assert.equal(scene.server.ofType("echo").length, 2);
    await circuit.close();
    await assert.rejects(circuit.echo(), has("closed"));
  });

  it("says of an echo that does not come why", async () => {
    const client = await scene.start({ echo: () => undefined }, { limits: { maxRequests: 1 } });
    const circuit = await client.connect(scene.server.endpoint);
    await assert.rejects(circuit.echo({ timeoutMs: 20 }), has("timeout"));
    await assert.rejects(circuit.echo({ signal: AbortSignal.abort() }), has("aborted"));
    const waiting = circuit.echo();
    await assert.rejects(circuit.echo(), has("limit"));
    await circuit.close();
    await assert.rejects(waiting, has("closed"));
  });

  it("tells what the server says of a channel", async () => {
    const client = await scene.start();
    assert.deepEqual(await client.info(NAME, { server: scene.server.endpoint }), {
      name: NAME,
      server: scene.server.endpoint,
      minorVersion: 13,
      nativeType: "DBF_DOUBLE",
      elementCount: 1,
      access: { read: true, write: true },
    });
  });

  it("follows access rights as they change", async () => {
    const client = await scene.start();
    const channel = await client.channel(NAME, { server: scene.server.endpoint });
    scene.server.send({
      type: "accessRights",
      cid: scene.server.ofType("createChan")[0]!.cid,
      rights: 1,
    });
    await until(() => !channel.info().access.write);
    assert.deepEqual(channel.info().access, { read: true, write: false });
  });

  it("understands answers that come byte by byte", async () => {
    const client = await scene.start({
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
    const { elements } = await client.get(NAME, { server: scene.server.endpoint });
    assert.deepEqual([...elements], [7]);
  });

  it("asks servers before 4.13 for all elements by their number", async () => {
    const client = await scene.start({
      version: (_message, peer) => peer.send({ type: "version", priority: 0, minorVersion: 11 }),
    });
    await client.get(NAME, { server: scene.server.endpoint });
    assert.equal(scene.server.ofType("readNotify")[0]?.dataCount, 1);
  });

  it("is shared by requests to one server, and closed when it is idle", async () => {
    const client = await scene.start();
    const requests = Array.from({ length: 20 }, () =>
      client.get(NAME, { server: scene.server.endpoint }),
    );
    await Promise.all(requests);
    assert.equal(scene.server.ofType("version").length, 1);
    assert.equal(scene.server.ofType("createChan").length, 20);
    await until(() => client.circuitCount === 0 && scene.server.circuitCount === 0);
  });

  it("of the caller's own stays open without channels", async () => {
    const client = await scene.start();
    const circuit = await client.connect(scene.server.endpoint);
    await sleep(150);
    assert.equal(circuit.isOpen, true);
    assert.equal(circuit.state, "responsive");
    await circuit.close();
    await circuit.close();
    assert.equal(client.circuitCount, 0);
    await assert.rejects(circuit.channel(NAME), has("closed"));
  });

  it("sends what was written before it is closed", async () => {
    const client = await scene.start();
    const circuit = await client.connect(scene.server.endpoint);
    const channel = await circuit.channel(NAME);
    await channel.put(2, { wait: false });
    await circuit.close();
    await until(() => scene.server.ofType("write").length === 1);
  });

  it("has the server forget a channel that came too late", async () => {
    const client = await scene.start({
      createChan: ({ cid }, peer) =>
        void setTimeout(
          () => peer.send({ type: "createChanReply", cid, sid: 77, dataType: 6, dataCount: 1 }),
          100,
        ),
    });
    const circuit = await client.connect(scene.server.endpoint);
    await assert.rejects(circuit.channel(NAME, { timeoutMs: 20 }), has("timeout"));
    await until(() => scene.server.ofType("clearChannel")[0]?.sid === 77);
  });

  it("says once that a channel is not wanted, and nothing of channels that nobody asked for", async () => {
    const client = await scene.start({ createChan: () => undefined });
    const circuit = await client.connect(scene.server.endpoint);
    await assert.rejects(circuit.channel(NAME, { timeoutMs: 20 }), has("timeout"));
    const { cid } = scene.server.ofType("createChan")[0]!;
    const created = { type: "createChanReply", sid: 77, dataType: 6, dataCount: 1 } as const;
    for (let n = 0; n < 100; n++) {
      scene.server.send({ ...created, cid }, { ...created, cid: cid + 1 + n });
    }
    await circuit.echo();
    assert.deepEqual(scene.server.ofType("clearChannel"), [{ type: "clearChannel", sid: 77, cid }]);
  });

  it("survives whatever a server sends", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
        const client = await scene.start({
          readNotify: (_message, peer) => {
            peer.write(bytes);
            setTimeout(() => peer.cut(), 2);
          },
        });
        const { endpoint } = scene.server;
        await assert.rejects(client.get(NAME, { server: endpoint }), CaError);
        await client.close();
        await scene.server.stop();
      }),
      { numRuns: 50 },
    );
  });
});
