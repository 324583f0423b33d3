/** Subscriptions: monitors of a channel, and watches that outlive circuits. */
import assert from "node:assert/strict";
import { Eca, type Message } from "../src/index.js";
import { has, until } from "./client-assert.js";
import { timeDouble } from "./client-fake-server.js";
import { ClientScene, NAME } from "./client-scene.js";

describe("a monitor", () => {
  let scene: ClientScene;
  beforeEach(() => {
    scene = new ClientScene();
  });
  afterEach(() => scene.end());

  const subscribed = (): number => scene.server.ofType("eventAdd")[0]!.subscriptionId;
  const update = (value: number): Message => ({
    type: "eventAddReply",
    status: Eca.NORMAL,
    subscriptionId: subscribed(),
    ...timeDouble(value),
  });

  it("gives values in order, and cancels when the reader leaves", async () => {
    const client = await scene.start({
      eventAdd: () => scene.server.send(update(1), update(2), update(3)),
    });
    const channel = await client.channel(NAME, { server: scene.server.endpoint });
    const seen: number[] = [];
    for await (const { value } of channel.monitor()) {
      seen.push(Number(value.elements[0]));
      if (seen.length === 3) break;
    }
    assert.deepEqual(seen, [1, 2, 3]);
    await until(() => scene.server.ofType("eventCancel")[0]?.subscriptionId === subscribed());
  });

  it("drops the oldest values of a slow reader, and says how many are missing", async () => {
    const client = await scene.start();
    const channel = await client.channel(NAME, { server: scene.server.endpoint });
    const values = channel.monitor({ maxQueued: 2 });
    await until(() => scene.server.ofType("eventAdd").length === 1);
    scene.server.send(update(1), update(2), update(3), update(4), update(5));
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
    const client = await scene.start();
    const channel = await client.channel(NAME, { server: scene.server.endpoint });
    const values = channel.monitor();
    await until(() => scene.server.ofType("eventAdd").length === 1);
    scene.server.send(update(1));
    await channel.get();
    await scene.server.stop();
    await until(() => !channel.isOpen);
    assert.equal((await values.next()).value.value.elements[0], 1);
    await assert.rejects(values.next(), has("disconnected"));
    assert.equal((await values.next()).done, true);
  });

  it("ends with the server's refusal", async () => {
    const client = await scene.start({
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
    const channel = await client.channel(NAME, { server: scene.server.endpoint });
    await assert.rejects(channel.monitor().next(), has("server"));
  });
});

describe("a watch", () => {
  let scene: ClientScene;
  beforeEach(() => {
    scene = new ClientScene();
  });
  afterEach(() => scene.end());

  it("is made anew when it breaks", async () => {
    let circuits = 0;
    const client = await scene.start({
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
    for await (const event of client.watch(NAME, { server: scene.server.endpoint })) {
      types.push(event.type);
      if (event.type === "value" && event.value.elements[0] === 2) break;
    }
    assert.deepEqual(types, ["connected", "value", "disconnected", "connected", "value"]);
  });

  it("ends when it is aborted, while it waits for a value or for the server", async () => {
    const client = await scene.start();
    for (const endpoint of [scene.server.endpoint, { address: "127.0.0.1", port: 1 }]) {
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
