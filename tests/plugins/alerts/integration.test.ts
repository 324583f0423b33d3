/** Over the real inventory: a host falls silent, somebody is told once, and a dry run tells of the same again. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLOCK, HTTP, parseIpv4, STATUS } from "pvmon";
import { createMemory, createPuppet, FakeClock, type Pvmon, startPvmon } from "pvmon/testkit";
import { send } from "../http-api/requests.js";
import { Receiver } from "./receiver.js";
import { MINUTE, SECOND } from "./scene.js";

const PERIOD_MS = 15 * SECOND;
const SERVERS = Array.from({ length: 5 }, (_, i) => 5064 + i);

describe("alerts over the real inventory", () => {
  const clock = new FakeClock();
  const folder = mkdtempSync(join(tmpdir(), "pvmon-alerts-"));
  let receiver: Receiver;
  let pvmon: Pvmon;
  let url: string;
  const puppet = createPuppet();
  let cancel: () => void;
  before(async () => {
    receiver = await Receiver.start();
    const site = `
name: Test site
log: { level: silent }
detectors: [{ use: puppet }]
stores: [{ use: memory }]
outputs:
  - { use: http-api, config: { port: 0 } }
  - use: alerts
    config:
      destinations: [{ name: hook, kind: webhook, url: "${receiver.url}/secretOfTheHook" }]
      rules:
        - { name: hosts, events: [host.lost] }
        - { name: servers, events: [server.lost] }
`;
    const plugins = { puppet: puppet.plugin, memory: createMemory() };
    pvmon = await startPvmon(site, { folder, plugins, override: [[CLOCK, clock]] });
    url = pvmon.service(HTTP)?.address() ?? "";
    // Without a sensor that sees, nothing would be called lost.
    const report = { lastPacketAt: null, packets: 0, bytes: 0, dropped: { kernel: 0, queue: 0 } };
    const more = { ignored: 0, decodeErrors: {} };
    cancel = clock.every(SECOND, () => {
      puppet.emit({
        type: "sensor",
        sensor: "puppet",
        sees: true,
        at: clock.now(),
        ...report,
        ...more,
      });
    });
  });
  after(async () => {
    cancel?.();
    await pvmon?.stop();
    await receiver.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Beacons of all servers of the host for so long. */
  const beat = async (ms: number, sequence: number): Promise<void> => {
    for (let i = 0; i * PERIOD_MS < ms; i++) {
      for (const port of SERVERS) {
        const source = parseIpv4("10.7.0.1")!;
        const at = clock.now();
        const beacon = { source, address: 0, port, sequence: sequence + i, minorVersion: 13 };
        puppet.emit({ type: "beacon", at, ...beacon });
      }
      await clock.advance(PERIOD_MS);
    }
  };
  const titles = (): string[] =>
    receiver.received.map(({ body }) => (body as { title: string }).title);
  const TOLD = ["[Test site] hosts: 1 began", "[Test site] hosts: 1 is over"];

  it("tells the loss of a host with its servers as one, and its return", async () => {
    await beat(5 * MINUTE, 100);
    await clock.advance(10 * MINUTE);
    await receiver.until(1);
    await beat(2 * MINUTE, 1000);
    await beat(10 * MINUTE, 1008);
    await receiver.until(2);
    assert.deepEqual(titles(), TOLD);
  });

  it("tells of the same in a dry run", async () => {
    const { body } = await send(url, "/alerts/dry-run");
    const { notifications } = JSON.parse(body) as { notifications: { title: string }[] };
    assert.deepEqual(
      notifications.map(({ title }) => title),
      TOLD,
    );
  });

  it("shows the address of a destination to nobody", async () => {
    const { yaml } = pvmon.service(STATUS)!.configuration();
    assert.match(yaml, /name: hook/);
    assert.doesNotMatch(yaml, /secretOfTheHook/);
    const { body } = await send(url, "/alerts");
    assert.match(body, /"name":"hook"/);
    assert.doesNotMatch(body, /secretOfTheHook/);
  });
});
