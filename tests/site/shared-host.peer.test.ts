/**
 * pvmon beside others on one host. Whoever binds a UDP port last gets its unicast (CA specification, UDP port sharing), so
 * that a careless listener would take an IOC's searches away.
 */
import assert from "node:assert/strict";
import {
  EpicsSoftIoc,
  type Host,
  LibcaClient,
  libcaGet,
  Network,
  type Place,
  startRepeater,
  waitFor,
} from "../peers/index.js";
import { PvmonProcess } from "./pvmon-process.js";

const site = `
name: shared host
log: { format: json }
detectors:
  - use: ca-sniffer
probes:
  - use: ca-search
stores:
  - use: sqlite-store
    config: { path: PATH/pvmon.sqlite }
outputs:
  - use: http-api
`;

const PRESENT = "shared:value";
const ABSENT = "shared:absent";

describe("pvmon on the host of an IOC", function () {
  this.timeout(120_000);
  let network: Network;
  let shared: Host;
  let pvmon: PvmonProcess;
  let ioc: EpicsSoftIoc | undefined;

  beforeEach(() => {
    network = Network.create({ hosts: 3 });
    shared = network.host(1);
    pvmon = new PvmonProcess(shared, site);
  });
  afterEach(async () => {
    await ioc?.kill();
    ioc = undefined;
    pvmon.remove();
    network.removeNow();
  });

  const startIoc = async (on: Place = shared): Promise<EpicsSoftIoc> => {
    ioc = await EpicsSoftIoc.start({
      on,
      database: `record(ai, "${PRESENT}") { field(VAL, "4") }`,
      environment: { EPICS_CAS_BEACON_PERIOD: "2" },
    });
    return ioc;
  };
  /** A client on another host that knows the shared one by its address and asks nobody else. */
  const unicastClient = (): Place => {
    const { prefix, environment } = network.host(2);
    return { prefix, environment: { ...environment, EPICS_CA_ADDR_LIST: shared.address } };
  };
  const getByUnicast = async () => (await libcaGet(unicastClient(), [PRESENT]))[PRESENT]?.value;
  const names = async () => (await pvmon.list("/api/v1/pvs")).map(({ name }) => name).sort();
  const seesBeacons = async (): Promise<void> => {
    const server = `${shared.address}:${ioc?.port}`;
    await waitFor(
      "the IOC's beacons are seen",
      async () => {
        const servers = await pvmon.list("/api/v1/servers");
        return servers.some((one) => one.server === server && one.periodMs !== null);
      },
      20_000,
    );
  };
  const hearsBroadcasts = async (): Promise<void> => {
    await libcaGet(network.host(3), [PRESENT, ABSENT]);
    await waitFor("the search is seen", async () => (await names()).length === 2, 5000);
    assert.deepEqual(await names(), [ABSENT, PRESENT]);
    const [client] = await pvmon.list("/api/v1/clients");
    assert.equal(client?.client, network.host(3).address);
  };

  for (const [order, first, second] of [
    ["before", () => pvmon.start(), startIoc],
    ["after", startIoc, () => pvmon.start()],
  ] as const) {
    it(`started ${order} it, leaves it its unicast searches and sees its beacons and broadcasts`, async () => {
      await first();
      await second();
      assert.equal(await getByUnicast(), 4);
      // What was meant for the IOC alone is not seen, as the price.
      assert.deepEqual(await names(), []);
      await hearsBroadcasts();
      await seesBeacons();
      assert.equal(await getByUnicast(), 4);
      await pvmon.stop();
      assert.equal(await getByUnicast(), 4);
    });
  }

  it("leaves its searches to an IOC that is restarted", async () => {
    await startIoc();
    await pvmon.start();
    await ioc?.kill();
    assert.equal(await getByUnicast(), undefined);
    await startIoc();
    assert.equal(await getByUnicast(), 4);
    await hearsBroadcasts();
  });

  for (const [order, first, second] of [
    ["before", () => pvmon.start(), () => startRepeater(shared)],
    ["after", () => startRepeater(shared), () => pvmon.start()],
  ] as const) {
    it(`started ${order} the caRepeater of EPICS, sees the beacons, and a client of the host finds its PV again`, async () => {
      await first();
      await second();
      await startIoc(network.host(2));
      const client = await LibcaClient.start(shared);
      await client.monitor([PRESENT]);
      const server = `${network.host(2).address}:${ioc?.port}`;
      await waitFor(
        "the client is connected",
        async () => (await client.watched())[PRESENT]?.connected,
        10_000,
      );
      await waitFor(
        "pvmon knows the server's period",
        async () => {
          const servers = await pvmon.list("/api/v1/servers");
          return servers.some((one) => one.server === server && one.periodMs !== null);
        },
        20_000,
      );
      // By its own searches at the latest; with beacons, which it gets from the repeater, sooner.
      await ioc?.kill();
      await waitFor(
        "the client is disconnected",
        async () => (await client.watched())[PRESENT]?.connected === false,
        10_000,
      );
      await startIoc(network.host(2));
      await waitFor(
        "the client is connected again",
        async () => (await client.watched())[PRESENT]?.connected,
        20_000,
      );
      await client.stop();
    });
  }
});
