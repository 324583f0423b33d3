/** The soft IOC of the testkit is one for clients of EPICS Base: found, read, written and watched. */
import assert from "node:assert/strict";
import { SoftIoc } from "pvmon/testkit";
import { LibcaClient, loopback, waitFor } from "../../peers/index.js";

const TIMEOUT_MS = 20_000;

describe("a soft IOC of the testkit, for libca", function () {
  this.timeout(60_000);
  let ioc: SoftIoc;
  let client: LibcaClient;

  before(async () => {
    const place = await loopback();
    ioc = new SoftIoc({ "LAB:TEMP": 21.5, "LAB:MODE": "idle" }, { port: place.serverPort });
    await ioc.start();
    const environment = { ...place.environment, EPICS_CA_ADDR_LIST: "127.0.0.1" };
    client = await LibcaClient.start({ ...place, environment });
  });
  after(async () => {
    await client?.stop();
    await ioc?.stop();
  });

  it("gives its values and their types, and takes what is written", async () => {
    const { "LAB:TEMP": temperature, "LAB:MODE": mode } = await client.get([
      "LAB:TEMP",
      "LAB:MODE",
      "LAB:NONE",
    ]);
    assert.deepEqual([temperature?.value, mode?.value], [21.5, "idle"]);
    const { "LAB:TEMP": info } = await client.info(["LAB:TEMP"]);
    assert.ok(info?.state === "connected" && /DOUBLE|double/.test(info.nativeType));
    assert.equal(await client.put("LAB:TEMP", 23), true);
    assert.equal(ioc.value("LAB:TEMP"), 23);
  });

  it("tells those who monitor a record, and comes back to them after a restart", async () => {
    await client.monitor(["LAB:TEMP"]);
    const sees = (value: number) => async () => {
      const { "LAB:TEMP": watched } = await client.watched();
      return watched?.connected === true && watched.value === value;
    };
    ioc.set("LAB:TEMP", 30);
    await waitFor("the monitor sees 30", sees(30), TIMEOUT_MS);
    await ioc.stop();
    await waitFor(
      "the channel is lost",
      async () => (await client.watched())["LAB:TEMP"]?.connected === false,
      TIMEOUT_MS,
    );
    ioc.set("LAB:TEMP", 31);
    await ioc.start();
    await waitFor("the monitor sees 31", sees(31), TIMEOUT_MS);
  });
});
