/** Whether the sensors see: while one is blind, silence on the network is no evidence that anything was lost. */
import type { EventDraft } from "../event.js";
import type { SensorReport } from "../observation.js";
import type { SensorView } from "../views.js";

export interface SensorsOptions {
  /** After trouble, how long a sensor has to see everything again before silence counts, s. Default 20. */
  readonly graceSeconds?: number;
  /** A sensor that has not reported for longer is blind, s. Default 10. */
  readonly reportTimeoutSeconds?: number;
  /** Further sensors are refused. Default 256. */
  readonly maxSensors?: number;
}

export interface SensorSink {
  event(draft: EventDraft): void;
}

const MAX_REASONS = 64;
const MAX_REASON_CHARACTERS = 200;
const MAX_ID_CHARACTERS = 200;

/** Counters since the sensor's own start, and those of its lives before. */
interface Tally {
  packets: number;
  bytes: number;
  kernel: number;
  queue: number;
  ignored: number;
  readonly errors: Map<string, number>;
}

interface Sensor {
  latest: SensorReport;
  /** Sums of the lives of the sensor that ended. */
  before: Tally;
  /** Why it is blind; null when it sees. */
  trouble: string | null;
  /** When trouble was last noticed. */
  troubleAt: number;
  /** Blind for the inventory: from the first trouble until it has seen everything for the grace period. */
  blindSince: number | null;
}

export class Sensors {
  readonly #byId = new Map<string, Sensor>();
  readonly #graceMs: number;
  readonly #timeoutMs: number;
  readonly #max: number;

  constructor(
    options: SensorsOptions,
    private readonly sink: SensorSink,
  ) {
    this.#graceMs = (options.graceSeconds ?? 20) * 1000;
    this.#timeoutMs = (options.reportTimeoutSeconds ?? 10) * 1000;
    this.#max = options.maxSensors ?? 256;
  }

