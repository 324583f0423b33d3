import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { describe, it } from "node:test";
import { createInstance, describeDetector, FakeClock } from "pvmon/testkit";
import plugin from "../src/index.js";

const LOOPBACK = "127.0.0.1";
/** One that hardly anybody uses, so that tests side by side are not in each other's way. */
const PORT = 20_000 + (process.pid % 20_000);

async function send(line: string): Promise<void> {
  const socket = createSocket("udp4");
  socket.bind(0, LOOPBACK);
  await once(socket, "listening");
  await new Promise<void>((resolve) => socket.send(line, PORT, LOOPBACK, () => resolve()));
  socket.close();
}

const config = { address: LOOPBACK, port: PORT };

describeDetector(plugin, {
  describe,
  it,
  config,
  cannotStart: { address: "192.0.2.1" },
  provoke: () => send("rack-3 temperature 31.5"),
  disturb: () => send("rack-3 is on fire"),
});

describe("plugin-name", () => {
  it("emits a reading as a fact of the site", async () => {
    const clock = new FakeClock();
    const { instance, host } = createInstance(plugin, config, { clock });
    await instance.start();
    try {
      const seen = new Promise((resolve) => {
        host.onObservation = resolve;
      });
      await send("rack-3 temperature 31.5\n");
      assert.deepEqual(await seen, {
        type: "site",
        at: clock.now(),
        subject: "reading",
        name: "rack-3 temperature",
        fields: { value: 31.5 },
      });
    } finally {
      await instance.stop();
    }
  });
});
