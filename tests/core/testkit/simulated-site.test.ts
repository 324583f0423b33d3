import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { type Beacon, decodeDatagram, type Message } from "epics-ca";
import { planSite, SimulatedSite } from "pvmon/testkit";

/** A pair of UDP ports that nobody uses now. */
async function freePorts(): Promise<{ searchPort: number; beaconPort: number }> {
  const sockets = [createSocket("udp4"), createSocket("udp4")];
  const ports: number[] = [];
  for (const socket of sockets) {
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    ports.push(socket.address().port);
  }
  for (const socket of sockets) socket.close();
  return { searchPort: ports[0] ?? 0, beaconPort: ports[1] ?? 0 };
}

/** What a broadcast listener on loopback hears. */
async function listen(
  port: number,
): Promise<{ heard: { from: string; message: Message }[]; close: () => void }> {
  const socket = createSocket({ type: "udp4", reuseAddr: true });
  const heard: { from: string; message: Message }[] = [];
  socket.on("message", (bytes, { address }) => {
    for (const message of decodeDatagram(bytes).messages) heard.push({ from: address, message });
  });
  socket.bind(port, "127.255.255.255");
  await once(socket, "listening");
  return { heard, close: () => socket.close() };
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries++) {
    assert.ok(tries < 1500, "it did not happen");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe("a simulated site", () => {
  it("is the same for the same seed, and another for another", () => {
    assert.deepEqual(planSite({ seed: 7 }), planSite({ seed: 7 }));
    assert.notDeepEqual(planSite({ seed: 7 }), planSite({ seed: 8 }));
  });

  it("has the doubled names on two IOCs, and the absent ones on none", () => {
    const { iocs, duplicates, absent } = planSite({ seed: 3, duplicates: 3 });
    const owners = (name: string) => iocs.filter(({ names }) => names.includes(name)).length;
    assert.ok(duplicates.length > 0 && absent.length > 0);
    assert.deepEqual(new Set(duplicates.map(owners)), new Set([2]));
    assert.deepEqual(new Set(absent.map(owners)), new Set([0]));
  });

  describe("on loopback", () => {
    let site: SimulatedSite;
    let ports: { searchPort: number; beaconPort: number };
    const small = { iocs: 3, pvsPerIoc: 20, clients: 2, namesPerClient: 30, speed: 20 };

    beforeEach(async () => {
      ports = await freePorts();
      site = new SimulatedSite({ ...small, ...ports });
    });
    afterEach(() => site.stop());

    it("connects every name that somebody serves", async () => {
      await site.start();
      const served = new Set(site.plan.iocs.flatMap(({ names }) => names));
      for (const client of site.clients) {
        const present = client.plan.names.filter((name) => served.has(name)).length;
        await until(() => client.connected === present);
      }
    });

    it("sends beacons that count as RSRV counts: 0, 0, 1, 2", async () => {
      const listener = await listen(ports.beaconPort);
      await site.start();
      const { address } = site.iocs[0]?.plan ?? {};
      const sequences = () =>
        listener.heard.flatMap(({ from, message }) =>
          from === address && message.type === "beacon" ? [(message as Beacon).sequence] : [],
        );
      await until(() => sequences().length >= 4);
      assert.deepEqual(sequences().slice(0, 4), [0, 0, 1, 2]);
      listener.close();
    });

    it("has its clients search again for what a killed IOC served", async () => {
      await site.start();
      const [client] = site.clients;
      const [ioc] = site.iocs;
      assert.ok(client !== undefined && ioc !== undefined);
      const served = new Set(site.plan.iocs.flatMap(({ names }) => names));
      const before = client.plan.names.filter((name) => served.has(name)).length;
      await until(() => client.connected === before);
      const listener = await listen(ports.searchPort);
      await ioc.kill();
      await until(() => client.connected < before);
      await until(() =>
        listener.heard.some(
          ({ message }) => message.type === "search" && ioc.plan.names.includes(message.name),
        ),
      );
      await ioc.start();
      await until(() => client.connected === before);
      listener.close();
    });

    it("continues the beacon counter after a pause, and starts it anew after a restart", async () => {
      const listener = await listen(ports.beaconPort);
      await site.start();
      const [ioc] = site.iocs;
      assert.ok(ioc);
      const sequences = () =>
        listener.heard.flatMap(({ from, message }) =>
          from === ioc.plan.address && message.type === "beacon" ? [message.sequence] : [],
        );
      await until(() => sequences().length >= 5);
      ioc.pause();
      const paused = sequences().length;
      ioc.resume();
      await until(() => sequences().length >= paused + 1);
      assert.equal(sequences()[paused], (sequences()[paused - 1] ?? 0) + 1);
      await ioc.kill();
      await ioc.start();
      const starts = () => sequences().filter((sequence) => sequence === 0).length;
      await until(() => starts() === 4);
      listener.close();
    });

    it("stops before it was started, and twice", async () => {
      await site.stop();
      await site.start();
      await site.stop();
      await site.stop();
    });
  });
});
