/** How many names a client asked for, over time. */
import { useResource } from "../../api/resource.js";
import type { Traffic } from "../../api/types.js";
import { now } from "../../app/now.js";
import { Section } from "../../components/facts.js";
import { Choice, useParameter } from "../../components/filters.js";
import { Loaded } from "../../components/page.js";
import { TimeChart } from "../../components/time-chart.js";
import { RANGES, rangeMs } from "../../formats/ranges.js";

const REFRESH_SECONDS = 60;

export function TrafficOfClient({ client }: { readonly client: string }) {
  const range = useParameter("range") || "1h";
  const series = `client:${client}`;
  const traffic = useResource<Traffic>(
    "traffic",
    { series, range },
    { everySeconds: REFRESH_SECONDS },
  );
  return (
    <Section
      title="Names asked for"
      actions={<Choice name="range" label="Over the last" options={RANGES} />}
    >
      <Loaded of={traffic}>
        {(data) => {
          const points = data.series[0]?.points ?? [];
          if (points.length === 0) return <p class="none">Nothing is recorded for this time.</p>;
          // As of the latest answer: a chart that moves every second cannot be read.
          const to = Math.floor(now.peek() / 1000) * 1000;
          return (
            <TimeChart
              label="Names that this client asked for"
              lines={[{ name: series, label: "names", colour: 1, points }]}
              from={to - rangeMs(range)}
              to={to}
              unit="names/min"
              filled
            />
          );
        }}
      </Loaded>
    </Section>
  );
}
