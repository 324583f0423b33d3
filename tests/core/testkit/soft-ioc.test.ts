/** The soft IOC of the testkit, asked by a client. */
import assert from "node:assert/strict";
import { CaClient, CaError } from "epics-ca/client";
import { SoftIoc } from "pvmon/testkit";
import { freePorts, listen, until } from "./site-support.js";

describe("a soft IOC of the testkit", () => {
  let ioc: SoftIoc;
  let client: CaClient;
  beforeEach(async () => {
    ioc = new SoftIoc({ "LAB:TEMP": 21.5, "LAB:MODE": "idle" });
    await ioc.start();
    client = new CaClient({ addresses: [ioc.server] });
  });
  afterEach(async () => {
    await client.close();
    await ioc.stop();
  });

  const get = async (name: string) => (await client.get(name)).elements[0];

  it("answers searches for what it has, and gives the values that it was given", async () => {
    assert.deepEqual([await get("LAB:TEMP"), await get("LAB:MODE.VAL")], [21.5, "idle"]);
    ioc.set("LAB:TEMP", 22);
    ioc.set("LAB:NEW", 1);
    assert.deepEqual([await get("LAB:TEMP"), await get("LAB:NEW")], [22, 1]);
    await assert.rejects(client.get("LAB:OTHER", { timeoutMs: 300 }), CaError);
  });

  it("takes what is written, each in its own type, and refuses what is none", async () => {
    await client.put("LAB:TEMP", 23.5);
    await client.put("LAB:MODE", "running");
    assert.deepEqual([ioc.value("LAB:TEMP"), ioc.value("LAB:MODE")], [23.5, "running"]);
    await assert.rejects(client.put("LAB:TEMP", "warm"));
    assert.equal(ioc.value("LAB:TEMP"), 23.5);
  });

  it("tells those who watch a record of every value, until they have heard enough", async () => {
    const channel = await client.channel("LAB:TEMP");
    const values = channel.monitor();
    const heard: unknown[] = [];
    for await (const { value } of values) {
      heard.push(value.elements[0]);
      if (heard.length === 3) break;
      ioc.set("LAB:TEMP", 30 + heard.length);
      ioc.set("LAB:MODE", "heard by nobody");
    }
    assert.deepEqual(heard, [21.5, 31, 32]);
    ioc.set("LAB:TEMP", 40);
    assert.equal(await get("LAB:TEMP"), 40);
  });

  it("sends beacons where it is told, and starts anew after a stop", async () => {
    const { beaconPort } = await freePorts();
    const listener = await listen(beaconPort);
    const beating = new SoftIoc({ "LAB:TEMP": 1 }, { beaconPort, beaconPeriodMs: 100 });
    const sequences = () =>
      listener.heard.flatMap(({ message }) =>
        message.type === "beacon" && `127.0.0.1:${message.port}` === beating.server
          ? [message.sequence]
          : [],
      );
    await beating.stop();
    await beating.start();
    await until(() => sequences().length >= 3);
    await beating.stop();
    const before = sequences().length;
    await beating.start();
    await until(() => sequences().length >= before + 3);
    await beating.stop();
    listener.close();
    const lives = [sequences().slice(0, 3), sequences().slice(before, before + 3)];
    assert.deepEqual(lives, [
      [0, 0, 1],
      [0, 0, 1],
    ]);
  });

  it("hangs when it is told to, and answers again afterwards", async () => {
    ioc.hang();
    await assert.rejects(client.get("LAB:TEMP", { timeoutMs: 300 }), CaError);
    ioc.recover();
    assert.equal(await get("LAB:TEMP"), 21.5);
  });
});
