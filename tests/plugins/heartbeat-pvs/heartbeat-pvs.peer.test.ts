/** heartbeat-pvs and a real IOC: what it writes, as libca reads it, and what the IOC's records make of it. */
import assert from "node:assert/strict";
import { createInstance, type RecordingHost } from "pvmon/testkit";
import { SystemClock } from "../../../core/runtime/system-clock.js";
import heartbeatPvs from "../../../plugins/heartbeat-pvs/index.js";
import { Capture } from "../../peers/capture.js";
import { EpicsSoftIoc, LibcaClient, type Loopback, loopback, waitFor } from "../../peers/index.js";
import { Beats } from "./beats.js";

const RECORD = "iocmon:hb:0001";
const TIMEOUT_MS = 20_000;

/** As a site would have them: a counter that runs down, two that count how often they are processed. */
const DATABASE = `
record(calc, "${RECORD}:count") { field(CALC, "VAL>0?VAL-1:0") field(SCAN, "1 second") }
record(calc, "${RECORD}:restarts") { field(CALC, "VAL+1") }
record(calc, "${RECORD}:resumes") { field(CALC, "VAL+1") }
record(bi, "${RECORD}:status") { field(ZNAM, "lost") field(ONAM, "alive") field(ZSV, "MAJOR") }
record(stringin, "${RECORD}:uptime") { }
record(ai, "${RECORD}:seconds") { }
`;

describe("heartbeat-pvs and a real IOC", function () {
  this.timeout(120_000);
  const beats = new Beats();
  let place: Loopback;
  let ioc: EpicsSoftIoc;
  let libca: LibcaClient;
  let capture: Capture;
  let host: RecordingHost;
  let output: ReturnType<typeof heartbeatPvs.create>;

  const startIoc = (): Promise<EpicsSoftIoc> =>
    EpicsSoftIoc.start({ on: place, database: DATABASE });
  const read = async (suffix: string): Promise<unknown> => {
    const name = RECORD + suffix;
    return (await libca.get([name]))[name]?.value;
  };
  const becomes = async (suffix: string, value: unknown): Promise<void> => {
    const is = async () => (await read(suffix)) === value;
    await waitFor(`${suffix} is ${value}`, is, TIMEOUT_MS);
  };

  before(async () => {
    place = await loopback();
    ioc = await startIoc();
    libca = await LibcaClient.start(place);
    const config = {
      server: `127.0.0.1:${ioc.port}`,
      everySeconds: 1,
      entries: [
        { record: RECORD, directory: "/iocs/vac", description: "Vacuum of the ring" },
        {
          record: `${RECORD}x`,
          description: "Its records are not there",
        },
      ],
    };
    const services = { inventory: beats.inventory, clock: new SystemClock() };
    ({ instance: output, host } = createInstance(heartbeatPvs, config, services));
    beats.set("app1");
    await output.start();
  });
  after(async () => {
    await output?.stop();
    await libca?.stop();
    await ioc?.kill();
  });

  it("writes status, up time, counter and description", async () => {
    await becomes(":status", 1);
    assert.equal(await read(":uptime"), "1 day 01:01:01");
    assert.equal(await read(":status.DESC"), "Vacuum of the ring");
    const count = Number(await read(":count"));
    assert.ok(count > 100 && count <= 120, `${count}`);
    assert.equal(await read(":restarts"), 0);
    assert.match(host.statuses.at(-1) ?? "", /^degraded: .*0001x/);
  });

  it("lets the counter run down while no heartbeat comes, and sets it at the next one", async () => {
    const runsDown = async () => Number(await read(":count")) < 117;
    await waitFor("the counter runs down", runsDown, TIMEOUT_MS);
    beats.set("app1", { lastAt: 31_000, upSeconds: 90_091 });
    await becomes(":uptime", "1 day 01:01:31");
    assert.ok(Number(await read(":count")) >= 118);
  });

  it("makes the records of restarts and returns process, once each", async () => {
    beats.set("app1", { lost: true });
    beats.tell("app.lost", "app1");
    await becomes(":status", 0);
    beats.set("app1", { lost: false, lastAt: 61_000, upSeconds: 3 });
    beats.tell("app.returned", "app1");
    beats.tell("app.restarted", "app1");
    await becomes(":status", 1);
    assert.deepEqual([await read(":restarts"), await read(":resumes")], [1, 1]);
  });

  it("writes everything again after a restart of the IOC, with what happened meanwhile, and never searches", async () => {
    await libca.stop();
    capture = await Capture.start(place, `udp port ${place.serverPort}`, "lo");
    const { port } = ioc;
    await ioc.kill();
    const isAway = () => /cannot connect|broke/.test(host.statuses.at(-1) ?? "");
    await waitFor("the output knows", isAway, TIMEOUT_MS);
    beats.tell("app.restarted", "app1");
    beats.tell("app.restarted", "app1");
    ioc = await startIoc();
    assert.equal(ioc.port, port);
    const isBack = () => /0001x/.test(host.statuses.at(-1) ?? "");
    await waitFor("the output has written again", isBack, TIMEOUT_MS);
    await capture.stop();
    assert.deepEqual(await capture.list(), []);
    libca = await LibcaClient.start(place);
    await becomes(":restarts", 2);
    assert.equal(await read(":uptime"), "00:00:03");
    assert.equal(await read(":status.DESC"), "Vacuum of the ring");
  });
});
