/** Sockets of the machine that a thread of their own reads, on its loopback. */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { Endpoint, UdpListener } from "pvmon";
import { readKernelDrops } from "../../../core/network/kernel-drops.js";
import { SystemNetwork } from "../../../core/network/system-network.js";

const LOOPBACK = 0x7f00_0001;
const WAIT_MS = 10_000;

/** Sends numbered datagrams, some each millisecond, whatever the main thread does. */
const SENDER = `
  import { createSocket } from "node:dgram";
  import { workerData } from "node:worker_threads";
  const { port, perMs, count } = workerData;
  const socket = createSocket("udp4");
  socket.connect(port, "127.0.0.1");
  socket.once("connect", () => {
    let sent = 0;
    const begin = performance.now();
    const timer = setInterval(() => {
      const due = Math.min(count, (performance.now() - begin) * perMs);
      while (sent < due) socket.send(new Uint8Array(new Uint32Array([sent++]).buffer));
      if (sent < count) return;
      clearInterval(timer);
      socket.close();
    }, 1);
  });`;

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + WAIT_MS;
  while (!condition()) {
    assert.ok(performance.now() < end, `never true: ${condition}`);
    await sleep(10);
  }
}

function standStill(forMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, forMs);
}

describe("a socket that a thread of its own reads", () => {
  const network = new SystemNetwork();
  const listen = (
    datagram: (bytes: Uint8Array, from: Endpoint) => void,
    port = 0,
  ): Promise<UdpListener> =>
    network.listenUdp({
      local: { ip: LOOPBACK, port },
      datagram,
      failed: (error) => assert.ifError(error),
    });

  it("hears what comes while pvmon stands still, far more than the kernel would keep", async () => {
    // The usual buffer of a socket keeps some 550 of these.
    const count = 4000;
    const heard: number[] = [];
    const listener = await listen((bytes) => heard.push(new Uint32Array(bytes.slice().buffer)[0]!));
    const workerData = { port: listener.local.port, perMs: 4, count };
    const sender = new Worker(new URL(`data:text/javascript,${encodeURIComponent(SENDER)}`), {
      workerData,
    });
    try {
      await until(() => heard.length > 0);
      standStill(1000);
      await until(() => heard.length === count);
      assert.deepEqual(heard, [...heard.keys()]);
      assert.equal(listener.newDrops(readKernelDrops()), 0);
    } finally {
      await sender.terminate();
      await listener.close();
    }
  });

  it("knows who sent it, and hears nothing for others that are open beside it", async () => {
    const heard: string[] = [];
    const told = (who: string) => (bytes: Uint8Array, from: Endpoint) =>
      heard.push(`${who} ${Buffer.from(bytes)} ${from.port === port && from.ip === LOOPBACK}`);
    const [one, other] = await Promise.all([listen(told("one")), listen(told("other"))]);
    const sender = createSocket("udp4").bind(0, "127.0.0.1");
    await once(sender, "listening");
    const { port } = sender.address();
    try {
      sender.send("first", one.local.port, "127.0.0.1");
      await until(() => heard.length === 1);
      sender.send("second", other.local.port, "127.0.0.1");
      await until(() => heard.length === 2);
      assert.deepEqual(heard, ["one first true", "other second true"]);
      await one.close();
      sender.send("third", one.local.port, "127.0.0.1");
      sender.send("fourth", other.local.port, "127.0.0.1");
      await until(() => heard.length === 3);
      assert.equal(heard[2], "other fourth true");
    } finally {
      sender.close();
      await Promise.all([one.close(), other.close()]);
    }
  });

  it("has left its port when it is closed, first or last, at once or twice", async () => {
    const nobody = (): void => assert.fail("nothing was sent");
    for (let round = 0; round < 2; round++) {
      const [one, other] = [await listen(nobody), await listen(nobody)];
      for (const listener of [one, other]) {
        await Promise.all([listener.close(), listener.close()]);
        const next = createSocket("udp4").bind(listener.local.port, "127.0.0.1");
        await once(next, "listening");
        next.close();
      }
    }
  });

  it("cannot be opened on a port that somebody has, and says so as the system does", async () => {
    const owner = await network.openUdp({
      local: { ip: LOOPBACK, port: 0 },
      datagram: () => undefined,
      failed: (error) => assert.ifError(error),
    });
    try {
      await assert.rejects(
        listen(() => undefined, owner.local.port),
        { code: "EADDRINUSE" },
      );
    } finally {
      owner.close();
    }
  });

  it("says so when its thread has ended, and another one can be opened", async () => {
    const threads: Worker[] = [];
    process.once("worker", (thread) => threads.push(thread));
    const failures: string[] = [];
    const listener = await network.listenUdp({
      local: { ip: LOOPBACK, port: 0 },
      datagram: () => undefined,
      failed: ({ message }) => failures.push(message),
    });
    await threads[0]?.terminate();
    await until(() => failures.length > 0);
    assert.deepEqual(failures, ["the thread that reads sockets ended"]);
    await listener.close();
    const next = await listen(() => undefined, listener.local.port);
    await next.close();
  });
});
