/** What becomes of a site when the network interface that pvmon watches goes down, or away, and comes back. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { EpicsSoftIoc, type Host, Network, waitFor } from "../peers/index.js";
import { ip } from "../peers/ip.js";
import { type Item, PvmonProcess } from "./pvmon-process.js";

const PERIOD_S = 2;
/** What has been silent for three periods is lost, and told of within four more seconds. */
const LOSS_MS = 3 * PERIOD_S * 1000 + 4000;
const PATIENCE_MS = 60_000;

const site = (source: string): string => `
name: interface
log: { format: json }
inventory: { graceSeconds: 5 }
detectors:
  - use: ca-sniffer
    config: { ${source}, interfaces: [eth0] }
stores:
  - use: sqlite-store
    config: { path: PATH/pvmon.sqlite }
outputs:
  - use: http-api
`;

const here = ({ name }: Host, ...command: readonly string[]): string => ip("-n", name, ...command);

const addAddress = (host: Host): void => {
  const { address, broadcast } = host;
  here(host, "address", "add", `${address}/24`, "broadcast", broadcast, "dev", "eth0");
};

interface Outage {
  readonly what: string;
  begin(host: Host): void;
  end(host: Host): void;
  /** A capture needs no address. */
  readonly blindsCaptures: boolean;
}

const OUTAGES: readonly Outage[] = [
  {
    what: "goes down and comes up",
    begin: (host) => here(host, "link", "set", "eth0", "down"),
    end: (host) => here(host, "link", "set", "eth0", "up"),
    blindsCaptures: true,
  },
  {
    what: "loses its address and gets it again",
    begin: (host) => here(host, "address", "flush", "dev", "eth0"),
    end: addAddress,
    blindsCaptures: false,
  },
  {
    what: "is taken away and made anew",
    begin: (host) => here(host, "link", "delete", "eth0"),
    end: (host) => {
      const { bridge, port } = host;
      const peer = ["peer", "name", port, "netns", bridge];
      here(host, "link", "add", "eth0", "type", "veth", ...peer);
      ip("-n", bridge, "link", "set", port, "master", "br0", "addrgenmode", "none", "up");
      addAddress(host);
      here(host, "link", "set", "eth0", "up");
    },
    blindsCaptures: true,
  },
];

describe("a site where the interface that pvmon watches", function () {
  this.timeout(240_000);
  let network: Network;
  let ioc: EpicsSoftIoc;
  const watchers: {
    readonly on: Host;
    readonly pvmon: PvmonProcess;
    readonly captures: boolean;
  }[] = [];

  before(async () => {
    network = Network.create({ hosts: 3 });
    for (const [n, source] of [
      [1, "source: sockets"],
      [2, "source: capture"],
    ] as const) {
      const on = network.host(n);
      const pvmon = new PvmonProcess(on, site(source));
      watchers.push({ on, pvmon, captures: source === "source: capture" });
      await pvmon.start();
    }
    ioc = await EpicsSoftIoc.start({
      on: network.host(3),
      database: `record(ai, "A:one") {}`,
      environment: { EPICS_CAS_BEACON_PERIOD: String(PERIOD_S) },
    });
    const isMeasured = async ({ pvmon }: { readonly pvmon: PvmonProcess }): Promise<boolean> => {
      const [server] = await pvmon.list("/api/v1/servers?state=alive");
      return typeof server?.periodMs === "number" && !(await isBlind(pvmon));
    };
    for (const watcher of watchers)
      await waitFor("the IOC is known", () => isMeasured(watcher), PATIENCE_MS);
  });
  after(async () => {
    await ioc?.kill();
    for (const { pvmon } of watchers) {
      await pvmon.stop();
      pvmon.remove();
    }
    network?.removeNow();
  });

  const isBlind = async (pvmon: PvmonProcess): Promise<boolean> =>
    (await pvmon.get("/api/v1/status")).blind === true;
  const sniffer = async (pvmon: PvmonProcess): Promise<Item> => {
    const { plugins } = await pvmon.get("/api/v1/status");
    return (plugins as readonly Item[]).find(({ id }) => id === "ca-sniffer")!;
  };
  const lastBeaconAt = async (pvmon: PvmonProcess): Promise<number> =>
    Date.parse(String((await pvmon.list("/api/v1/servers"))[0]?.lastBeaconAt));
  const news = async (pvmon: PvmonProcess): Promise<readonly Item[]> =>
    (await pvmon.list("/api/v1/events")).filter(
      ({ type }) => !/^(sensor|plugin)\./.test(String(type)),
    );

  for (const { what, begin, end, blindsCaptures } of OUTAGES) {
    it(`${what} is told why it sees nothing, loses nothing, and sees again by itself`, async () => {
      const all = watchers.filter(({ captures }) => blindsCaptures || !captures);
      const before = await Promise.all(all.map(({ pvmon }) => news(pvmon)));
      for (const { on } of all) begin(on);
      const begunAt = Date.now();
      for (const { pvmon } of all) {
        await waitFor("pvmon knows that it is blind", () => isBlind(pvmon), PATIENCE_MS);
        const { status, reason } = await sniffer(pvmon);
        assert.equal(status, "degraded");
        assert.match(String(reason), /eth0/);
      }
      await sleep(Math.max(0, LOSS_MS - (Date.now() - begunAt)));
      for (const { on } of all) end(on);
      const endedAt = Date.now();
      for (const [i, { pvmon }] of all.entries()) {
        const sees = async (): Promise<boolean> =>
          !(await isBlind(pvmon)) &&
          (await lastBeaconAt(pvmon)) > endedAt &&
          (await sniffer(pvmon)).status === "ok";
        await waitFor("pvmon sees again", sees, PATIENCE_MS);
        const [server] = await pvmon.list("/api/v1/servers");
        assert.equal(server?.state, "alive");
        assert.deepEqual(await news(pvmon), before[i]);
      }
    });
  }
});
