/** The files that come with the plugin, and what they name. */

export const RULES = "plugins/metrics/prometheus-alerts.yml";
export const DASHBOARD = "plugins/metrics/grafana/pvmon.json";
export const SHIPPED = [RULES, DASHBOARD];

export function metricNamesIn(text: string): string[] {
  const found = text.match(/\b(?:pvmon|process)_[a-z0-9_]+\b/g) ?? [];
  return [...new Set(found)];
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

/** What the dashboard asks Prometheus for, as Grafana would, with everything chosen. */
export function questionsOf(dashboard: string): readonly { title: string; expr: string }[] {
  const { panels } = JSON.parse(dashboard) as { readonly panels: readonly Panel[] };
  return panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({
      title,
      expr: expr.replaceAll("$__rate_interval", "1m").replaceAll(/\$(instance|job)/g, ".*"),
    })),
  );
}
