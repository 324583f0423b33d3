/**
 * The table of metrics in the README of `metrics`, made from its families so that it never differs from them.
 *   node tools/metric-table.mjs [--check] plugins/metrics
 * writes the table between `<!-- metrics -->` and `<!-- /metrics -->`; with --check it only exits 1 where it is stale.
 */
import { keepTables } from "./readme-table.mjs";

await keepTables({
  tool: "metric-table.mjs",
  name: "metrics",
  file: "exposition.js",
  rowsOf: ({ FAMILIES }) => [
    ["metric", "type", "labels", "meaning"],
    ...FAMILIES.map(({ name, type, labels, help }) => [
      `\`${name}\``,
      type,
      labels.map((label) => `\`${label}\``).join(" "),
      help,
    ]),
  ],
});
