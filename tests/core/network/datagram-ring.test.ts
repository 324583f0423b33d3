/** The ring between the thread that reads sockets and the main one, both sides in one thread and in two. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import {
  RingReader,
  RingWriter,
  ringMemory,
} from "../../../core/network/listening/datagram-ring.js";

const MIB = 2 ** 20;
const OWNER = 7;
const FROM = { ip: 0xc0a8_0107, port: 50_000 };
const MODULE = new URL("../../../core/network/listening/datagram-ring.js", import.meta.url).href;

/** Of a length and with a content of its own. */
function datagram(number: number, longest: number): Uint8Array {
  return new Uint8Array((number * 7919) % (longest + 1)).fill(number);
}

describe("the ring of datagrams", () => {
  it("gives them as they were written, in order, however often it goes round", () => {
    const memory = ringMemory(2 * MIB);
    const writer = new RingWriter(memory, () => undefined);
    const reader = new RingReader(memory);
    let read = 0;
    const take = (owner: number, bytes: Uint8Array, from: object): void => {
      assert.deepEqual([owner, from], [OWNER, FROM]);
      assert.deepEqual(bytes, datagram(read++, 65_507));
    };
    for (let written = 0; written < 500; ) {
      for (const last = written + 1 + (written % 17); written < last; written++) {
        writer.write(OWNER, datagram(written, 65_507), FROM);
      }
      while (reader.read(5, take));
      assert.equal(read, written);
    }
  });

  it("begins again at the beginning when all is read, so that little of its memory is used", () => {
    const memory = ringMemory(16 * MIB);
    const writer = new RingWriter(memory, () => undefined);
    const reader = new RingReader(memory);
    for (let written = 0; written < 20_000; written++) {
      writer.write(OWNER, datagram(written, 1400), FROM);
      reader.read(2, () => undefined);
    }
    assert.ok(new Uint8Array(memory, 2 * MIB).every((byte) => byte === 0));
  });

  it("wakes a reader that sleeps, and only such a one", () => {
    const memory = ringMemory(MIB);
    let woken = 0;
    const writer = new RingWriter(memory, () => woken++);
    const reader = new RingReader(memory);
    const write = (): void => {
      writer.write(OWNER, new Uint8Array(8), FROM);
      writer.wake();
    };
    write();
    write();
    assert.equal(woken, 1);
    assert.equal(
      reader.read(1, () => undefined),
      true,
    );
    write();
    assert.equal(woken, 1);
    assert.equal(
      reader.read(9, () => undefined),
      false,
    );
    write();
    assert.equal(woken, 2);
  });

  it("goes on with the next one after somebody failed on one", () => {
    const memory = ringMemory(MIB);
    const writer = new RingWriter(memory, () => undefined);
    const reader = new RingReader(memory);
    for (const number of [1, 2]) writer.write(number, new Uint8Array(8), FROM);
    const failing = (): void => {
      throw new Error("not this one");
    };
    assert.throws(() => reader.read(9, failing), /not this one/);
    const owners: number[] = [];
    reader.read(9, (owner) => owners.push(owner));
    assert.deepEqual(owners, [2]);
  });

  it("lets a thread that finds no room wait until there is some, and loses nothing", async () => {
    const memory = ringMemory(MIB / 4);
    const reader = new RingReader(memory);
    const count = 3000;
    const script = `
      import { parentPort, workerData } from "node:worker_threads";
      const { RingWriter } = await import("${MODULE}");
      const writer = new RingWriter(workerData, () => parentPort.postMessage("wake"));
      for (let n = 0; n < ${count}; n++) writer.write(n, new Uint8Array(1 + n % 1400), ${JSON.stringify(FROM)});
      writer.wake();`;
    const url = new URL(`data:text/javascript,${encodeURIComponent(script)}`);
    const worker = new Worker(url, { workerData: memory });
    const lengths: number[] = [];
    worker.on("message", async () => {
      // Long enough for it to be filled again.
      do await sleep(1);
      while (reader.read(100, (_owner, bytes) => lengths.push(bytes.length)));
    });
    try {
      for (let tries = 0; lengths.length < count && tries < 1000; tries++) await sleep(10);
      const written = Array.from({ length: count }, (_, number) => 1 + (number % 1400));
      assert.deepEqual(lengths, written);
    } finally {
      await worker.terminate();
    }
  });
});
