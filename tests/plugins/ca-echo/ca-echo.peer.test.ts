/** Echoes of a real IOC: one that lives, hangs, was killed, or is behind a pulled cable; and what pvmon makes of it. */
import assert from "node:assert/strict";
import { createInstance, type RecordingHost } from "pvmon/testkit";
import { SystemClock } from "../../../core/runtime/system-clock.js";
import caEcho from "../../../plugins/ca-echo/index.js";
import type { EchoProbe } from "../../../plugins/ca-echo/probe.js";
import { EpicsSoftIoc, type Host, Network, waitFor } from "../../peers/index.js";
import { ip } from "../../peers/ip.js";
import { PvmonProcess } from "../../site/pvmon-process.js";

const quiet = new AbortController().signal;
const DATABASE = 'record(ai, "ECHO:AI") { field(VAL, "1.5") }';
/** Where this process is plugged in: its end of the cable, and its address behind those of the hosts. */
const OWN_END = "echo0";

/** Plugs this process into the network of a host. */
function plugIn({ bridge, address }: Host): void {
  ip("link", "add", OWN_END, "type", "veth", "peer", "name", "own", "netns", bridge);
  ip("-n", bridge, "link", "set", "own", "master", "br0", "up");
  const [a, b, c] = address.split(".");
  ip("address", "add", `${a}.${b}.${c}.250/24`, "dev", OWN_END);
  ip("link", "set", OWN_END, "up");
}

function create(): { probe: EchoProbe; host: RecordingHost } {
  const inventory = { server: (server: string) => ({ server }) };
  const config = { timeoutSeconds: 1, everyMinutes: 0, connectsPerSecond: 100 };
  const { instance, host } = createInstance(caEcho, config, {
    inventory,
    clock: new SystemClock(),
  });
  return { probe: instance as EchoProbe, host };
}

describe("ca-echo with a soft IOC of EPICS Base", function () {
  this.timeout(120_000);
  let network: Network;
  let host: Host;
  let ioc: EpicsSoftIoc;

  const begin = async (environment: Readonly<Record<string, string>> = {}): Promise<void> => {
    network = Network.create({ hosts: 2 });
    host = network.host(1);
    ioc = await EpicsSoftIoc.start({ on: host, database: DATABASE, environment });
  };
  afterEach(async () => {
    ioc?.thaw();
    await ioc?.kill();
    network?.removeNow();
  });

  it("tells one that lives, hangs, was cut off or killed apart", async () => {
    await begin();
    plugIn(host);
    const { probe, host: recorded } = create();
    await probe.start();
    const outcome = async (): Promise<unknown> => {
      const [answer] = await probe.probe([{ name: `${host.address}:${ioc.port}` }], quiet);
      const last = recorded.observations.at(-1);
      assert.equal(last?.type, "circuit");
      assert.equal(answer?.answers.length, last.outcome === "echoed" ? 1 : 0);
      return last.outcome;
    };
    try {
      assert.equal(await outcome(), "echoed");
      ioc.freeze();
      assert.equal(await outcome(), "unresponsive");
      ioc.thaw();
      assert.equal(await outcome(), "echoed");
      host.unplug();
      assert.equal(await outcome(), "unreachable");
      host.plug();
      await waitFor("the cable is back", async () => (await outcome()) === "echoed", 20_000);
      await ioc.kill();
      assert.equal(await outcome(), "refused");
    } finally {
      await probe.stop();
      ip("link", "delete", OWN_END);
    }
  });

  it("lets pvmon see it hang, come back and stop, where beacons alone would say lost", async () => {
    await begin({ EPICS_CAS_BEACON_PERIOD: "5" });
    const pvmon = new PvmonProcess(
      network.host(2),
      `
name: echoes
log: { format: json }
detectors:
  - use: ca-sniffer
probes:
  - use: ca-echo
    config: { timeoutSeconds: 0.5, everyMinutes: 1000, connectsPerSecond: 100 }
stores:
  - use: sqlite-store
    config: { path: PATH/pvmon.sqlite }
outputs:
  - use: http-api
`,
    );
    const server = `${host.address}:${ioc.port}`;
    const becomes = (what: string, is: (item: Record<string, unknown>) => boolean) =>
      waitFor(
        what,
        async () =>
          (await pvmon.list("/api/v1/servers")).some((one) => one.server === server && is(one)),
        60_000,
      );
    try {
      await pvmon.start();
      await becomes("its period is known", ({ periodMs }) => periodMs !== null);
      ioc.freeze();
      await becomes("it hangs", ({ state }) => state === "unresponsive");
      ioc.thaw();
      await becomes("it is back", ({ state }) => state === "alive");
      await ioc.kill();
      await becomes("it has stopped", ({ state }) => state === "stopped");
      // Events are shown once they are stored, a moment after the state.
      const types = await waitFor(
        "the event is stored",
        async () => {
          const events = await pvmon.list(`/api/v1/events?server=${server}`);
          const told = events.map(({ type }) => String(type));
          return told.includes("server.stopped") && told;
        },
        10_000,
      );
      assert.ok(types.includes("server.unresponsive"), types.join());
      assert.ok(!types.includes("server.lost"), types.join());
    } finally {
      pvmon.remove();
    }
  });
});
