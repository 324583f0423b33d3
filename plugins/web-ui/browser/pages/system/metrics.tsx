/** Everything that plugins count of themselves, to search in. */
import type { Metric } from "../../api/types.js";
import { type Column, useOrder, useSorted } from "../../components/columns.js";
import { SearchBox, useParameter } from "../../components/filters.js";
import { Name } from "../../components/links.js";
import { Table } from "../../components/table.js";
import { Nothing } from "../../components/time.js";
import { bytesText, countText, rateText } from "../../formats/number.js";
import { keyOfMetric } from "./metric-rates.js";

interface Props {
  readonly metrics: readonly Metric[];
  readonly rates: ReadonlyMap<string, number>;
}

export function Metrics({ metrics, rates }: Props) {
  const match = useParameter("match").toLowerCase();
  const columns: readonly Column<Metric>[] = [
    {
      key: "plugin",
      title: "Plugin",
      sort: "asc",
      value: keyOfMetric,
      cell: ({ plugin }) => (
        <span class="whole">
          <Name text={plugin} />
        </span>
      ),
    },
    {
      key: "name",
      title: "Name",
      sort: "asc",
      value: ({ name }) => name,
      cell: ({ name }) => <code>{name}</code>,
    },
    {
      key: "value",
      title: "Value",
      align: "end",
      sort: "desc",
      value: ({ value }) => value,
      cell: valueText,
    },
    {
      key: "rate",
      title: "Per second",
      align: "end",
      sort: "desc",
      value: (metric) => rates.get(keyOfMetric(metric)) ?? null,
      cell: (metric) => {
        const rate = rates.get(keyOfMetric(metric));
        return rate === undefined ? <Nothing /> : rateText(rate);
      },
    },
    { key: "help", title: "What it is", wideOnly: true, cell: ({ help }) => help },
  ];
  const order = useOrder(columns, "plugin");
  const found = metrics.filter(({ plugin, name, help }) =>
    `${plugin} ${name} ${help}`.toLowerCase().includes(match),
  );
  const sorted = useSorted(found, columns, order) ?? [];
  return (
    <>
      <div class="toolbar">
        <SearchBox name="match" label="Plugin, name or meaning" />
        <span class="muted" role="status">
          {countText(found.length)} of {countText(metrics.length)}
        </span>
      </div>
      <section class="section" aria-label="Metrics">
        <Table
          label="Metrics"
          items={sorted}
          columns={columns}
          keyOf={keyOfMetric}
          order={order}
          empty="No metric has this in it."
        />
      </section>
    </>
  );
}

function valueText({ name, value }: Metric): string {
  if (name.includes("bytes")) return bytesText(value);
  return Number.isInteger(value) ? countText(value) : rateText(value);
}
