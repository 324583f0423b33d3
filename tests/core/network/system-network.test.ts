/** Sockets of the machine, on its loopback. */
import assert from "node:assert/strict";
import { readKernelDrops } from "../../../core/network/kernel-drops.js";
import { SystemNetwork } from "../../../core/network/system-network.js";

const LOOPBACK = 0x7f00_0001;
/** Far more than the least buffer that a kernel gives. */
const DATAGRAMS = 300;

describe("a socket of the machine", () => {
  const network = new SystemNetwork();
  const open = async (port: number, isShared = false) =>
    await network.openUdp({
      local: { ip: LOOPBACK, port },
      isShared,
      receiveBufferBytes: 1,
      datagram: () => undefined,
      failed: (error) => assert.ifError(error),
    });

  for (const isShared of [false, true]) {
    const whose = isShared ? "that it shares" : "of the system's choice";
    it(`on a port ${whose} tells what the kernel has dropped of it alone, once`, async () => {
      const other = await open(0, isShared);
      const socket = await open(isShared ? other.local.port : 0, isShared);
      const sender = await open(0);
      try {
        // All are sent before anything is read.
        const sent = Array.from(
          { length: DATAGRAMS },
          () =>
            new Promise<void>((resolve, reject) => {
              const done = (error: Error | null) => (error ? reject(error) : resolve());
              sender.send(new Uint8Array(1000), socket.local, done);
            }),
        );
        await Promise.all(sent);
        const drops = readKernelDrops();
        const lost = socket.newDrops(drops);
        assert.ok(lost > 0 && lost < DATAGRAMS, String(lost));
        assert.deepEqual([socket.newDrops(drops), other.newDrops(drops)], [0, 0]);
      } finally {
        for (const each of [other, socket, sender]) each.close();
      }
    });
  }
});
