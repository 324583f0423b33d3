/** Values over time. Where pvmon was blind the chart says so; a table with the same numbers is a click away. */
import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import "../styles/charts.css";
import type { Interval } from "../api/blind-intervals.js";
import { theme } from "../app/theme.js";
import { printable } from "../formats/printable.js";
import { timeText } from "../formats/time.js";
import { Button } from "./button.js";
import { type ChartData, chartData, type Line } from "./chart-data.js";
import { saveCsv, savePng } from "./chart-export.js";
import { ChartLegend } from "./chart-legend.js";
import { chartOptions } from "./chart-options.js";
import { ChartTable } from "./chart-table.js";

export type { Line } from "./chart-data.js";

export interface TimeChartProps {
  readonly label: string;
  readonly lines: readonly Line[];
  /** Milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Of the values: `names/min`. */
  readonly unit: string;
  /** How a value reads, on the axis too. */
  readonly format?: (value: number) => string;
  /** Points that are farther apart have a gap between them. */
  readonly stepMs?: number;
  /** When nothing could be seen. */
  readonly blind?: readonly Interval[];
  /** Filled below the lines. */
  readonly filled?: boolean;
  readonly height?: number;
  /** Charts with the same one show one cursor. */
  readonly sync?: string;
  /** Somebody has chosen a part of it. */
  readonly onZoom?: (from: number, to: number) => void;
}

export function TimeChart(props: TimeChartProps) {
  const { unit, lines, from, to, blind = [], format, height = 240 } = props;
  const label = printable(props.label);
  const frame = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const cursor = useSignal<number | null>(null);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [isTable, setTable] = useState(false);
  const data = useMemo(() => chartData(lines, props.stepMs), [lines, props.stepMs]);
  const current = useRef({ props, data, hidden });
  current.current = { props, data, hidden };
  const looks = lines.map(({ name, colour, dashed }) => [name, colour, dashed]);
  const kind = JSON.stringify([looks, height, props.sync, props.filled, theme.value]);

  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const width = (): number => Math.max(200, element.clientWidth);
    const behaviour = {
      props: () => current.current.props,
      isHidden: (name: string) => current.current.hidden.has(name),
      pointed: (index: number | null) => {
        cursor.value = index;
      },
    };
    const size = { width: width(), height };
    const made = new uPlot(chartOptions(behaviour, size), alignedOf(current.current.data), element);
    chart.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: width(), height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      chart.current = undefined;
    };
  }, [kind]);

  useEffect(() => {
    chart.current?.setData(alignedOf(data));
  }, [data, from, to, props.blind]);

  const toggle = (name: string): void => {
    const next = new Set(hidden);
    if (!next.delete(name)) next.add(name);
    setHidden(next);
    const index = lines.findIndex((line) => line.name === name);
    chart.current?.setSeries(index + 1, { show: !next.has(name) });
  };

  const pointed = useComputed(() => cursor.value ?? data.times.length - 1);
  const pointedText = useComputed(() => timeText(new Date(data.times[pointed.value] ?? to)));
  const move = (event: KeyboardEvent): void => {
    const steps = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (steps === undefined || chart.current === undefined) return;
    event.preventDefault();
    pointAt(chart.current, data, (cursor.value ?? data.times.length) + steps);
  };

  return (
    <figure class="chart" aria-label={label}>
      <div class="chart-head">
        <span class="chart-unit">{unit}</span>
        <Button kind="quiet" pressed={isTable} onClick={() => setTable(!isTable)}>
          Table
        </Button>
        <Button kind="quiet" label={`${label} as CSV`} onClick={() => saveCsv(props)}>
          CSV
        </Button>
        <Button
          kind="quiet"
          label={`${label} as PNG`}
          onClick={() => chart.current !== undefined && savePng(chart.current, props, hidden)}
        >
          PNG
        </Button>
      </div>
      <div
        ref={frame}
        class="chart-frame"
        role="slider"
        tabIndex={0}
        aria-label={`Cursor of ${label}`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, data.times.length - 1)}
        aria-valuenow={pointed}
        aria-valuetext={pointedText}
        onKeyDown={move}
      />
      <ChartLegend
        {...{ lines, data, unit, format, cursor, hidden }}
        isBlind={blind.some((interval) => interval.to > from && interval.from < to)}
        onToggle={toggle}
      />
      {isTable && <ChartTable {...{ label, unit, lines, data, format }} />}
    </figure>
  );
}

function alignedOf({ times, values }: ChartData): uPlot.AlignedData {
  return [times.map((at) => at / 1000), ...values.map((line) => [...line])];
}

function pointAt(chart: uPlot, { times }: ChartData, wanted: number): void {
  const at = times[Math.min(times.length - 1, Math.max(0, wanted))];
  if (at === undefined) return;
  const left = chart.valToPos(at / 1000, "x");
  chart.setCursor({ left, top: chart.over.clientHeight / 2 });
}
