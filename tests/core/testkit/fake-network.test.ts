/** A network in memory is held to what Linux does with the same calls, and its wires to what they were told. */
import assert from "node:assert/strict";
import { type Endpoint, formatEndpoint, parseIpv4, type UdpSocket } from "pvmon";
import { SystemNetwork } from "pvmon/network";
import { FakeClock, type FakeHost, FakeNetwork, type WireFaults } from "pvmon/testkit";

/** Port 0 is one of the system's choice. */
function endpointOf(text: string): Endpoint {
  const [address = "", port] = text.split(":");
  return { ip: parseIpv4(address)!, port: Number(port) };
}

/** What a socket heard: `text from`. */
async function listen(
  host: FakeHost | SystemNetwork,
  local: string,
  isShared = false,
): Promise<{ socket: UdpSocket; heard: string[] }> {
  const heard: string[] = [];
  const socket = await host.openUdp({
    local: endpointOf(local),
    isShared,
    datagram: (bytes, from) => {
      heard.push(`${Buffer.from(bytes).toString()} ${formatEndpoint(from)}`);
    },
    failed: (error) => assert.ifError(error),
  });
  return { socket, heard };
}

function send(socket: UdpSocket, text: string, to: string): Promise<Error | null> {
  return new Promise((resolve) => {
    socket.send(Buffer.from(text), endpointOf(to), resolve);
  });
}

describe("a fake network", () => {
  let clock: FakeClock;
  let network: FakeNetwork;
  beforeEach(() => {
    clock = new FakeClock();
    network = new FakeNetwork({ clock });
  });

  it("takes a datagram to one host, a broadcast to all that listen at its port, each when time passes", async () => {
    const sender = await listen(network.host("10.7.0.1"), "0.0.0.0:0");
    const [two, three] = await Promise.all(
      ["10.7.0.2", "10.7.0.3"].map((address) => listen(network.host(address), "0.0.0.0:5064")),
    );
    await send(sender.socket, "to one", "10.7.0.2:5064");
    await send(sender.socket, "to all", "10.7.0.255:5064");
    await send(sender.socket, "to nobody", "10.7.0.9:5064");
    assert.deepEqual(two?.heard, []);
    await clock.advance(0);
    const from = `10.7.0.1:${sender.socket.local.port}`;
    assert.deepEqual(two?.heard, [`to one ${from}`, `to all ${from}`]);
    assert.deepEqual(three?.heard, [`to all ${from}`]);
    assert.equal(network.sent.length, 3);
  });

  it("keeps what is sent to 127.0.0.1 on its host", async () => {
    const [one, two] = ["10.7.0.1", "10.7.0.2"].map((address) => network.host(address));
    const here = await listen(one!, "127.0.0.1:7000");
    const there = await listen(two!, "127.0.0.1:7000");
    await send(here.socket, "hello", "127.0.0.1:7000");
    await clock.advance(0);
    assert.deepEqual([here.heard, there.heard], [["hello 127.0.0.1:7000"], []]);
  });

  it("loses, doubles and reorders as it is told, and the same again with the same seed", async () => {
    const heardWith = async (seed: number, faults: WireFaults): Promise<readonly string[]> => {
      const time = new FakeClock();
      const wire = new FakeNetwork({ clock: time, seed, faults });
      const { socket } = await listen(wire.host("10.7.0.1"), "0.0.0.0:0");
      const { heard } = await listen(wire.host("10.7.0.2"), "0.0.0.0:5064");
      for (let i = 0; i < 1000; i++) await send(socket, String(i), "10.7.0.2:5064");
      await time.advance(100);
      return heard.map((text) => text.split(" ")[0] ?? "");
    };
    const lost = await heardWith(1, { loss: 0.2 });
    assert.ok(lost.length > 700 && lost.length < 900, String(lost.length));
    const doubled = await heardWith(1, { duplication: 0.2 });
    assert.ok(doubled.length > 1100 && doubled.length < 1300, String(doubled.length));
    const late = await heardWith(1, { delayMs: [1, 50] });
    assert.equal(new Set(late).size, 1000);
    assert.notDeepEqual(
      late,
      [...late].sort((a, b) => Number(a) - Number(b)),
    );
    assert.deepEqual(await heardWith(1, { delayMs: [1, 50] }), late);
    assert.notDeepEqual(await heardWith(2, { delayMs: [1, 50] }), late);
  });

  it("cuts off a host whose cable is out, also from what is on its way", async () => {
    network.faults = { delayMs: [10, 10] };
    const [one, two] = [network.host("10.7.0.1"), network.host("10.7.0.2")];
    const sender = await listen(one, "0.0.0.0:0");
    const { heard } = await listen(two, "0.0.0.0:5064");
    await send(sender.socket, "too late", "10.7.0.2:5064");
    two.isUp = false;
    await clock.advance(10);
    one.isUp = false;
    const error = await send(sender.socket, "in vain", "10.7.0.2:5064");
    assert.match(String(error), /ENETUNREACH/);
    assert.deepEqual(
      two.interfaces().map(({ name }) => name),
      ["lo"],
    );
    assert.deepEqual(heard, []);
  });

  for (const [what, hostOf] of [
    ["the fake", () => network.host("10.7.0.1")],
    ["the real network", () => new SystemNetwork()],
  ] as const) {
    describe(`as ${what} has it`, () => {
      const open: UdpSocket[] = [];
      afterEach(() => {
        for (const socket of open.splice(0)) socket.close();
      });
      const opened = async (local: string, isShared = false) => {
        const made = await listen(hostOf(), local, isShared);
        open.push(made.socket);
        return made;
      };
      /** Time on the fake, patience on the real one. */
      const passes = async (holds: () => boolean) => {
        for (let tries = 0; tries < 200 && !holds(); tries++) {
          await clock.advance(1);
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      };

      it("refuses a port that is not shared, and an address that is not the machine's", async () => {
        const { socket } = await opened("127.0.0.1:0");
        const taken = `127.0.0.1:${socket.local.port}`;
        await assert.rejects(opened(taken), { code: "EADDRINUSE" });
        await assert.rejects(opened(taken, true), { code: "EADDRINUSE" });
        await assert.rejects(opened("192.0.2.1:0"), { code: "EADDRNOTAVAIL" });
      });

      it("brings a broadcast to all that share a port, and a datagram to the latest of them", async () => {
        const first = await opened("0.0.0.0:0", true);
        const { port } = first.socket.local;
        const second = await opened(`0.0.0.0:${port}`, true);
        const narrow = await opened(`127.255.255.255:${port}`, true);
        await send(second.socket, "one", `127.0.0.1:${port}`);
        await send(second.socket, "all", `127.255.255.255:${port}`);
        const texts = () =>
          [first, second, narrow].map(({ heard }) => heard.map((text) => text.split(" ")[0]));
        await passes(() => texts().flat().length >= 4);
        assert.deepEqual(texts(), [["all"], ["one", "all"], ["all"]]);
      });

      it("refuses what is too long for a datagram, and sends no more once it is closed", async () => {
        const { socket } = await opened("127.0.0.1:0");
        assert.match(String(await send(socket, "x".repeat(70_000), "127.0.0.1:9")), /EMSGSIZE/);
        socket.close();
        socket.close();
        assert.match(String(await send(socket, "x", "127.0.0.1:9")), /closed/);
      });
    });
  }
});
