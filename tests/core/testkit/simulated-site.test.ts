import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { type Beacon, encodeMessage, StreamDecoder } from "epics-ca";
import { planSite, SimulatedSite } from "pvmon/testkit";
import { type FreePorts, freePorts, listen, until } from "./site-support.js";

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
    let ports: FreePorts;
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

    it("goes on counting beacons where a server that is older than the site would be", async () => {
      const plan = planSite(small);
      const iocs = plan.iocs.map((ioc) => ({ ...ioc, upMs: 15_000 * 1000 }));
      site = new SimulatedSite({ plan: { ...plan, iocs }, ...ports, speed: 20 });
      const listener = await listen(ports.beaconPort);
      await site.start();
      await until(() => listener.heard.length >= 3);
      for (const { message } of listener.heard) {
        // A thousand periods, of which the ramp takes the first one or two.
        assert.ok(message.type === "beacon" && message.sequence > 1000, JSON.stringify(message));
      }
      listener.close();
    });

    it("has an IOC that hangs send beacons and answer nothing, until it recovers", async () => {
      const listener = await listen(ports.beaconPort);
      await site.start();
      const [ioc] = site.iocs;
      assert.ok(ioc);
      ioc.hang();
      const circuit = connect({ host: ioc.plan.address, port: ports.searchPort });
      await once(circuit, "connect");
      const decoder = new StreamDecoder({ from: "server" });
      let echoes = 0;
      circuit.on("data", (chunk) => {
        echoes += decoder.push(chunk).messages.filter(({ type }) => type === "echo").length;
      });
      circuit.write(encodeMessage({ type: "echo" }));
      const beacons = () => listener.heard.filter(({ from }) => from === ioc.plan.address).length;
      const before = beacons();
      await until(() => beacons() >= before + 3);
      assert.equal(echoes, 0);
      ioc.recover();
      circuit.write(encodeMessage({ type: "echo" }));
      await until(() => echoes === 1);
      circuit.destroy();
      listener.close();
    });

    it("has an IOC that is cut off say nothing and close circuits, and count on meanwhile", async () => {
      site = new SimulatedSite({ ...small, ...ports, beaconPeriodMs: 1000 });
      const listener = await listen(ports.beaconPort);
      await site.start();
      const [ioc, other] = site.iocs;
      assert.ok(ioc && other);
      const of = (one: typeof ioc) =>
        listener.heard.flatMap(({ from, message }) =>
          from === one.plan.address && message.type === "beacon" ? [message.sequence] : [],
        );
      await until(() => of(ioc).length >= 3);
      ioc.unplug();
      const circuit = connect({ host: ioc.plan.address, port: ports.searchPort });
      circuit.resume();
      await once(circuit, "close");
      const heard = of(ioc).length;
      const others = of(other).length;
      await until(() => of(other).length >= others + 8);
      assert.equal(of(ioc).length, heard);
      ioc.plug();
      await until(() => of(ioc).length > heard);
      assert.ok((of(ioc)[heard] ?? 0) > (of(ioc)[heard - 1] ?? 0) + 1);
      listener.close();
    });

    it("lets two counters take turns while somebody else says that it is an IOC", async () => {
      const listener = await listen(ports.beaconPort);
      await site.start();
      const [ioc] = site.iocs;
      assert.ok(ioc);
      const far = () =>
        listener.heard.filter(
          ({ from, message }) =>
            from === ioc.plan.address && message.type === "beacon" && message.sequence > 1000,
        ).length;
      ioc.hasImpostor = true;
      await until(() => far() >= 2);
      ioc.hasImpostor = false;
      listener.close();
    });

    it("has a client that floods ask for names that it is connected to, until it is calm", async () => {
      await site.start();
      const [client] = site.clients;
      assert.ok(client);
      const served = new Set(site.plan.iocs.flatMap(({ names }) => names));
      const present = client.plan.names.filter((name) => served.has(name));
      await until(() => client.connected === present.length);
      const listener = await listen(ports.searchPort);
      client.flood();
      const searches = () =>
        listener.heard.filter(
          ({ message }) => message.type === "search" && message.name === present[0],
        ).length;
      await until(() => searches() >= 5);
      client.calm();
      assert.equal(client.connected, present.length);
      listener.close();
    });

    it("brings back all that was cut off with its host", async () => {
      await site.start();
      const [ioc] = site.iocs;
      assert.ok(ioc);
      const listener = await listen(ports.beaconPort);
      await site.cutOff(ioc.plan.address);
      await site.bringBack(ioc.plan.address);
      const begins = () =>
        listener.heard.some(
          ({ from, message }) =>
            from === ioc.plan.address && message.type === "beacon" && message.sequence === 0,
        );
      await until(begins);
      listener.close();
    });

    it("has an IOC of a host with two addresses send the same beacons from both", async () => {
      const plan = planSite(small);
      const [first, ...others] = plan.iocs;
      assert.ok(first);
      const iocs = [{ ...first, alsoAt: "127.1.200.1" }, ...others];
      site = new SimulatedSite({ plan: { ...plan, iocs }, ...ports, speed: 20 });
      const listener = await listen(ports.beaconPort);
      await site.start();
      const of = (address: string) =>
        listener.heard.flatMap(({ from, message }) =>
          from === address && message.type === "beacon" ? [message.sequence] : [],
        );
      await until(() => of(first.address).length >= 4 && of("127.1.200.1").length >= 4);
      assert.deepEqual(of("127.1.200.1").slice(0, 4), of(first.address).slice(0, 4));
      await site.stop();
      assert.equal(site.iocs[0]?.running, false);
      listener.close();
    });

    it("says what it does not have", () => {
      assert.throws(() => site.ioc("nobody"), RangeError);
      assert.throws(() => site.app("nobody"), RangeError);
      assert.throws(() => site.client("nobody"), RangeError);
    });

    it("stops before it was started, and twice", async () => {
      await site.stop();
      await site.start();
      await site.stop();
      await site.stop();
    });
  });
});
