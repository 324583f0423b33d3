/** The text that Prometheus reads: families off a snapshot, and what plugins count of themselves. */
import {
  Counter,
  Gauge,
  type OpenMetricsContentType,
  type PrometheusContentType,
  Registry,
} from "prom-client";
import type { MetricSample } from "pvmon";
import type { Family } from "./family.js";
import { OWN_FAMILIES } from "./own-families.js";
import { SITE_FAMILIES } from "./site-families.js";
import type { Snapshot } from "./snapshot.js";

/** All with fixed names; those of plugins' own samples are {@link pluginMetricName}s beside them. */
export const FAMILIES: readonly Family[] = [...SITE_FAMILIES, ...OWN_FAMILIES];

/** Of plugins' own: some dozens each. */
const MAX_SAMPLES = 5000;
const NAME = /^[a-z][a-z0-9_]*$/;

export type TextFormat = "prometheus" | "openMetrics";

export interface Exposition {
  readonly contentType: string;
  readonly text: string;
  /** Samples of plugins that could not be told: their names are none, or mean something else already. */
  readonly leftOut: number;
}

/** A registry lives for one reading, so that a series ends with what it was about. */
export async function expose(
  snapshot: Snapshot,
  samples: readonly MetricSample[],
  format: TextFormat,
): Promise<Exposition> {
  const registry: Registries = new Registry();
  if (format === "openMetrics") registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  for (const family of FAMILIES) {
    const set = metricOf(registry, family);
    for (const [value, ...labels] of family.read(snapshot)) set(value, labels);
  }
  const leftOut = addSamples(registry, samples);
  return { contentType: registry.contentType, text: await registry.metrics(), leftOut };
}

/** `requests_total` of any plugin is `pvmon_plugin_requests_total{plugin="…"}`. */
export function pluginMetricName({ name, type }: Pick<MetricSample, "name" | "type">): string {
  const isComplete = type === "gauge" || name.endsWith("_total");
  return `pvmon_plugin_${name}${isComplete ? "" : "_total"}`;
}

type Registries = Registry<OpenMetricsContentType | PrometheusContentType>;
type SetValue = (value: number, labels: readonly string[]) => void;

function metricOf(
  registry: Registries,
  { name, type, help, labels }: Omit<Family, "read">,
): SetValue {
  const options = { name, help, labelNames: [...labels], registers: [registry as Registry] };
  if (type === "gauge") {
    const metric = new Gauge(options);
    return (value, words) => metric.labels(...words).set(value);
  }
  const metric = new Counter(options);
  return (value, words) => metric.labels(...words).inc(value);
}

function addSamples(registry: Registries, samples: readonly MetricSample[]): number {
  const known = new Map<string, { readonly type: string; readonly set: SetValue }>();
  let leftOut = Math.max(0, samples.length - MAX_SAMPLES);
  for (const sample of samples.slice(0, MAX_SAMPLES)) {
    const { plugin, type, help, value } = sample;
    const name = pluginMetricName(sample);
    let metric = known.get(name);
    if (metric === undefined && NAME.test(sample.name) && !isTaken(registry, name)) {
      const set = metricOf(registry, { name, type, help, labels: ["plugin"] });
      metric = { type, set };
      known.set(name, metric);
    }
    if (metric?.type !== type || (type === "counter" && value < 0)) leftOut += 1;
    else metric.set(value, [plugin]);
  }
  return leftOut;
}

/** A counter and a gauge that differ by `_total` only would be one name in OpenMetrics. */
function isTaken(registry: Registries, name: string): boolean {
  const stem = name.replace(/_total$/, "");
  return [stem, `${stem}_total`].some((each) => registry.getSingleMetric(each) !== undefined);
}
