/** How fast counters grow, from two answers of the status. */
import type { Metric, Status } from "../../api/types.js";

export const keyOfMetric = ({ plugin, name }: Pick<Metric, "plugin" | "name">): string =>
  `${plugin} ${name}`;

/** Per second, by {@link keyOfMetric}; a counter that started anew has none. */
export function ratesBetween(
  before: Pick<Status, "metrics" | "uptimeSeconds"> | undefined,
  after: Pick<Status, "metrics" | "uptimeSeconds">,
): ReadonlyMap<string, number> {
  const seconds = after.uptimeSeconds - (before?.uptimeSeconds ?? after.uptimeSeconds);
  const rates = new Map<string, number>();
  if (before === undefined || seconds <= 0) return rates;
  const values = new Map(before.metrics.map((metric) => [keyOfMetric(metric), metric.value]));
  for (const metric of after.metrics) {
    const value = values.get(keyOfMetric(metric));
    if (metric.type !== "counter" || value === undefined || value > metric.value) continue;
    rates.set(keyOfMetric(metric), (metric.value - value) / seconds);
  }
  return rates;
}