  /** Takes over the counters; a sensor that started again, its counters back at zero, keeps its totals here. */
  report(said: SensorReport): void {
    const report = { ...said, sensor: said.sensor.slice(0, MAX_ID_CHARACTERS) };
    const sensor = this.#byId.get(report.sensor) ?? this.#add(report);
    if (sensor === undefined || report.at < sensor.latest.at) return;
    const drops = newDrops(sensor.latest, report);
    if (startedAgain(sensor.latest, report)) add(sensor.before, tallyOf(sensor.latest));
    sensor.latest = report;
    if (!report.sees) {
      this.#inTrouble(
        sensor,
        report.at,
        (report.reason ?? "it does not see").slice(0, MAX_REASON_CHARACTERS),
      );
    } else if (drops > 0) {
      this.#inTrouble(sensor, report.at, `dropped ${drops} packets`);
    } else {
      sensor.trouble = null;
    }
    this.#settle(sensor, report.at);
  }

  /** None has reported later than now, whatever the clock said. */
  clockSet(at: number): void {
    for (const sensor of this.#byId.values()) {
      sensor.latest = { ...sensor.latest, at: Math.min(sensor.latest.at, at) };
      sensor.troubleAt = Math.min(sensor.troubleAt, at);
      if (sensor.blindSince !== null) sensor.blindSince = Math.min(sensor.blindSince, at);
    }
  }

  /** Once per whole second of data time: finds sensors that went silent, and those whose grace is over. */
  tick(at: number): void {
    for (const sensor of this.#byId.values()) {
      const silentMs = at - sensor.latest.at;
      if (silentMs > this.#timeoutMs) {
        this.#inTrouble(sensor, at, `no report for more than ${this.#timeoutMs / 1000} s`);
      }
      this.#settle(sensor, at);
    }
  }

  /** True without sensors, while one is in trouble, and in the grace period after. */
  blind(at: number): boolean {
    if (this.#byId.size === 0) return true;
    for (const sensor of this.#byId.values()) {
      if (sensor.blindSince !== null || at - sensor.latest.at > this.#timeoutMs) return true;
    }
    return false;
  }

  /** By id. `loss` is the share of client datagrams that never reached us, null when it cannot be told. */
  views(loss: number | null): SensorView[] {
    return [...this.#byId.values()]
      .map((sensor) => viewOf(sensor, loss))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** A new sensor begins blind without an event: nobody relied on it yet. */
  #add(report: SensorReport): Sensor | undefined {
    if (this.#byId.size >= this.#max) return undefined;
    const sensor: Sensor = {
      latest: { ...report, dropped: { kernel: 0, queue: 0 } },
      before: { packets: 0, bytes: 0, kernel: 0, queue: 0, ignored: 0, errors: new Map() },
      trouble: null,
      troubleAt: report.at,
      blindSince: report.at,
    };
    this.#byId.set(report.sensor, sensor);
    return sensor;
  }

  #inTrouble(sensor: Sensor, at: number, reason: string): void {
    sensor.trouble = reason;
    sensor.troubleAt = at;
    if (sensor.blindSince !== null) return;
    sensor.blindSince = at;
    const { sensor: id, lastPacketAt } = sensor.latest;
    this.sink.event({
      at,
      type: "sensor.blind",
      severity: "alarm",
      subject: id,
      text: `sensor ${id} is blind: ${reason}`,
      evidence: { reason, lastPacketAt, ...dropsOf(sensor) },
    });
  }

  #settle(sensor: Sensor, at: number): void {
    const { blindSince, trouble, troubleAt } = sensor;
    const seesAt = troubleAt + this.#graceMs;
    if (blindSince === null || trouble !== null || at < seesAt) return;
    sensor.blindSince = null;
    const { sensor: id, lastPacketAt } = sensor.latest;
    this.sink.event({
      at: seesAt,
      type: "sensor.sees",
      severity: "info",
      subject: id,
      text: `sensor ${id} has seen everything for ${this.#graceMs / 1000} s`,
      evidence: { blindSinceAt: blindSince, lastPacketAt, ...dropsOf(sensor) },
    });
  }
}

function startedAgain(before: SensorReport, after: SensorReport): boolean {
  return (
    after.packets < before.packets ||
    after.bytes < before.bytes ||
    after.dropped.kernel < before.dropped.kernel ||
    after.dropped.queue < before.dropped.queue
  );
}

function newDrops(before: SensorReport, after: SensorReport): number {
  const now = after.dropped.kernel + after.dropped.queue;
  return startedAgain(before, after) ? now : now - before.dropped.kernel - before.dropped.queue;
}

function tallyOf(report: SensorReport): Tally {
  const { packets, bytes, dropped, ignored, decodeErrors } = report;
  return { packets, bytes, ...dropped, ignored, errors: new Map(Object.entries(decodeErrors)) };
}

function add(sum: Tally, more: Tally): void {
  for (const key of ["packets", "bytes", "kernel", "queue", "ignored"] as const) {
    sum[key] += more[key];
  }
  for (const [reason, count] of more.errors) {
    if (!sum.errors.has(reason) && sum.errors.size >= MAX_REASONS) continue;
    sum.errors.set(reason, (sum.errors.get(reason) ?? 0) + count);
  }
}

function totalOf({ before, latest }: Sensor): Tally {
  const total = { ...before, errors: new Map(before.errors) };
  add(total, tallyOf(latest));
  return total;
}

function dropsOf(sensor: Sensor) {
  const { kernel, queue } = totalOf(sensor);
  return { droppedByKernel: kernel, droppedByQueue: queue };
}

function viewOf(sensor: Sensor, lossEstimate: number | null): SensorView {
  const { packets, bytes, kernel, queue, ignored, errors } = totalOf(sensor);
  return {
    id: sensor.latest.sensor,
    status: sensor.trouble === null ? "ok" : "blind",
    reason: sensor.trouble,
    lastPacketAt: sensor.latest.lastPacketAt,
    packets,
    bytes,
    dropped: { kernel, queue },
    ignored,
    decodeErrors: Object.fromEntries(errors),
    lossEstimate,
  };
}
