import assert from "node:assert/strict";
import { Sensor } from "../../../plugins/ca-sniffer/sensor.js";

const AT = Date.UTC(2026, 0, 2);

function sees(
  sensor: Sensor,
  at: number,
  { silenceSeconds = 60, othersHear = false } = {},
): string {
  const report = sensor.report(at, silenceSeconds, othersHear);
  assert.equal(report.sees, report.reason === undefined);
  return report.reason ?? "sees";
}

describe("a sensor", () => {
  it("counts everything since it started", () => {
    const sensor = new Sensor("sniffer-a/eth0", { silenceMatters: true });
    sensor.heard(AT, 100);
    sensor.heard(AT + 5, 50);
    sensor.ignored();
    sensor.error("bad UDP header");
    sensor.error("bad UDP header");
    sensor.lostByKernel(3);
    sensor.lostByKernel(4);
    assert.deepEqual(sensor.report(AT + 10, 60, true), {
      type: "sensor",
      at: AT + 10,
      sensor: "sniffer-a/eth0",
      sees: true,
      lastPacketAt: AT + 5,
      packets: 2,
      bytes: 150,
      dropped: { kernel: 7, queue: 0 },
      ignored: 1,
      decodeErrors: { "bad UDP header": 2 },
    });
  });

  it("that fell silent does not see", () => {
    const sensor = new Sensor("s/eth0", { silenceMatters: true });
    sensor.heard(AT, 100);
    assert.equal(sees(sensor, AT + 60_000), "sees");
    assert.equal(sees(sensor, AT + 60_001), "no packet for more than 60 s");
    sensor.heard(AT + 61_000, 100);
    assert.equal(sees(sensor, AT + 61_001), "sees");
  });

  it("that has never heard anything is only quiet, once another one hears", () => {
    const sensor = new Sensor("s/docker0", { silenceMatters: true });
    assert.equal(sees(sensor, AT), "no packet heard yet");
    assert.equal(sees(sensor, AT, { othersHear: true }), "sees");
  });

  it("of a loopback interface may be silent for ever", () => {
    const sensor = new Sensor("s/lo", { silenceMatters: false });
    sensor.heard(AT, 100);
    assert.equal(sees(sensor, AT + 1e9), "sees");
  });

  it("is never blind by silence where the site says so", () => {
    const sensor = new Sensor("s/eth0", { silenceMatters: true });
    assert.equal(sees(sensor, AT, { silenceSeconds: 0 }), "sees");
  });

  it("with an outage does not see, whatever it hears", () => {
    const sensor = new Sensor("s/eth0", { silenceMatters: true });
    sensor.heard(AT, 100);
    sensor.outage = "the interface is down";
    assert.equal(sees(sensor, AT), "the interface is down");
    sensor.retire();
    assert.equal(sees(sensor, AT + 1e9), "sees");
  });
});
