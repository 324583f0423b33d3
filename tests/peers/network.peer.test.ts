/** The test bench itself: what the other tests against real peers rely on. */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { decodeDatagram, encodeMessage } from "epics-ca";
import {
  CaprotoIoc,
  type Capture,
  caprotoGet,
  EpicsSoftIoc,
  LibcaClient,
  libcaGet,
  loopback,
  Network,
  startRepeater,
  waitFor,
} from "./index.js";

const DATABASE = `
record(ao, "BENCH:TEMPERATURE") { field(VAL, "21.5") field(EGU, "C") }
record(mbbo, "BENCH:MODE") { field(ZRST, "off") field(ONST, "on") field(VAL, "1") }
`;

describe("a network of namespaces", () => {
  let network: Network;
  before(() => {
    network = Network.create({ hosts: 4 });
  });
  after(() => network.removeNow());

  it("leads nowhere else", async () => {
    const routes = (await network.host(1).run(["ip", "route"])).lines;
    assert.deepEqual(
      routes.map((route) => route.split(" ")[0]),
      ["10.77.1.0/24"],
    );
  });

  it("shows broadcasts to every host, unicasts to one", async () => {
    const bystander = await network.host(3).capture("udp port 7001");
    await send(network, network.host(2).address, 7001);
    await send(network, network.broadcast, 7001);
    await bystander.stop();
    const seen = await bystander.list();
    assert.equal(seen.length, 1);
    assert.match(seen[0]!, /\.255\.7001/);
  });

  it("serves an IOC of EPICS Base to clients on other hosts", async () => {
    const ioc = await EpicsSoftIoc.start({ on: network.host(1), database: DATABASE });
    assert.deepEqual(ioc.names, ["BENCH:TEMPERATURE", "BENCH:MODE"]);
    assert.equal(ioc.port, 5064);
    const values = await libcaGet(network.host(2), [...ioc.names, "BENCH:NOBODY"]);
    assert.equal(values["BENCH:TEMPERATURE"]?.value, 21.5);
    assert.equal("BENCH:NOBODY" in values, false);
    const byCaproto = await caprotoGet(network.host(2), ["BENCH:TEMPERATURE"]);
    assert.deepEqual(byCaproto, { "BENCH:TEMPERATURE": [21.5] });
    await ioc.stop();
  });

  it("gives the second IOC of a host a port of its own", async () => {
    const first = await EpicsSoftIoc.start({ on: network.host(1), database: DATABASE });
    const second = await EpicsSoftIoc.start({ on: network.host(1), database: DATABASE });
    assert.equal(first.port, 5064);
    assert.notEqual(second.port, 5064);
    await Promise.all([first.stop(), second.stop()]);
  });

  it("stops the beacons of an IOC that is paused", async () => {
    const ioc = await EpicsSoftIoc.start({ on: network.host(1), database: DATABASE });
    const beacons = await network.host(4).capture("udp port 5065");
    await ioc.pause();
    const before = await count(beacons);
    await sleep(500);
    assert.equal(await count(beacons), before, "the ramp of a start has five beacons in that time");
    await ioc.resume();
    await waitFor("beacons again", async () => (await count(beacons)) > before, 5000);
    await beacons.stop();
    await ioc.stop();
  });

  it("loses a host whose cable is pulled until it is plugged in again", async () => {
    const ioc = await EpicsSoftIoc.start({ on: network.host(1), database: DATABASE });
    const client = await LibcaClient.start(network.host(2));
    const state = async (): Promise<string | undefined> =>
      (await client.info(["BENCH:MODE"], { timeoutMs: 1000 }))["BENCH:MODE"]?.state;
    network.host(1).unplug();
    assert.equal(await state(), "never connected");
    network.host(1).plug();
    await waitFor("the IOC", async () => (await state()) === "connected", 20_000);
    await client.stop();
    await ioc.stop();
  });

  it("carries the requests of HTTP clients", async () => {
    const script = `
      require("node:http")
        .createServer((request, answer) => answer.end(JSON.stringify(request.url)))
        .listen(8080, () => console.log("listening"));`;
    const server = network.host(1).spawn([process.execPath, "--eval", script]);
    await server.line(/^listening/, 5000);
    const answer = await network.host(2).fetchJson(`http://${network.host(1).address}:8080/a?b`);
    assert.deepEqual(answer, { status: 200, body: "/a?b" });
    await server.stop("SIGTERM");
  });

  it("ends what runs on it and leaves no namespace", async () => {
    const doomed = Network.create({ hosts: 1 });
    const program = doomed.host(1).spawn(["sleep", "1000"]);
    await waitFor("the program", () => program.isRunning, 1000);
    doomed.removeNow();
    const { code } = await program.end(5000);
    assert.equal(code, null);
    assert.throws(() => doomed.host(1).unplug());
  });
});

