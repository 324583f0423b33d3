/** How much is asked now and was asked over the last day. */
import { useMemo } from "preact/hooks";
import type { Resource } from "../../api/resource.js";
import type { TrafficData } from "../../api/traffic.js";
import type { Rates } from "../../api/types.js";
import { Section } from "../../components/facts.js";
import { Loaded } from "../../components/page.js";
import { TimeChart } from "../../components/time-chart.js";
import { rateText } from "../../formats/number.js";
import { go, href } from "../../url.js";

const HOUR_MS = 3_600_000;

interface Props {
  readonly rates: Rates;
  readonly day: Resource<TrafficData>;
}

export function SearchChart({ rates, day }: Props) {
  return (
    <Section
      title="Searches over the last day"
      note={`${rateText(rates.searchNamesPerSecond)} names/s in ${rateText(rates.searchDatagramsPerSecond)} datagrams/s now`}
      actions={<a href={href("traffic")}>Traffic</a>}
    >
      <Loaded of={day}>{(data) => <Day data={data} />}</Loaded>
    </Section>
  );
}

function Day({ data }: { readonly data: TrafficData }) {
  const lines = useMemo(
    () => [
      {
        name: "searchNames",
        label: "Names",
        colour: 1,
        points: (data.series.get("searchNames") ?? []).map(({ at, value }) => ({
          at,
          value: value / 60,
        })),
      },
    ],
    [data],
  );
  const [first] = lines[0]?.points ?? [];
  if (first === undefined) return <p class="none">The first minute is not over yet.</p>;
  return (
    <TimeChart
      label="Names searched for per second"
      lines={lines}
      // Of a day that has only begun to be known, the rest would be empty.
      from={Math.max(data.from, Math.min(Date.parse(first.at), data.to - HOUR_MS))}
      to={data.to}
      stepMs={data.stepMs}
      unit="names/s"
      format={rateText}
      blind={data.blind}
      height={190}
      filled
      onZoom={(from, to) =>
        go(
          href("traffic", {
            from: new Date(from).toISOString(),
            to: new Date(to).toISOString(),
          }),
        )
      }
    />
  );
}
