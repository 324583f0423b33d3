/** The charts of one view below each other: one span of time, one cursor, one request. */
import { useMemo } from "preact/hooks";
import type { TrafficData } from "../../api/traffic.js";
import { Section } from "../../components/facts.js";
import { type Line, TimeChart } from "../../components/time-chart.js";
import type { Chart } from "./views.js";

interface Props {
  readonly charts: readonly Chart[];
  readonly data: TrafficData;
  /** What the compared values are: `a day before`. */
  readonly beforeText: string;
  readonly onZoom: (from: number, to: number) => void;
}

export function Charts({ charts, data, beforeText, onZoom }: Props) {
  return (
    <>
      {charts.map((chart) => (
        <OneChart key={chart.title} {...{ chart, data, beforeText, onZoom }} />
      ))}
    </>
  );
}

function OneChart({ chart, data, beforeText, onZoom }: Omit<Props, "charts"> & { chart: Chart }) {
  const lines = useMemo(() => linesOf(chart, data, beforeText), [chart, data, beforeText]);
  const { title, note, unit, format } = chart;
  return (
    <Section title={title} note={note}>
      {lines.every(({ points }) => points.length === 0) ? (
        <p class="none">
          Nothing was counted in this time: pvmon did not run then, or has only just begun.
        </p>
      ) : (
        <TimeChart
          label={title}
          lines={lines}
          from={data.from}
          to={data.to}
          stepMs={data.stepMs}
          unit={unit}
          {...(format !== undefined && { format })}
          blind={data.blind}
          filled={chart.lines.length === 1}
          sync="traffic"
          onZoom={onZoom}
        />
      )}
    </Section>
  );
}

function linesOf({ lines }: Chart, data: TrafficData, beforeText: string): readonly Line[] {
  return lines.flatMap(({ series, label, colour }): Line[] => {
    const points = data.series.get(series) ?? [];
    const before = data.before.get(series);
    const now: Line = { name: series, label, colour, points };
    if (before === undefined) return [now];
    const name = `${series}:before`;
    return [now, { name, label: `${label}, ${beforeText}`, colour, points: before, dashed: true }];
  });
}
