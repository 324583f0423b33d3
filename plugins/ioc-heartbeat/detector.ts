/** The detector: every datagram that is a heartbeat becomes an observation, and its sender may be asked for more. */
import type {
  Clock,
  Detector,
  Emitter,
  Endpoint,
  Host,
  InventoryService,
  NetworkService,
} from "pvmon";
import { Asking } from "./asking/asking.js";
import type { HeartbeatConfig } from "./config.js";
import { type Counters, createCounters } from "./counters.js";
import { decodeHeartbeat, type Heartbeat } from "./heartbeat.js";
import { Listening } from "./listening/listening.js";
import { Networks } from "./networks.js";
import { type Sender, Senders } from "./senders.js";
import type { Sensor } from "./sensor.js";

const REPORT_PERIOD_MS = 1000;
/** The program that monitors its host, by its image or what it was started with. */
const MONITOR = /linux_?-?monitor/i;

export interface DetectorOptions {
  readonly config: HeartbeatConfig;
  readonly host: Host;
  readonly emitter: Emitter;
  readonly clock: Clock;
  readonly inventory: InventoryService;
  readonly network: NetworkService;
}

export class HeartbeatDetector implements Detector {
  readonly #options: DetectorOptions;
  readonly #networks: Networks;
  readonly #counters: Counters;
  #senders: Senders;
  #listening: Listening | undefined;
  #asking: Asking | undefined;
  #cancelReports: (() => void) | undefined;

  constructor(options: DetectorOptions) {
    this.#options = options;
    this.#networks = new Networks(options.config);
    this.#counters = createCounters(options.host.metrics);
    this.#senders = new Senders(options.clock);
    options.host.metrics.gauge(
      "senders",
      "Applications that have sent heartbeats",
      () => this.#senders.size,
    );
  }

  async start(): Promise<void> {
    const { config, host, clock, emitter, network } = this.#options;
    this.#senders = new Senders(clock);
    const listening = new Listening({
      config,
      host,
      clock,
      network,
      datagram: (sensor, bytes, from) => this.#hear(sensor, bytes, from),
    });
    this.#listening = listening;
    await listening.start();
    // It may have been stopped meanwhile.
    if (this.#listening !== listening) return;
    if (config.requests.enabled) {
      const { senders, counters } = { senders: this.#senders, counters: this.#counters };
      this.#asking = new Asking({ ...this.#options, senders, counters });
      this.#asking.start();
    }
    const report = (): void => {
      listening.poll();
      const at = clock.now();
      for (const sensor of listening.sensors)
        emitter.emit(sensor.report(at, config.silenceSeconds));
    };
    report();
    this.#cancelReports = clock.every(REPORT_PERIOD_MS, report);
  }

  async stop(): Promise<void> {
    this.#cancelReports?.();
    const [asking, listening] = [this.#asking, this.#listening];
    this.#asking = undefined;
    this.#listening = undefined;
    await Promise.all([asking?.stop(), listening?.stop()]);
  }

  #hear(sensor: Sensor, bytes: Uint8Array, from: Endpoint): void {
    const { clock, emitter } = this.#options;
    const at = clock.now();
    sensor.heard(at, bytes.length);
    if (!this.#networks.accepts(from.ip)) {
      sensor.ignored();
      return;
    }
    const heartbeat = decodeHeartbeat(bytes);
    if (typeof heartbeat === "string") {
      sensor.error(heartbeat);
      return;
    }
    emitter.emit({ type: "heartbeat", at, source: from.ip, port: from.port, ...heartbeat });
    this.#note(heartbeat, from);
  }

  #note(heartbeat: Heartbeat, from: Endpoint): void {
    const heard = this.#senders.heard(heartbeat, from);
    if (heard === undefined) {
      this.#counters.sendersRefused.add();
      return;
    }
    const { sender, news } = heard;
    if (news !== undefined) sender.isHostMonitor = isMonitor(sender);
    if (news === "restarted") this.#asking?.restarted(sender);
  }
}

function isMonitor({ heartbeat: { image, command, directory } }: Sender): boolean {
  return [image, command, directory].some((text) => MONITOR.test(text));
}
