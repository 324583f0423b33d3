/** Whether the sensors see: while one is blind, silence on the network is no evidence that anything was lost. */
import type { EventDraft } from "./event.js";
import type { SensorReport } from "./observation.js";
import type { SensorView } from "./views.js";

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

export class Sensors {
  constructor(options: SensorsOptions, sink: SensorSink) {
    void options;
    void sink;
  }
  /** Takes over the counters; a sensor that started again, its counters back at zero, keeps its totals here. */
  report(report: SensorReport): void {
    void report;
  }
  /** Once per whole second of data time: finds sensors that went silent, and those whose grace is over. */
  tick(at: number): void {
    void at;
  }
  /** True without sensors, while one is in trouble, and in the grace period after. */
  blind(at: number): boolean {
    return at < 0;
  }
  /** By id. `loss` is the share of client datagrams that never reached us, null when it cannot be told. */
  views(loss: number | null): SensorView[] {
    void loss;
    return [];
  }
}
