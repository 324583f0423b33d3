/** How the process itself does: event-loop delay and memory. */
import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import type { PluginMetrics } from "../plugin/host.js";
import type { Clock } from "../plugin/services.js";

const RESOLUTION_MS = 10;
const WINDOW_MS = 60_000;

export class ProcessMetrics {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #clock: Clock;
  #cancel: (() => void) | undefined;

  constructor(metrics: PluginMetrics, clock: Clock) {
    this.#clock = clock;
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
  }

  start(): void {
    this.#delay.enable();
    this.#cancel = this.#clock.every(WINDOW_MS, () => this.#delay.reset());
  }

  stop(): void {
    this.#cancel?.();
    this.#delay.disable();
  }
}
