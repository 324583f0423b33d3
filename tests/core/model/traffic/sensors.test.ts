/** When pvmon is blind, and what it says about its sensors. */
import assert from "node:assert/strict";
import type { EventDraft } from "../../../../core/model/event.js";
import type { SensorReport } from "../../../../core/model/observation.js";
import { Sensors, type SensorsOptions } from "../../../../core/model/traffic/sensors.js";
import { BEGIN } from "../beacons/beacon-simulation.js";

class Watch {
  readonly events: EventDraft[] = [];
  readonly sensors: Sensors;

  constructor(options: SensorsOptions = {}) {
    this.sensors = new Sensors(options, { event: (draft) => this.events.push(draft) });
  }

  report(second: number, part: Partial<SensorReport> = {}): void {
    this.sensors.report({
      type: "sensor",
      at: BEGIN + second * 1000,
      sensor: "sniffer/eth0",
      sees: true,
      lastPacketAt: BEGIN,
      packets: 10 * second,
      bytes: 1000 * second,
      dropped: { kernel: 0, queue: 0 },
      ignored: 0,
      decodeErrors: {},
      ...part,
    });
  }

  seeing(from: number, to: number, part: Partial<SensorReport> = {}): this {
    for (let second = from; second <= to; second++) {
      this.report(second, part);
      this.sensors.tick(BEGIN + second * 1000);
    }
    return this;
  }

  blind(second: number): boolean {
    return this.sensors.blind(BEGIN + second * 1000);
  }

  types(): string[] {
    return this.events.map(({ type }) => type);
  }
}

describe("sensors", () => {
  it("without any, pvmon is blind", () => {
    assert.equal(new Watch().blind(0), true);
  });

  it("see after a grace period", () => {
    const watch = new Watch().seeing(0, 19);
    assert.equal(watch.blind(19), true);
    watch.seeing(20, 21);
    assert.equal(watch.blind(21), false);
    assert.deepEqual(watch.types(), ["sensor.sees"]);
  });

  it("that say they do not see are blind, with their reason", () => {
    const watch = new Watch().seeing(0, 30);
    watch.report(31, { sees: false, reason: "eth0 is down" });
    assert.equal(watch.blind(31), true);
    assert.match(watch.events.at(-1)?.text ?? "", /eth0 is down/);
    assert.deepEqual(
      [watch.sensors.views(0.1)[0]?.status, watch.sensors.views(0.1)[0]?.reason],
      ["blind", "eth0 is down"],
    );
    watch.seeing(32, 60);
    assert.equal(watch.blind(60), false);
    assert.deepEqual(watch.types(), ["sensor.sees", "sensor.blind", "sensor.sees"]);
    assert.equal(watch.events.at(-1)?.at, BEGIN + 51_000);
  });

  it("are blind when no report has come for more than 10 s", () => {
    const watch = new Watch().seeing(0, 30);
    watch.sensors.tick(BEGIN + 40_000);
    assert.equal(watch.blind(40), false);
    watch.sensors.tick(BEGIN + 41_000);
    assert.equal(watch.blind(41), true);
    assert.deepEqual(watch.types(), ["sensor.sees", "sensor.blind"]);
  });

  it("are blind by new drops, once for a time of drops, and not by old ones", () => {
    const watch = new Watch().seeing(0, 30, { dropped: { kernel: 5, queue: 0 } });
    assert.equal(watch.blind(30), false);
    for (let second = 31; second < 60; second += 3) {
      watch.seeing(second, second, { dropped: { kernel: 5, queue: second } });
      watch.seeing(second + 1, second + 2, { dropped: { kernel: 5, queue: second } });
    }
    assert.equal(watch.blind(60), true);
    assert.deepEqual(watch.types(), ["sensor.sees", "sensor.blind"]);
  });

  it("keep their totals when they start again", () => {
    const watch = new Watch().seeing(0, 30, {
      dropped: { kernel: 5, queue: 1 },
      decodeErrors: { short: 2 },
    });
    watch.report(31, { packets: 7, bytes: 70, decodeErrors: { short: 1, long: 1 } });
    const [view] = watch.sensors.views(null);
    assert.deepEqual(
      [view?.packets, view?.dropped, view?.decodeErrors, view?.status],
      [307, { kernel: 5, queue: 1 }, { short: 3, long: 1 }, "ok"],
    );
    watch.report(32, { packets: 8, bytes: 71 });
    assert.equal(watch.sensors.views(null)[0]?.packets, 308);
  });

  it("have ids of at most 200 characters", () => {
    const watch = new Watch().seeing(0, 30, { sensor: `far/${"x".repeat(100_000)}` });
    watch.sensors.tick(BEGIN + 60_000);
    assert.equal(watch.sensors.views(null)[0]?.id.length, 200);
    assert.ok(watch.events.length > 0);
    for (const { subject, text } of watch.events) assert.ok(subject.length + text.length < 600);
  });

  it("are not without number", () => {
    const watch = new Watch({ maxSensors: 2 });
    for (const sensor of ["a", "b", "c"]) watch.report(0, { sensor });
    assert.equal(watch.sensors.views(null).length, 2);
  });
});
