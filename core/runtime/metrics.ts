/** Figures about pvmon itself, by plugin; read when somebody asks. */
import type { PluginMetrics } from "../plugin/host.js";
import type { MetricSample, MetricsService } from "../plugin/services.js";

interface Metric extends Omit<MetricSample, "value"> {
  read: () => number;
}

/** Plugins name their metrics in code, so there are some dozens; this only stops a name made of data. */
const MOST_PER_PLUGIN = 500;

export class Metrics implements MetricsService {
  readonly #byPlugin = new Map<string, Map<string, Metric>>();
  readonly #counts = new Map<string, { value: number }>();

  /** Counters go on when a plugin is created again under the same id; a gauge is read from the newest. */
  of(plugin: string): PluginMetrics {
    const metrics = this.#byPlugin.get(plugin) ?? new Map<string, Metric>();
    this.#byPlugin.set(plugin, metrics);
    const set = (metric: Metric): void => {
      if (metrics.size < MOST_PER_PLUGIN || metrics.has(metric.name))
        metrics.set(metric.name, metric);
    };
    return {
      counter: (name, help) => {
        const key = `${plugin}/${name}`;
        const count = this.#counts.get(key) ?? { value: 0 };
        set({ plugin, name, help, type: "counter", read: () => count.value });
        if (metrics.has(name)) this.#counts.set(key, count);
        return {
          add: (n = 1) => {
            count.value += n;
          },
        };
      },
      gauge: (name, help, read) => set({ plugin, name, help, type: "gauge", read }),
    };
  }

  /** A gauge that throws or is no number is left out. */
  samples(): readonly MetricSample[] {
    return [...this.#byPlugin.values()].flatMap((metrics) =>
      [...metrics.values()].flatMap(({ read, ...metric }) => {
        const value = finite(read);
        return value === undefined ? [] : [{ ...metric, value }];
      }),
    );
  }
}

function finite(read: () => number): number | undefined {
  try {
    const value = read();
    return Number.isFinite(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
