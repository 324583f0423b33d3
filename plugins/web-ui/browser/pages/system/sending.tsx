/** What pvmon sends to the control network: how much it has sent, and how much each plugin may. */
import type { Metric } from "../../api/types.js";
import type { Column } from "../../components/columns.js";
import { Section } from "../../components/facts.js";
import { Name } from "../../components/links.js";
import { Table } from "../../components/table.js";
import { Nothing } from "../../components/time.js";
import { countText, rateText } from "../../formats/number.js";
import { href } from "../../url.js";
import { limitsOf, optionText, sentMetrics } from "./budgets.js";
import { keyOfMetric } from "./metric-rates.js";

interface Props {
  readonly metrics: readonly Metric[];
  readonly rates: ReadonlyMap<string, number>;
  /** Undefined for those who may not see the configuration. */
  readonly yaml: string | undefined;
}

export function Sending({ metrics, rates, yaml }: Props) {
  const limits = limitsOf(yaml ?? "");
  const columns: readonly Column<Metric>[] = [
    {
      key: "plugin",
      title: "Plugin",
      cell: ({ plugin }) => (
        <span class="whole">
          <Name text={plugin} />
        </span>
      ),
    },
    { key: "help", title: "What", cell: ({ help }) => help },
    ...(yaml === undefined
      ? []
      : [
          {
            key: "limit",
            title: "At most",
            cell: ({ plugin }: Metric) => {
              const own = limits.get(plugin) ?? [];
              if (own.length === 0) return <Nothing />;
              return own.map(({ option, perSecond }) => (
                <span key={option} class="limit">
                  {rateText(perSecond)} {optionText(option)}
                </span>
              ));
            },
          },
        ]),
    { key: "sent", title: "Since the start", align: "end", cell: ({ value }) => countText(value) },
    {
      key: "rate",
      title: "Now, per second",
      align: "end",
      cell: (metric) => {
        const rate = rates.get(keyOfMetric(metric));
        return rate === undefined ? <Nothing /> : rateText(rate);
      },
    },
  ];
  return (
    <Section
      title="What pvmon sends"
      note={
        yaml === undefined
          ? "Within budgets that nothing can exceed; an admin sees them here"
          : "Within budgets that nothing can exceed"
      }
      actions={
        yaml !== undefined && <a href={href("system", { view: "configuration" })}>Configuration</a>
      }
    >
      <Table
        label="What pvmon sends"
        items={sentMetrics(metrics)}
        columns={columns}
        keyOf={keyOfMetric}
        empty="No plugin sends anything to the control network."
      />
    </Section>
  );
}
