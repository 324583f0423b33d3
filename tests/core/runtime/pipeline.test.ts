import assert from "node:assert/strict";
import type { BeaconSeen, Observation, SensorReport } from "../../../core/model/observation.js";
import { Metrics } from "../../../core/runtime/metrics.js";
import { Pipeline } from "../../../core/runtime/pipeline.js";
import { FakeClock } from "../../../core/testkit/index.js";

function scene() {
  const clock = new FakeClock();
  const metrics = new Metrics();
  const told: Observation[] = [];
  const seconds: number[] = [];
  const errors: string[] = [];
  const sets: [number, number][] = [];
  const outboxes = { pressure: 0, drained: async () => undefined };
  const inventory = {
    fold: (observation: Observation): void => {
      told.push(observation);
    },
    advance: (at: number): void => {
      seconds.push(at);
    },
    clockSet: (at: number, byMs: number): void => {
      sets.push([at, byMs]);
    },
  };
  const log = {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (message: string) => void errors.push(message),
  };
  const pipeline = new Pipeline({ inventory, clock, log, metrics, outboxes });
  const abort = new AbortController();
  const emitter = pipeline.emitter("sniffer", abort.signal);
  const metric = (name: string): number | undefined =>
    metrics.samples().find((sample) => sample.name === name)?.value;
  return {
    clock,
    told,
    seconds,
    errors,
    sets,
    outboxes,
    inventory,
    pipeline,
    emitter,
    abort,
    metric,
  };
}

const beacon = (at: number): BeaconSeen => ({
  type: "beacon",
  at,
  source: 0x0a070001,
  address: 0,
  port: 5064,
  sequence: 1,
  minorVersion: 13,
});

const report = (at: number, packets: number): SensorReport => ({
  type: "sensor",
  at,
  sensor: "sniffer/eth0",
  sees: true,
  lastPacketAt: at,
  packets,
  bytes: packets * 100,
  dropped: { kernel: 0, queue: 0 },
  ignored: 0,
  decodeErrors: {},
});

describe("the pipeline", () => {
  it("folds what is emitted at once and counts it by plugin", () => {
    const { emitter, told, metric } = scene();
    assert.equal(emitter.emit(beacon(1)), true);
    assert.equal(told.length, 1);
    assert.equal(metric("observations_folded_total"), 1);
  });

  it("counts an observation that cannot be folded, complains once a minute, and goes on", async () => {
    const { emitter, inventory, errors, metric, clock } = scene();
    inventory.fold = () => {
      throw new Error("no such thing");
    };
    for (let count = 0; count < 1000; count++) emitter.emit(beacon(count));
    assert.equal(metric("observations_failed_total"), 1000);
    assert.equal(errors.length, 1);
    await clock.advance(60_000);
    emitter.emit(beacon(1));
    assert.equal(errors.length, 2);
  });

  it("drops and counts what a plugin emits after it was stopped", () => {
    const { emitter, abort, told, metric } = scene();
    abort.abort();
    assert.equal(emitter.emit(beacon(1)), false);
    assert.deepEqual(told, []);
    assert.equal(metric("observations_late_total"), 1);
  });

  it("still hears of the sockets that a stopping plugin closes", () => {
    const { emitter, told, abort } = scene();
    abort.abort();
    emitter.emit({ type: "ownSocket", at: 0, socket: { ip: 1, port: 2 }, open: false });
    assert.equal(told.length, 1);
  });

  it("folds above the high-water mark too, and says that it is above", () => {
    const { emitter, outboxes, told } = scene();
    outboxes.pressure = 0.9;
    assert.equal(emitter.emit(beacon(1)), false);
    assert.equal(told.length, 1);
  });

  it("lets time pass each second whether anything is observed or not", async () => {
    const { pipeline, clock, seconds } = scene();
    const startedAt = clock.now();
    pipeline.start();
    await clock.advance(3000);
    pipeline.stop();
    await clock.advance(3000);
    assert.deepEqual(
      seconds.map((at) => at - startedAt),
      [1000, 2000, 3000],
    );
  });

  it("outlives rules that fail", async () => {
    const { pipeline, clock, inventory, metric, errors } = scene();
    inventory.advance = () => {
      throw new Error("no rule");
    };
    pipeline.start();
    await clock.advance(3000);
    assert.equal(metric("tick_failures_total"), 3);
    assert.equal(errors.length, 1);
  });

  it("tells that every sensor was blind while pvmon stood still, as of before, and before time passes", async () => {
    const { pipeline, clock, emitter, told, seconds, metric } = scene();
    pipeline.start();
    await clock.advance(2000);
    const before = clock.now();
    emitter.emit(report(before, 10));
    told.length = 0;
    seconds.length = 0;
    clock.stall(6000);
    await clock.advance(1);
    assert.equal(told.length, 1);
    const [blind] = told;
    assert.ok(blind?.type === "sensor");
    assert.deepEqual([blind.at, blind.sees, blind.packets], [before, false, 10]);
    assert.match(blind.reason ?? "", /stood still for 6\.0 s/);
    assert.equal(metric("stalls_total"), 1);
  });

  it("takes a late second for nothing special", async () => {
    const { pipeline, clock, emitter, told } = scene();
    pipeline.start();
    emitter.emit(report(clock.now(), 10));
    told.length = 0;
    clock.stall(3000);
    await clock.advance(1000);
    assert.deepEqual(told, []);
  });
});