describe("a hub", () => {
  it("shows unicasts to every host", async () => {
    const network = Network.create({ hosts: 3, kind: "hub" });
    const bystander = await network.host(3).capture("udp port 7001");
    await send(network, network.host(2).address, 7001);
    await bystander.stop();
    assert.equal((await bystander.list()).length, 1);
    network.removeNow();
  });
});

describe("the loopback interface as a place", () => {
  it("serves IOCs of EPICS Base and of caproto to libca, on ports of its own", async () => {
    const place = await loopback();
    const ioc = await EpicsSoftIoc.start({ on: place, database: DATABASE });
    const caproto = await CaprotoIoc.start({
      on: place,
      records: [{ name: "BENCH:CAPROTO", kind: "double", value: 2.5, units: "mm" }],
    });
    const client = await LibcaClient.start(place);
    const infos = await client.info(["BENCH:MODE", "BENCH:CAPROTO", "BENCH:NOBODY"]);
    assert.equal(infos["BENCH:MODE"]?.state, "connected");
    assert.equal(infos["BENCH:CAPROTO"]?.state, "connected");
    assert.equal(infos["BENCH:NOBODY"]?.state, "never connected");

    await client.monitor(["BENCH:TEMPERATURE"]);
    await waitFor(
      "the first value",
      async () => (await client.watched())["BENCH:TEMPERATURE"]?.value === 21.5,
      5000,
    );
    assert.equal(await client.put("BENCH:TEMPERATURE", 30), true);
    await waitFor(
      "an update",
      async () => (await client.watched())["BENCH:TEMPERATURE"]?.value === 30,
      5000,
    );
    await Promise.all([client.stop(), ioc.stop(), caproto.stop()]);
  });

  it("has a repeater of EPICS Base where one is wanted", async () => {
    const place = await loopback();
    const repeater = await startRepeater(place);
    const client = createSocket("udp4");
    const confirmed = once(client, "message") as Promise<[Buffer]>;
    const register = encodeMessage({ type: "repeaterRegister", address: 0 });
    await waitFor(
      "its confirmation",
      () => {
        client.send(register, place.repeaterPort, "127.0.0.1");
        return Promise.race([confirmed.then(() => true), sleep(100, false)]);
      },
      5000,
    );
    const [datagram] = await confirmed;
    assert.ok(decodeDatagram(datagram).messages.some(({ type }) => type === "repeaterConfirm"));
    client.close();
    await repeater.stop();
  });
});

async function count(capture: Capture): Promise<number> {
  return (await capture.list()).length;
}

/** One datagram from host 1. */
async function send(network: Network, address: string, port: number): Promise<void> {
  const script = `
    const socket = require("node:dgram").createSocket("udp4");
    socket.bind(0, () => {
      socket.setBroadcast(true);
      socket.send("x", ${port}, "${address}", () => socket.close());
    });`;
  await network.host(1).run([process.execPath, "--eval", script]);
}
