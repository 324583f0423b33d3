/** How the process itself does: event-loop delay, memory and processor, now and as samples for the history. */
import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import type { ProcessSample } from "../model/traffic/traffic.js";
import type { PluginMetrics } from "../plugin/host.js";
import type { Clock } from "../plugin/services.js";

const RESOLUTION_MS = 10;
const WINDOW_MS = 60_000;
const SAMPLE_MS = 10_000;
const MICROSECONDS = 1000;

export class ProcessMetrics {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #clock: Clock;
  readonly #sampled: (sample: ProcessSample) => void;
  /** When processor time was read last (monotonic, ms), and what it was (µs). */
  #read = { elapsed: 0, used: 0 };
  #cpuShare = 0;
  #cancel: (() => void)[] = [];

  /** @param sampled hears of each sample: one at the start, for the time since the process began, then every 10 s. */
  constructor(metrics: PluginMetrics, clock: Clock, sampled: (sample: ProcessSample) => void) {
    this.#clock = clock;
    this.#sampled = sampled;
    // The histogram measures whole sampling intervals; what exceeds the interval asked for is delay.
    const seconds = (nanoseconds: number): number =>
      Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1e3);
    metrics.gauge(
      "event_loop_delay_p99_seconds",
      "99th percentile of how late the event loop was, since at most a minute ago.",
      () => seconds(this.#delay.percentile(99)),
    );
    metrics.gauge(
      "event_loop_delay_max_seconds",
      "How late the event loop was at worst, since at most a minute ago.",
      () => seconds(this.#delay.max),
    );
    metrics.gauge(
      "heap_used_bytes",
      "JavaScript heap in use.",
      () => process.memoryUsage().heapUsed,
    );
    metrics.gauge("resident_bytes", "Memory of the process.", () => process.memoryUsage.rss());
    metrics.gauge(
      "cpu_share",
      "How much of one core the process takes, over the last 10 s; 2 is two whole cores.",
      () => this.#cpuShare,
    );
  }

  start(): void {
    this.#delay.enable();
    this.#read = { elapsed: this.#clock.elapsed(), used: processorTime() };
    this.#tell(this.#read.used / MICROSECONDS / (1000 * process.uptime()));
    this.#cancel = [
      this.#clock.every(WINDOW_MS, () => this.#delay.reset()),
      this.#clock.every(SAMPLE_MS, () => this.#sample()),
    ];
  }

  stop(): void {
    for (const cancel of this.#cancel) cancel();
    this.#delay.disable();
  }

  #sample(): void {
    const before = this.#read;
    this.#read = { elapsed: this.#clock.elapsed(), used: processorTime() };
    const elapsedMs = this.#read.elapsed - before.elapsed;
    if (elapsedMs <= 0) return;
    this.#tell((this.#read.used - before.used) / MICROSECONDS / elapsedMs);
  }

  #tell(cpuShare: number): void {
    this.#cpuShare = cpuShare;
    this.#sampled({ processRss: process.memoryUsage.rss(), processCpu: cpuShare });
  }
}

/** Of all threads, in user and system mode, µs. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
